"""Pictures: measured before they are decoded, followed to their end, decoded and written anew upright, with nothing but the pixels left."""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageOps
from PIL.Image import DecompressionBombError

from coordination.intake.limits import MOST_PIXELS, NotTaken, only_slack, refuse_foreign

SHOWN_SIDE = 4_000  # the shown copy; the original is kept sealed
# Four bytes a pixel, twice while it is turned: what is larger must be grey, or a JPEG that can be decoded at half its size.
LIGHT_PIXELS = 12_500_000
FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
STANDALONE = {0x01, *range(0xD0, 0xD8)}
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
KEPT_SEGMENTS = {0xC4, 0xDB, 0xDD, 0xDA, 0xD9, 0xEE} | FRAMES  # tables, frame, scan, end, and Adobe's mark of the colours
KEPT_CHUNKS = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM", b"pHYs", b"bKGD", b"sBIT"}
MOST_PARTS = 20_000
MOST_SCANNED = 500_000_000  # pixels times passes: a progressive picture is painted some ten times
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def clean(kind: str, data: bytes) -> bytes:
    """The picture as it may be shown, or NotTaken."""
    width, height = measured(kind, data)
    refuse_foreign(data)
    if width * height > (LIGHT_PIXELS if is_heavy(kind, data) else MOST_PIXELS):
        raise NotTaken("pixels")
    try:
        with Image.open(BytesIO(bare(kind, data)), formats=[FORMATS[kind]]) as picture:
            if picture.size != (width, height):
                raise NotTaken("broken")
            return written(kind, picture, orientation(kind, data))
    except (DecompressionBombError, MemoryError) as error:
        raise NotTaken("pixels") from error
    except (OSError, ValueError, SyntaxError, struct.error, zlib.error, TypeError, IndexError, KeyError, OverflowError, EOFError) as error:
        raise NotTaken("broken") from error


