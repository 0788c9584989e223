"""Two sample files made by code for the demo: a plan of a yard as a picture, and a one-page record."""

import struct
import zlib
from collections.abc import Iterator

from coordination.intake.gate import Taken, take

GROUND, WALLS, GATE = 235, 90, 200
WIDTH, HEIGHT = 480, 320


def through_the_gate() -> list[Taken]:
    """Both, as they come in from anybody."""
    return [take(picture(), "sơ đồ cổng sau.png"), take(paper(), "biên bản vụ việc.pdf")]


def picture() -> bytes:
    """A grey PNG: walls around a yard, a gap for the gate, no people."""
    rows = b"".join(b"\0" + row(number) for number in range(HEIGHT))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def row(number: int) -> bytes:
    """One line of the plan."""
    if 20 <= number < 28:
        return bytes([GROUND]) * 20 + bytes([WALLS]) * (WIDTH - 40) + bytes([GROUND]) * 20
    if HEIGHT - 28 <= number < HEIGHT - 20:
        wall = bytes([WALLS]) * 180
        return bytes([GROUND]) * 20 + wall + bytes([GATE]) * (WIDTH - 400) + wall + bytes([GROUND]) * 20
    if 28 <= number < HEIGHT - 28:
        wall = bytes([WALLS]) * 8
        return bytes([GROUND]) * 20 + wall + bytes([GROUND]) * (WIDTH - 56) + wall + bytes([GROUND]) * 20
    return bytes([GROUND]) * WIDTH


def chunk(name: bytes, body: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


LINES = ("BIEN BAN VU VIEC (mau)", "Xay ra o cong sau, gio tan hoc; co so do kem theo.", "Da moi hai gia dinh, da bao Cong an phuong.", "Lap thanh 02 ban, moi ben giu 01 ban.")


def paper() -> bytes:
    """A PDF of four lines; its font knows no tone marks."""
    words = b" ".join(b"(%s) Tj 0 -28 Td" % line.replace("(", "\\(").replace(")", "\\)").encode() for line in LINES)
    content = b"BT /F1 14 Tf 72 760 Td " + words + b" ET"
    return b"".join(written(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ))  # fmt: skip


def written(*objects: bytes) -> Iterator[bytes]:
    """The objects with their places, as a reader of PDF wants them."""
    start = b"%PDF-1.7\n"
    yield start
    at, places = len(start), []
    for number, body in enumerate(objects, 1):
        whole = b"%d 0 obj\n%s\nendobj\n" % (number, body)
        places.append(at)
        at += len(whole)
        yield whole
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    yield b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table, len(objects) + 1, at)