def written(kind: str, picture: Image.Image, turned: int) -> bytes:
    """Decoded, turned upright, made no larger than it is shown, and written by us: no metadata is handed over."""
    if kind == "jpg" and picture.width * picture.height * (1 + picture.info.get("progressive", 0)) > LIGHT_PIXELS:
        picture.draft(None, (picture.width // 2, picture.height // 2))
    picture.load()
    picture = of_plain_mode(kind, picture)
    if max(picture.size) > SHOWN_SIDE:
        picture.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    if turned in TURNS:
        picture = picture.transpose(TURNS[turned])
    picture.info = {}
    made = BytesIO()
    picture.save(made, FORMATS[kind], **({} if kind == "png" else {"quality": 88}))
    return made.getvalue()


def is_heavy(kind: str, data: bytes) -> bool:
    """Whether all of it must lie in memory in colours: everything but JPEGs painted in one pass and grey PNGs of eight bits."""
    if kind == "jpg":
        return any(marker in FRAMES - {0xC0, 0xC1} for marker, _start, _stop in segments(data))
    return kind == "webp" or data[24] > 8 or data[25] != 0


def of_plain_mode(kind: str, picture: Image.Image) -> Image.Image:
    """Grey or colours in eight bits, with transparency where the kind has it."""
    if picture.mode.startswith("I"):
        picture = picture.convert("I").point(lambda value: value * (1 / 256))
        return picture.convert("L" if kind == "png" else "RGB")
    if picture.mode in {"L", "RGB", "RGBA"} and (kind != "jpg" or picture.mode != "RGBA") and (kind != "webp" or picture.mode != "L") and "transparency" not in picture.info:
        return picture
    if picture.mode == "1":
        return picture.convert("L")
    return picture.convert("RGBA" if kind != "jpg" and picture.has_transparency_data else "RGB")


def orientation(kind: str, data: bytes) -> int:
    """How the camera was held (EXIF 0x0112), 1 when it does not say."""
    if kind == "jpg":
        blocks = [data[start + 10 : stop] for marker, start, stop in segments(data) if marker == 0xE1 and data[start + 4 : start + 10] == b"Exif\0\0"]
    else:
        blocks = [data[start + 8 : stop - 4] for name, start, stop in (chunks(data) if kind == "png" else riff(data)) if name in {b"eXIf", b"EXIF"}]
    if not blocks:
        return 1
    said = Image.Exif()
    try:
        said.load(blocks[0])
        return int(said.get(0x0112, 1))
    except Exception:  # whatever forged metadata makes the reader raise, the picture itself may be sound
        return 1


TURNS = {number: ImageOps.Image.Transpose[name] for number, name in {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE", 6: "ROTATE_270", 7: "TRANSVERSE", 8: "ROTATE_90"}.items()}


def measured(kind: str, data: bytes) -> tuple[int, int]:
    """Width and height as the file declares them, once its structure was followed from its first byte to its last."""
    try:
        return {"jpg": size_of_jpeg, "png": size_of_png, "webp": size_of_webp}[kind](data)
    except (struct.error, IndexError) as error:
        raise NotTaken("broken") from error


def bare(kind: str, data: bytes) -> bytes:
    """The same picture without its metadata and without decoding it: for pictures inside other files."""
    try:
        if kind == "jpg":
            end = end_of_jpeg(data)
            return b"\xff\xd8" + b"".join(data[start:stop] for marker, start, stop in segments(data[:end]) if marker in KEPT_SEGMENTS)
        if kind == "png":
            size_of_png(data)
            return data[:8] + b"".join(data[start:stop] for name, start, stop in chunks(data) if name in KEPT_CHUNKS)
        return without_extras(data)
    except (struct.error, IndexError) as error:
        raise NotTaken("broken") from error


# JPEG


def segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of each segment behind the first two bytes; a scan reaches to the next marker, the last is EOI."""
    at = 2
    for _part in range(MOST_PARTS):
        start = at
        if data[at] != 0xFF:
            raise NotTaken("broken")
        while data[at] == 0xFF:
            at += 1
        marker, at = data[at], at + 1
        if marker == 0xD9:
            yield marker, start, at
            return
        if marker not in STANDALONE:
            at += struct.unpack_from(">H", data, at)[0]
        if marker == 0xDA:
            at = end_of_scan(data, at)
        if at > len(data):
            raise NotTaken("broken")
        yield marker, start, at
    raise NotTaken("broken")


def end_of_scan(data: bytes, at: int) -> int:
    """Where the packed pixels stop: at a marker that is neither a stuffed byte nor a restart."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise NotTaken("broken")
        if data[at + 1] not in {0x00, 0xFF, *range(0xD0, 0xD8)}:
            return at
        at += 1 if data[at + 1] == 0xFF else 2


def end_of_jpeg(data: bytes) -> int:
    """The position behind EOI."""
    return [stop for _marker, _start, stop in segments(data)][-1]


def size_of_jpeg(data: bytes) -> tuple[int, int]:
    """The one frame's size. Behind the end: nothing, or what phones put there."""
    frames, scans, end = [], 0, 0
    for marker, start, stop in segments(data):
        if marker in FRAMES:
            frames.append(struct.unpack_from(">HH", data, start + 5)[::-1])
        scans += marker == 0xDA
        end = stop
    if len(frames) != 1 or not scans:
        raise NotTaken("broken")
    if scans * frames[0][0] * frames[0][1] > MOST_SCANNED:
        raise NotTaken("pixels")
    if not (only_slack(data[end:]) or is_of_a_phone(data[end:])):
        raise NotTaken("trailing")
    return frames[0]


def is_of_a_phone(rest: bytes) -> bool:
    """Further whole JPEGs (previews, gain maps), or a trailer that ends with its own directory. It never reaches the shown copy."""
    if rest[-4:] == b"SEFT" and len(rest) > 20:
        directory = len(rest) - 8 - int.from_bytes(rest[-8:-4], "little")
        return directory >= 0 and rest[directory : directory + 4] == b"SEFH" and b"PK\x03\x04" not in rest
    while rest.startswith(b"\xff\xd8\xff"):
        rest = rest[end_of_jpeg(rest) :].lstrip(b"\0")
        if not rest:
            return True
    return False


# PNG and WebP


def chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of each chunk of a PNG, its check sum verified."""
    at = 8
    for _part in range(MOST_PARTS):
        length, name = struct.unpack_from(">I4s", data, at)
        stop = at + 12 + length
        if stop > len(data) or zlib.crc32(data[at + 4 : stop - 4]) != struct.unpack_from(">I", data, stop - 4)[0]:
            raise NotTaken("broken")
        yield name, at, stop
        if name == b"IEND":
            return
        at = stop
    raise NotTaken("broken")


def size_of_png(data: bytes) -> tuple[int, int]:
    """The size in the first chunk. Moving pictures are not taken; text that unpacks into much is never unpacked."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        raise NotTaken("broken")
    names, end = [], 0
    for name, _start, stop in chunks(data):
        names.append(name)
        end = stop
    if names[0] != b"IHDR" or b"IDAT" not in names or names.count(b"IHDR") > 1:
        raise NotTaken("broken")
    if b"acTL" in names:
        raise NotTaken("moving")
    if not only_slack(data[end:]):
        raise NotTaken("trailing")
    return struct.unpack_from(">II", data, 16)


def riff(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of each chunk of a WebP, which must be as long as it says."""
    length, at = struct.unpack_from("<I", data, 4)[0] + 8, 12
    if length > len(data):
        raise NotTaken("broken")
    if not only_slack(data[length:]):
        raise NotTaken("trailing")
    for _part in range(MOST_PARTS):
        if at + 8 > length:
            return
        name, size = struct.unpack_from("<4sI", data, at)
        stop = at + 8 + size + size % 2
        if stop > length:
            raise NotTaken("broken")
        yield name, at, stop
        at = stop
    raise NotTaken("broken")


def without_extras(data: bytes) -> bytes:
    """A WebP of its pixels alone."""
    kept = b"".join(data[start:stop] for name, start, stop in riff(data) if name in {b"VP8 ", b"VP8L", b"ALPH"})
    extended = next((data[start:stop] for name, start, stop in riff(data) if name == b"VP8X"), b"")
    if extended:
        kept = extended[:8] + bytes([extended[8] & 0x10]) + extended[9:] + kept  # of its flags, transparency stays
    return b"RIFF" + struct.pack("<I", len(kept) + 4) + b"WEBP" + kept


def size_of_webp(data: bytes) -> tuple[int, int]:
    """The size of its one picture, the same wherever it stands."""
    sizes = set()
    for name, start, stop in riff(data):
        body = data[start + 8 : min(stop, start + 18)]
        if name in {b"ANIM", b"ANMF"}:
            raise NotTaken("moving")
        if name == b"VP8X":
            sizes.add((1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")))
        elif name == b"VP8 ":
            sizes.add(tuple(side & 0x3FFF for side in struct.unpack_from("<HH", body, 6)))
        elif name == b"VP8L":
            bits = struct.unpack_from("<I", body, 1)[0]
            sizes.add((1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)))
    if len(sizes) != 1:
        raise NotTaken("broken")
    return sizes.pop()
