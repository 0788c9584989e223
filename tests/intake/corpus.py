"""Three hundred files to be sent: good ones, and everything that was ever sent to a gate. Made by code, the same bytes every time; nothing here knows what is taken."""

import struct
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from PIL import Image, ImageDraw, PngImagePlugin

AUTHOR, PLACE = "Người chụp Kiểm Thử", "21.0278-kiem-thu"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
HTML = b"<!DOCTYPE html><html><body><script>alert(document.domain)</script></body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}


# Pictures


def picture(mode: str = "RGB", size: tuple[int, int] = (64, 48)) -> Image.Image:
    """A picture with an up and a down."""
    made = Image.new("RGB", size, (200, 210, 220))
    ImageDraw.Draw(made).rectangle((0, 0, size[0] // 2, size[1] // 3), fill=(180, 30, 30))
    return made.convert(mode)


def saved(kind: str, mode: str = "RGB", size: tuple[int, int] = (64, 48), **how: object) -> bytes:
    """The picture as a file."""
    made = BytesIO()
    picture(mode, size).save(made, FORMATS[kind], **how)
    return made.getvalue()


def exif(turned: int = 1) -> bytes:
    """What a telephone writes: who, with what, where."""
    said = Image.Exif()
    said[0x0112], said[0x013B], said[0x010F], said[0x8298], said[0x010E] = turned, AUTHOR, "May anh mau", AUTHOR, PLACE
    said.get_ifd(0x8825).update({1: "N", 2: (21.0, 1.0, 40.0), 3: "E", 4: (105.0, 50.0, 30.0)})
    return said.tobytes()


XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><dc:creator>{AUTHOR}</dc:creator>{PLACE}</rdf:RDF></x:xmpmeta>'.encode()


def segment(marker: int, body: bytes) -> bytes:
    """A segment of a JPEG."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def with_segment(marker: int, body: bytes) -> bytes:
    """A JPEG with one more segment behind its first two bytes."""
    plain = saved("jpg")
    return plain[:2] + segment(marker, body) + plain[2:]


def chunk(name: bytes, body: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def with_chunk(name: bytes, body: bytes) -> bytes:
    """A PNG with one more chunk behind its first."""
    plain = saved("png")
    return plain[:33] + chunk(name, body) + plain[33:]


def text_chunk() -> PngImagePlugin.PngInfo:
    """Words in a PNG."""
    said = PngImagePlugin.PngInfo()
    said.add_text("Author", AUTHOR)
    said.add_itxt("XML:com.adobe.xmp", XMP.decode())
    said.add_text("Comment", PLACE, zip=True)
    return said


def flat_png(width: int, height: int, *, colours: int = 2, padding: int = 0) -> bytes:
    """A PNG of one colour: kilobytes that unpack into the picture; with a padding chunk it does not look so dense."""
    line = bytes(1 + width * {0: 1, 2: 3, 6: 4}[colours])
    packed, deflated = zlib.compressobj(1), []
    for _row in range(height):
        deflated.append(packed.compress(line))
    deflated.append(packed.flush())
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colours, 0, 0, 0))
    filling = chunk(b"prIv", bytes(padding)) if padding else b""
    return b"\x89PNG\r\n\x1a\n" + head + filling + chunk(b"IDAT", b"".join(deflated)) + chunk(b"IEND", b"")


def liar(kind: str, width: int, height: int) -> bytes:
    """A small picture whose head declares another size."""
    plain = bytearray(saved(kind))
    if kind == "png":
        plain[16:24] = struct.pack(">II", width, height)
        plain[29:33] = struct.pack(">I", zlib.crc32(plain[12:29]))
    else:
        at = plain.index(b"\xff\xc0")
        plain[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(plain)


def moving(kind: str) -> bytes:
    """Three frames."""
    made = BytesIO()
    picture().save(made, FORMATS[kind], save_all=True, append_images=[picture().rotate(90), picture().rotate(180)])
    return made.getvalue()


def webp_sized(width: int, height: int) -> bytes:
    """A WebP whose extended head declares a canvas."""
    body = b"VP8X" + struct.pack("<I", 10) + bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little") + saved("webp")[12:]
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def many_scans(scans: int) -> bytes:
    """A large progressive JPEG whose one scan is said again and again."""
    plain = saved("jpg", size=(4000, 4000), progressive=True)
    at = plain.rindex(b"\xff\xda")
    return plain[:-2] + plain[at:-2] * scans + b"\xff\xd9"


def samsung(inside: bytes = b"") -> bytes:
    """A trailer with its own directory, as some telephones write it."""
    directory = b"SEFH" + struct.pack("<II", 106, 1) + bytes(12)
    return saved("jpg") + b"\0\0\1\n" + inside + directory + struct.pack("<I", len(directory)) + b"SEFT"


def noise(length: int) -> bytes:
    """Bytes that do not pack, the same every time."""
    state, made = 12_345, bytearray()
    while len(made) < length:
        state = (1_103_515_245 * state + 12_345) % 2**31
        made += struct.pack(">I", state)[1:3]
    return bytes(made[:length])


# Office files

HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
MAIN = {"docx": "wordprocessingml.document", "xlsx": "spreadsheetml.sheet"}
PLACES = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
Parts = dict[str, bytes]


def types(kind: str, main: str = "") -> bytes:
    """The list of types."""
    main = main or f"application/vnd.openxmlformats-officedocument.{MAIN[kind]}.main+xml"
    return HEAD + f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/{PLACES[kind]}" ContentType="{main}"/></Types>'.encode()


def rels(*given: tuple[str, str, bool]) -> bytes:
    """Relations: kind, target, outside."""
    said = "".join(f'<Relationship Id="rId{number}" Type="{REL}/{kind}" Target="{target}"{" TargetMode=" + chr(34) + "External" + chr(34) if out else ""}/>' for number, (kind, target, out) in enumerate(given, 1))
    return HEAD + f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{said}</Relationships>'.encode()


def document(words: str = "Biên bản làm việc", more: str = "") -> bytes:
    """The text of a Word file."""
    return HEAD + f"<w:document {W}><w:body>{more}<w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:body></w:document>".encode()


def sheet(rows: str = '<row r="1"><c r="A1" t="inlineStr"><is><t>Danh sách</t></is></c></row>') -> bytes:
    """A sheet of an Excel file."""
    return HEAD + f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'.encode()


def parts(kind: str, main: str = "", **more: bytes) -> Parts:
    """The parts of a small file of a kind."""
    made = {"[Content_Types].xml": types(kind, main), "_rels/.rels": rels(("officeDocument", PLACES[kind], False))}
    if kind == "docx":
        return made | {"word/document.xml": document()} | more
    book = HEAD + f'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{REL}"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>'.encode()
    return made | {"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": rels(("worksheet", "worksheets/sheet1.xml", False)), "xl/worksheets/sheet1.xml": sheet()} | more


def packed(content: Parts, how: int = ZIP_DEFLATED) -> bytes:
    """The parts as one file."""
    made = BytesIO()
    with ZipFile(made, "w", how) as archive:
        for name, body in content.items():
            archive.writestr(ZipInfo(name), body, how)
    return made.getvalue()


def office(kind: str, added: Parts | None = None, main: str = "") -> bytes:
    """An office file with more parts, or with other ones in place of its own."""
    return packed(parts(kind, main) | (added or {}))


def word(words: str = "Biên bản", more: str = "", **added: bytes) -> bytes:
    """A Word file with this text."""
    return office("docx", {"word/document.xml": document(words, more)} | added)


def told() -> Parts:
    """Everything that says who wrote it."""
    core = f'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>{AUTHOR}</dc:creator><cp:lastModifiedBy>{AUTHOR}</cp:lastModifiedBy></cp:coreProperties>'
    app = f'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Company>{AUTHOR}</Company><Manager>{PLACE}</Manager></Properties>'
    return {"docProps/core.xml": HEAD + core.encode(), "docProps/app.xml": HEAD + app.encode(), "docProps/custom.xml": HEAD + app.replace("extended", "custom").encode()}


def commented() -> bytes:
    """A Word file with comments and changes, each with its author, and a photograph with its place."""
    changed = f'<w:p><w:ins w:id="1" w:author="{AUTHOR}" w:date="2026-11-20T09:00:00Z"><w:r><w:t>thêm</w:t></w:r></w:ins></w:p>'
    comments = HEAD + f"<w:comments {W}><w:comment w:id='1' w:author='{AUTHOR}' w:initials='KT'><w:p/></w:comment></w:comments>".encode()
    return office("docx", told() | {"word/document.xml": document(more=changed), "word/comments.xml": comments, "word/media/image1.jpeg": saved("jpg", exif=exif()), "word/media/image2.png": saved("png", pnginfo=text_chunk())})


def noted() -> bytes:
    """An Excel file with a comment, a list of people and the folder it was saved in."""
    comments = HEAD + f'<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors><author>{AUTHOR}</author></authors><commentList/></comments>'.encode()
    people = HEAD + f'<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"><person displayName="{AUTHOR}" id="{{1}}" userId="{AUTHOR}" providerId="AD"/></personList>'.encode()
    book = parts("xlsx")["xl/workbook.xml"].replace(b"<sheets>", f'<x15ac:absPath xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac" url="C:\\Users\\{PLACE}\\"/><sheets>'.encode())
    return office("xlsx", told() | {"xl/comments1.xml": comments, "xl/persons/person.xml": people, "xl/workbook.xml": book})


def renamed(data: bytes, before: bytes, after: bytes) -> bytes:
    """A name inside the archive written over by another of the same length, in both its places."""
    assert len(before) == len(after) and before in data
    return data.replace(before, after)


def locked(data: bytes) -> bytes:
    """The same with the mark of a password on every part."""
    made = bytearray(data)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = made.find(mark)
        while at >= 0:
            made[at + place] |= 1
            at = made.find(mark, at + 4)
    return bytes(made)


def linked(name: str) -> bytes:
    """A part that is a symbolic link."""
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for path, body in parts("docx").items():
            archive.writestr(path, body)
        link = ZipInfo(name)
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return made.getvalue()


def declared_small(data: bytes, name: bytes, size: int) -> bytes:
    """The list of contents lies about how large a part is."""
    made = bytearray(data)
    at = made.rindex(b"PK\x01\x02", 0, made.rindex(name))
    made[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(made)


def overlapping() -> bytes:
    """A hundred names for the same packed bytes."""
    plain = office("docx")
    end = plain.rindex(b"PK\x05\x06")
    start = struct.unpack_from("<I", plain, end + 16)[0]
    last = plain.rindex(b"PK\x01\x02")
    entry = plain[last:end]
    more = b"".join(entry.replace(b"document.xml", f"docum{number:03}.xml".encode()) for number in range(100))
    directory = plain[start:end] + more
    return plain[:start] + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 103, 103, len(directory), start, 0)


def quine() -> bytes:
    """An archive that holds itself, as far as a finite file can: five times inside one another."""
    inner = office("docx")
    for _depth in range(5):
        inner = office("docx", {"word/self.docx": inner})
    return inner


def doctype(kind: str, body: str) -> bytes:
    """A main part that opens with a document type."""
    main = parts(kind)[PLACES[kind]].replace(HEAD, HEAD + f"<!DOCTYPE a [{body}]>".encode())
    return office(kind, {PLACES[kind]: main})


def in_utf16(kind: str) -> bytes:
    """The same hidden in another encoding."""
    text = parts(kind)[PLACES[kind]].decode().replace("UTF-8", "UTF-16").replace("?>", '?><!DOCTYPE a [<!ENTITY b "c">]>', 1)
    return office(kind, {PLACES[kind]: text.encode("utf-16")})


# PDF


def pdf(objects: dict[int, bytes] | None = None, *, root: bytes = b"", page: bytes = b"", text: bytes = b"Bien ban", trailer: bytes = b"", content: bytes = b"", font: bytes = b"") -> bytes:
    """A one-page PDF, with more in its objects."""
    content = content or b"BT /F1 24 Tf 72 720 Td (" + text + b") Tj ET"
    held = {
        1: b"<< /Type /Catalog /Pages 2 0 R " + root + b" >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> " + page + b" >>",
        4: b"<< /Length %d >>\nstream\n" % len(content) + content + b"\nendstream",
        5: font or b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    } | (objects or {})
    made, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), {}
    for number, body in held.items():
        places[number] = len(made)
        made += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(made)
    last = max(held)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (last + 1)
    for number in range(1, last + 1):
        made += b"%010d 00000 %c \n" % (places.get(number, 0), b"n"[0] if number in places else b"f"[0])
    made += b"trailer\n<< /Size %d /Root 1 0 R " % (last + 1) + trailer + b" >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(made)


def stream(body: bytes, said: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d " % len(body) + said + b" >>\nstream\n" + body + b"\nendstream"


def deflated(length: int, letter: bytes = b" ") -> bytes:
    """Very many of one letter, packed."""
    squeeze = zlib.compressobj(9)
    made = [squeeze.compress(letter * 1_000_000) for _million in range(length // 1_000_000)]
    return b"".join([*made, squeeze.flush()])


def stamped(words: str) -> bytes:
    """A PDF that says Vietnamese words through a table of letters."""
    codes = {letter: number for number, letter in enumerate(dict.fromkeys(words), 1)}
    lines = "\n".join(f"<{number:02X}> <{letter.encode('utf-16-be').hex().upper()}>" for letter, number in codes.items())
    table = f"/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange {len(codes)} beginbfchar\n{lines}\nendbfchar endcmap end end".encode()
    said = b"".join(b"%02X" % codes[letter] for letter in words)
    return pdf({6: stream(table)}, content=b"BT /F1 24 Tf 72 720 Td <" + said + b"> Tj ET", font=b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>")


ACTIONS = {
    "javascript": b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>",
    "javascript-escaped": b"/OpenAction << /S /J#61vaScript /J#53 (app.alert\\(1\\)) >>",
    "javascript-names": b"/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (1) >>] >> >>",
    "launch": b"/OpenAction << /S /Launch /F (cmd.exe) >>",
    "submit": b"/OpenAction << /S /SubmitForm /F (http://example.com) >>",
    "import": b"/OpenAction << /S /ImportData /F (a.fdf) >>",
    "remote": b"/OpenAction << /S /GoToR /F (other.pdf) >>",
    "embedded-goto": b"/OpenAction << /S /GoToE /T << >> >>",
    "xfa": b"/AcroForm << /XFA (x) /Fields [] >>",
    "rendition": b"/OpenAction << /S /Rendition /OP 0 >>",
    "sound": b"/OpenAction << /S /Sound >>",
    "movie": b"/OpenAction << /S /Movie >>",
    "embedded-file": b"/Names << /EmbeddedFiles << /Names [(a.exe) << /Type /Filespec /F (a.exe) /EF << >> >>] >> >>",
    "collection": b"/Collection << /Type /Collection >>",
}
ANNOTATIONS = {
    "file-annotation": b"/Annots [<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 9 9] /FS << /F (a) >> >>]",
    "rich-media": b"/Annots [<< /Type /Annot /Subtype /RichMedia /Rect [0 0 9 9] >>]",
    "page-open": b"/AA << /O << /S /JavaScript /JS (1) >> >>",
    "link-javascript": b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /JavaScript /JS (1) >> >>]",
}


# All of them


def good() -> Iterator[tuple[str, bytes]]:
    """What people send."""
    for kind in FORMATS:
        yield f"good.{kind}", saved(kind)
        yield f"good-large.{kind}", saved(kind, size=(1600, 1200))
        for turned in (3, 6, 8):
            yield f"good-turned-{turned}.{kind}", saved(kind, exif=exif(turned))
        yield f"good-slack.{kind}", saved(kind) + b"\r\n\0\0"
        yield f"good-one-point.{kind}", saved(kind, size=(1, 1))
    for mode in ("1", "L", "LA", "P", "RGBA", "I;16"):
        yield f"good-{mode.replace(';', '-')}.png", saved("png", "L", (64, 48)) if mode == "I;16" else saved("png", mode)
    for mode in ("L", "CMYK"):
        yield f"good-{mode}.jpg", saved("jpg", mode)
    yield "good-progressive.jpg", saved("jpg", progressive=True)
    yield "good-lossless.webp", saved("webp", lossless=True)
    yield "good-see-through.webp", saved("webp", "RGBA")
    yield "good-sixteen-bits.png", sixteen_bits()
    yield "good-preview-behind.jpg", saved("jpg") + saved("jpg", size=(16, 12))
    yield "good-trailer-of-a-phone.jpg", samsung()
    for kind in MAIN:
        yield f"good.{kind}", office(kind)
        yield f"good-stored.{kind}", packed(parts(kind), ZIP_STORED)
        yield f"good-picture.{kind}", office(kind, {f"{PLACES[kind].partition('/')[0]}/media/image1.png": saved("png")})
    yield "good-link.docx", office("docx", {"word/_rels/document.xml.rels": rels(("hyperlink", "https://example.com/", True), ("hyperlink", "mailto:a@example.com", True))})
    yield "good-printer.xlsx", office("xlsx", {"xl/printerSettings/printerSettings1.bin": b"P\0r\0i\0n\0t\0e\0r\0"})
    yield "good-formula.xlsx", office("xlsx", {"xl/worksheets/sheet1.xml": sheet('<row r="1"><c r="A1"><f>SUM(B1:B9)</f><v>1</v></c></row>')})
    yield "good-says-secret-in-small.docx", word("Không gửi tài liệu mật, tối mật qua mạng; bí mật cá nhân được giữ.")
    yield "good.pdf", pdf()
    yield "good-slack.pdf", pdf() + b"\r\n\r\n\0\0"
    yield "good-open-at.pdf", pdf(root=b"/OpenAction [3 0 R /Fit]")
    yield "good-link.pdf", pdf(page=b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://example.com) >> >>]")
    yield "good-two-versions.pdf", pdf() + pdf().partition(b"\n")[2][-9:]
    yield "good-words.pdf", stamped("Biên bản làm việc")


def sixteen_bits() -> bytes:
    """A grey PNG of sixteen bits, as scanners write it."""
    made = BytesIO()
    Image.new("I;16", (32, 32), 40_000).save(made, "PNG")
    return made.getvalue()


def laden() -> Iterator[tuple[str, bytes]]:
    """Taken, but what they say of people must be gone."""
    for kind in FORMATS:
        yield f"laden-exif.{kind}", saved(kind, exif=exif())
        yield f"laden-xmp.{kind}", saved(kind, xmp=XMP) if kind != "png" else with_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)
    yield "laden-comment.jpg", with_segment(0xFE, f"{AUTHOR} {PLACE}".encode())
    yield "laden-iptc.jpg", with_segment(0xED, b"Photoshop 3.0\x008BIM" + AUTHOR.encode())
    yield "laden-unknown-segment.jpg", with_segment(0xEA, AUTHOR.encode())
    yield "laden-colours.jpg", with_segment(0xE2, b"ICC_PROFILE\0\1\1" + AUTHOR.encode())
    yield "laden-words.png", saved("png", pnginfo=text_chunk())
    yield "laden-private.png", with_chunk(b"prIv", AUTHOR.encode())
    yield "laden-eicar-comment.jpg", with_segment(0xFE, EICAR)
    yield "laden.docx", office("docx", told())
    yield "laden-comments.docx", commented()
    yield "laden.xlsx", noted()
    yield "laden.pdf", pdf({6: b"<< /Author (" + AUTHOR.encode() + b") /Creator (" + PLACE.encode() + b") >>", 7: stream(XMP, b"/Type /Metadata /Subtype /XML")}, trailer=b"/Info 6 0 R", root=b"/Metadata 7 0 R")
    yield "laden-note.pdf", pdf(page=b"/Annots [<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /T (" + AUTHOR.encode() + b") /Contents (x) >>]")
    photo = saved("jpg", exif=exif())
    yield "laden-photo.pdf", pdf({6: stream(photo, b"/Type /XObject /Subtype /Image /Width 64 /Height 48 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode")}, page=b"/Rotate 0 /X 6 0 R")


def other_kinds() -> Iterator[tuple[str, bytes]]:
    """Whatever their names say."""
    heads = {
        "html": HTML, "svg": SVG, "text": b"mot cau", "php": b"<?php system($_GET[0]); ?>", "script": b"#!/bin/sh\nrm -rf /\n", "program": b"MZ\x90\0" + bytes(200), "elf": b"\x7fELF\x02\x01" + bytes(200),
        "gif": b"GIF89a" + bytes(40), "bmp": b"BM" + bytes(60), "tiff": b"II*\0" + bytes(60), "tiff-big": b"MM\0*" + bytes(60), "heic": b"\0\0\0\x18ftypheic" + bytes(40), "avif": b"\0\0\0\x18ftypavif" + bytes(40),
        "mp4": b"\0\0\0\x18ftypmp42" + bytes(40), "mov": b"\0\0\0\x14ftypqt  " + bytes(40), "avi": b"RIFF\x40\0\0\0AVI " + bytes(60), "wav": b"RIFF\x40\0\0\0WAVE" + bytes(60), "webm": b"\x1aE\xdf\xa3" + bytes(40), "mp3": b"ID3\x04" + bytes(40), "ogg": b"OggS" + bytes(40),
        "rar": b"Rar!\x1a\x07\x01\0" + bytes(40), "7z": b"7z\xbc\xaf\x27\x1c" + bytes(40), "gzip": b"\x1f\x8b\x08" + bytes(40), "xz": b"\xfd7zXZ\0" + bytes(40), "bzip": b"BZh91AY" + bytes(40), "ole": OLE, "eicar": EICAR, "rtf": b"{\\rtf1 x}", "lnk": b"L\0\0\0\x01\x14\x02\0" + bytes(60), "empty-zip": b"PK\x05\x06" + bytes(18), "nothing": b"",
    }  # fmt: skip
    for name, head in heads.items():
        yield f"is-{name}.jpg", head
    for kind in ("png", "webp", "pdf", "docx", "xlsx"):
        yield f"is-html.{kind}", HTML
        yield f"is-eicar.{kind}", EICAR
    yield "is-svg.svg", SVG
    yield "is-html-with-mark.jpg", b"\xef\xbb\xbf" + HTML
    yield "is-spaces-then-jpeg.jpg", b"\n" + saved("jpg")
    yield "is-text-then-pdf.pdf", b"From: a\n\n" + pdf()
    yield "is-zip.docx", packed({"a.txt": b"x"})
    yield "is-jar.xlsx", packed({"META-INF/MANIFEST.xml": HEAD + b"<a/>", "[Content_Types].xml": HEAD + b"<Types/>"})
    yield "is-pptx.docx", office("docx", {"[Content_Types].xml": types("docx", "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml")})
    yield "is-odt.docx", packed({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": HEAD + b"<a/>"})


def mismatched() -> Iterator[tuple[str, bytes]]:
    """Good content under another name: the name is mended."""
    yield "named-otherwise.png", saved("jpg")
    yield "named-otherwise.jpg", saved("png")
    yield "named-otherwise.pdf", saved("webp")
    yield "named-otherwise.exe", pdf()
    yield "named-otherwise.docx", office("xlsx")
    yield "named-otherwise.xlsx", office("docx")
    yield "named-twice.pdf.exe", pdf()
    yield "named-html.html", saved("png")


def polyglots() -> Iterator[tuple[str, bytes]]:
    """Two files in one."""
    archive = office("docx")
    for kind, plain in ((*((kind, saved(kind)) for kind in FORMATS), ("pdf", pdf()))):
        yield f"poly-{kind}-zip.{kind}", plain + archive
        yield f"poly-{kind}-html.{kind}", plain + HTML
        yield f"poly-{kind}-script.{kind}", plain + b"\n<script>alert(1)</script>"
        yield f"poly-{kind}-php.{kind}", plain + b"<?php 1; ?>"
        yield f"poly-{kind}-program.{kind}", plain + b"MZ\x90\0\x03\0\0\0" + bytes(100)
        yield f"poly-{kind}-rest.{kind}", plain + noise(300)
        yield f"poly-{kind}-zeros.{kind}", plain + bytes(5_000)
    yield "poly-jpg-pdf.jpg", with_segment(0xFE, pdf())
    yield "poly-jpg-comment-html.jpg", with_segment(0xFE, HTML)
    yield "poly-jpg-exif-php.jpg", with_segment(0xE1, b"Exif\0\0<?php system(1) ?>")
    yield "poly-jpg-comment-zip.jpg", with_segment(0xFE, b"PK\x03\x04") + archive
    yield "poly-jpg-trailer-zip.jpg", samsung(archive)
    yield "poly-jpg-trailer-forged.jpg", saved("jpg") + b"xxSEFT"
    yield "poly-png-text-script.png", with_chunk(b"tEXt", b"Comment\0<script>alert(1)</script>")
    yield "poly-png-chunk-svg.png", with_chunk(b"prIv", SVG)
    yield "poly-webp-xmp-html.webp", saved("webp", xmp=HTML)
    yield "poly-pdf-html-inside.pdf", pdf({6: stream(HTML)})
    yield "poly-pdf-zip-inside.pdf", pdf({6: stream(archive)})
    yield "poly-pdf-zip-comment.pdf", pdf_zip(archive)
    yield "poly-docx-before.docx", b"MZ\x90\0" + archive
    yield "poly-docx-jpeg-before.jpg", saved("jpg") + archive[:40]
    yield "poly-docx-after.docx", archive + HTML
    yield "poly-docx-comment.docx", archive[:-2] + struct.pack("<H", len(HTML)) + HTML
    yield "poly-docx-between.docx", between(archive)
    yield "poly-docx-twice.docx", archive + office("xlsx")


def pdf_zip(archive: bytes) -> bytes:
    """A ZIP whose end record takes the end of the PDF for its comment."""
    end = archive.rindex(b"PK\x05\x06")
    tail = b"\nendstream\nendobj\n%%EOF\n"
    return pdf()[:-6] + b"9 0 obj\nstream\n" + archive[: end + 20] + struct.pack("<H", len(tail)) + tail


def between(archive: bytes) -> bytes:
    """A page hidden between the parts and the list of contents."""
    end = archive.rindex(b"PK\x05\x06")
    start = struct.unpack_from("<I", archive, end + 16)[0]
    return archive[:start] + HTML + archive[start : end + 16] + struct.pack("<I", start + len(HTML)) + archive[end + 20 :]


def broken() -> Iterator[tuple[str, bytes]]:
    """Cut, spliced, bent."""
    whole = {"jpg": saved("jpg"), "png": saved("png"), "webp": saved("webp"), "pdf": pdf(), "docx": office("docx"), "xlsx": office("xlsx")}
    for kind, data in whole.items():
        yield f"cut-half.{kind}", data[: len(data) // 2]
        yield f"cut-early.{kind}", data[:20]
        yield f"cut-late.{kind}", data[: -len(data) // 50 - 8]
        yield f"bent.{kind}", data[: len(data) // 3] + bytes(byte ^ 0x55 for byte in data[len(data) // 3 : len(data) // 2]) + data[len(data) // 2 :]
    yield "splice-png-jpg.png", whole["png"][:40] + whole["jpg"][20:]
    yield "splice-jpg-png.jpg", whole["jpg"][:40] + whole["png"]
    yield "splice-two-frames.jpg", whole["jpg"][:-2] + whole["jpg"][2:]
    yield "splice-check-sum.png", whole["png"][:30] + b"\0" + whole["png"][31:]
    yield "splice-two-heads.png", whole["png"][:33] + whole["png"][8:]
    yield "splice-no-pixels.png", whole["png"][:33] + chunk(b"IEND", b"")
    yield "splice-size-lie.webp", webp_sized(900, 900)
    yield "splice-size-lie.jpg", liar("jpg", 0, 48)
    yield "splice-zero.png", liar("png", 0, 10)
    yield "splice-head-alone.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xd9"
    yield "splice-riff-longer.webp", whole["webp"][:4] + struct.pack("<I", 10**6) + whole["webp"][8:]
    yield "splice-riff-shorter.webp", whole["webp"][:4] + struct.pack("<I", 20) + whole["webp"][8:]
    yield "moving.png", moving("png")
    yield "moving.webp", moving("webp")
    yield "splice-no-pages.pdf", pdf({2: b"<< /Type /Pages /Kids [] /Count 0 >>"})
    yield "splice-loop.pdf", pdf({2: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"})
    yield "splice-no-root.pdf", pdf().replace(b"/Root 1 0 R", b"/Toor 1 0 R").replace(b"/Catalog", b"/Golatac")
    yield "splice-no-end.pdf", pdf().replace(b"%%EOF", b"%%FOE")


def acting() -> Iterator[tuple[str, bytes]]:
    """PDF that does something, carries something, hides something."""
    for name, said in ACTIONS.items():
        yield f"pdf-{name}.pdf", pdf(root=said)
    for name, said in ANNOTATIONS.items():
        yield f"pdf-{name}.pdf", pdf(page=said)
    yield "pdf-javascript-apart.pdf", pdf({6: b"<< /S /JavaScript /JS (1) >>"}, root=b"/OpenAction 6 0 R")
    yield "pdf-javascript-unused.pdf", pdf({6: b"<< /S /JavaScript /JS (1) >>"})
    yield "pdf-embedded-stream.pdf", pdf({6: stream(b"MZ", b"/Type /EmbeddedFile")})
    yield "pdf-password.pdf", pdf({6: b"<< /Filter /Standard /V 1 /R 2 /O (" + b"o" * 32 + b") /U (" + b"u" * 32 + b") /P -4 >>"}, trailer=b"/Encrypt 6 0 R /ID [<00> <00>]")


def running() -> Iterator[tuple[str, bytes]]:
    """Office files that run, reach outside, nest, lie or hide."""
    for kind in MAIN:
        where = PLACES[kind].partition("/")[0]
        yield f"macro-part.{kind}", office(kind, {f"{where}/vbaProject.bin": OLE})
        yield f"macro-part-renamed.{kind}", office(kind, {f"{where}/settings.bin": OLE})
        yield f"macro-type.{kind}", office(kind, main=f"application/vnd.ms-{'word.document' if kind == 'docx' else 'excel.sheet'}.macroEnabled.main+xml")
        yield f"active-x.{kind}", office(kind, {f"{where}/activeX/activeX1.xml": HEAD + b"<a/>"})
        yield f"embedded-ole.{kind}", office(kind, {f"{where}/embeddings/oleObject1.bin": OLE})
        yield f"embedded-book.{kind}", office(kind, {f"{where}/embeddings/book.xlsx": office("xlsx")})
        yield f"nested-zip.{kind}", office(kind, {f"{where}/media/a.zip": packed({"a": b"x"})})
        yield f"nested-as-font.{kind}", office(kind, {f"{where}/fonts/font1.odttf": packed({"a": b"x"})})
        yield f"nested-as-picture.{kind}", office(kind, {f"{where}/media/image1.png": packed({"a": b"x"})})
        yield f"svg-part.{kind}", office(kind, {f"{where}/media/image1.svg": SVG})
        yield f"html-part.{kind}", office(kind, {f"{where}/chunk.html": HTML})
        yield f"html-as-picture.{kind}", office(kind, {f"{where}/media/image1.png": HTML})
        yield f"program-part.{kind}", office(kind, {f"{where}/a.exe": b"MZ"})
        yield f"entities.{kind}", doctype(kind, '<!ENTITY a "b">')
        yield f"entities-outside.{kind}", doctype(kind, '<!ENTITY a SYSTEM "file:///etc/passwd">')
        yield f"entities-parameter.{kind}", doctype(kind, '<!ENTITY % a SYSTEM "http://127.0.0.1:9/"> %a;')
        yield f"entities-laugh.{kind}", doctype(kind, '<!ENTITY a "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 or chr(0)};".replace(chr(0), "") * 10}">' for n in range(1, 9)))
        yield f"entities-utf16.{kind}", in_utf16(kind)
        yield f"traversal.{kind}", office(kind, {"../../etc/cron.d/a.xml": HEAD + b"<a/>"})
        yield f"traversal-root.{kind}", office(kind, {"/etc/a.xml": HEAD + b"<a/>"})
        yield f"traversal-back.{kind}", renamed(office(kind, {"docProps/.../a.xml": HEAD + b"<a/>"}), b"docProps/.../a.xml", b"docProps\\..\\.a.xml")
        yield f"traversal-drive.{kind}", office(kind, {"C:/a.xml": HEAD + b"<a/>"})
        yield f"password.{kind}", locked(office(kind))
        yield f"external-picture.{kind}", office(kind, {f"{where}/_rels/x.xml.rels": rels(("image", "http://example.com/a.png", True))})
        yield f"external-share.{kind}", office(kind, {f"{where}/_rels/x.xml.rels": rels(("hyperlink", "file://server/share", True))})
        yield f"external-ole.{kind}", office(kind, {f"{where}/_rels/x.xml.rels": rels(("oleObject", "http://example.com/a", True))})
    yield "external-template.docx", office("docx", {"word/_rels/settings.xml.rels": rels(("attachedTemplate", "https://example.com/a.dotm", True))})
    yield "external-chunk.docx", office("docx", {"word/_rels/document.xml.rels": rels(("aFChunk", "part.xml", False))})
    yield "external-dde.docx", word(more='<w:p><w:r><w:instrText>DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc"</w:instrText></w:r></w:p>')
    yield "external-dde.xlsx", office("xlsx", {"xl/worksheets/sheet1.xml": sheet("<row r=\"1\"><c r=\"A1\"><f>cmd|'/c calc'!A1</f></c></row>")})
    yield "external-book.xlsx", office("xlsx", {"xl/_rels/workbook.xml.rels": rels(("externalLink", "externalLinks/externalLink1.xml", False))})
    yield "macro-sheet.xlsx", office("xlsx", {"xl/macrosheets/sheet1.xml": sheet()})
    yield "symbolic-link.docx", linked("word/link.xml")
    yield "same-name-twice.docx", office("docx", {"word/DOCUMENT.xml": document()})
    yield "no-main-part.docx", packed({name: body for name, body in parts("docx").items() if name != "word/document.xml"})
    yield "two-kinds.docx", office("docx", {"[Content_Types].xml": types("docx").replace(b"</Types>", types("xlsx").partition(b"<Override")[1] + types("xlsx").partition(b"<Override")[2])})
    yield "broken-xml.docx", office("docx", {"word/document.xml": document()[:-9]})


def secret() -> Iterator[tuple[str, bytes]]:
    """Papers that bear the stamp."""
    yield "secret-top.docx", word("TUYỆT MẬT")
    yield "secret-high.docx", word("Độ khẩn: hỏa tốc. TỐI MẬT. Kính gửi")
    yield "secret-plain.docx", word("MẬT")
    yield "secret-apart.docx", word("M Ậ T")
    yield "secret-decomposed.docx", word("TUYE\u0323\u0302T MA\u0323\u0302T")
    yield "secret-split.docx", office("docx", {"word/document.xml": document().replace("Biên bản làm việc".encode(), "TỐI </w:t></w:r><w:r><w:t>MẬT".encode())})
    yield "secret-head.docx", office("docx", {"word/header1.xml": HEAD + f"<w:hdr {W}><w:p><w:r><w:t>MẬT</w:t></w:r></w:p></w:hdr>".encode()})
    yield "secret-level.docx", word("ĐỘ MẬT: MẬT")
    yield "secret.xlsx", office("xlsx", {"xl/sharedStrings.xml": HEAD + "<sst><si><t>TUYỆT MẬT</t></si></sst>".encode()})
    yield "secret.pdf", stamped("TUYỆT MẬT")
    yield "secret-plain.pdf", stamped("MẬT")


def bombs() -> Iterator[tuple[str, bytes]]:
    """Small files that want much: memory, time, or a disk."""
    for width, height in ((8_000, 8_000), (40_000, 1_100), (7_000, 6_000), (20_000, 2_000)):
        yield f"bomb-flat-{width}.png", flat_png(width, height)
    yield "bomb-flat-padded.png", flat_png(6_200, 6_200, colours=6, padding=400_000)
    yield "bomb-grey.png", flat_png(6_300, 6_300, colours=0)
    yield "bomb-turned.png", flat_png(3_400, 3_400)[:33] + chunk(b"eXIf", exif(6)[6:]) + flat_png(3_400, 3_400)[33:]
    for size in (65_500, 30_000, 10_000):
        yield f"bomb-declared-{size}.png", liar("png", size, size)
        yield f"bomb-declared-{size}.jpg", liar("jpg", size, size)
    yield "bomb-declared.webp", webp_sized(16_000, 16_000)
    yield "bomb-flat.jpg", saved("jpg", "L", (6_600, 6_600), quality=1)
    yield "bomb-just-under.jpg", saved("jpg", "RGB", (7_000, 5_700), quality=1)
    yield "bomb-just-under-in-passes.jpg", saved("jpg", "RGB", (3_500, 3_500), quality=1, progressive=True)
    yield "bomb-flat.webp", saved("webp", "RGB", (5_000, 3_000), quality=1, method=0)
    yield "bomb-scans.jpg", many_scans(60)
    yield "bomb-words.png", with_chunk(b"zTXt", b"Comment\0\0" + deflated(70_000_000))
    yield "bomb-colours.png", with_chunk(b"iCCP", b"a\0\0" + deflated(70_000_000))
    yield "bomb-chunks.png", saved("png")[:33] + chunk(b"tEXt", b"a\0b") * 30_000 + saved("png")[33:]
    yield "bomb-segments.jpg", saved("jpg")[:2] + segment(0xFE, b"x") * 30_000 + saved("jpg")[2:]
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>' * 100_000
    yield "bomb-rows.xlsx", office("xlsx", {"xl/worksheets/sheet1.xml": sheet(rows)})
    yield "bomb-rows-declared-small.xlsx", declared_small(office("xlsx", {"xl/worksheets/sheet1.xml": sheet(rows)}), b"sheet1.xml", 2_000)
    yield "bomb-strings.xlsx", office("xlsx", {"xl/sharedStrings.xml": HEAD + b"<sst>" + b"<si><t>a</t></si>" * 300_000 + b"</sst>"})
    yield "bomb-many-sheets.xlsx", office("xlsx", {f"xl/worksheets/sheet{number}.xml": sheet("<row/>" * 300_000) for number in range(1, 30)})
    yield "bomb-entries.docx", office("docx", {f"word/{number}.xml": b"<a/>" for number in range(1_200)})
    yield "bomb-dense.docx", word(more="<w:p/>" * 500_000)
    yield "bomb-deep.docx", word(more="<w:p>" * 5_000 + "</w:p>" * 5_000)
    yield "bomb-attributes.docx", word(more="<w:p " + " ".join(f'a{number}="x"' for number in range(60_000)) + "/>")
    yield "bomb-overlap.docx", overlapping()
    yield "bomb-quine.docx", quine()
    yield "bomb-picture.docx", office("docx", {"word/media/image1.png": flat_png(8_000, 8_000)})
    yield "bomb-declared-small.docx", declared_small(word(more="<w:p/>" * 200_000), b"document.xml", 3_000)
    tenth = deflated(10_000_000)
    packed_once = deflated(100_000_000)
    yield "bomb-stream.pdf", pdf({4: stream(packed_once, b"/Filter /FlateDecode")})
    yield "bomb-stream-twice.pdf", pdf({4: stream(zlib.compress(packed_once, 9), b"/Filter [/FlateDecode /FlateDecode]")})
    yield "bomb-streams.pdf", pdf({number: stream(tenth, b"/Filter /FlateDecode") for number in range(6, 20)})
    yield "bomb-object-stream.pdf", pdf({6: stream(packed_once, b"/Type /ObjStm /N 100000 /First 10 /Filter /FlateDecode")})
    yield "bomb-lzw.pdf", pdf({4: stream(noise(400_000), b"/Filter /LZWDecode")})
    yield "bomb-nested-arrays.pdf", pdf({6: b"[" * 20_000 + b"]" * 20_000})
    yield "bomb-objects.pdf", pdf({number: b"<< >>" for number in range(6, 31_000)})
    yield "bomb-pages.pdf", pdf({2: b"<< /Type /Pages /Kids [" + b"3 0 R " * 20_000 + b"] /Count 20000 >>"})
    yield "bomb-xref.pdf", pdf().replace(b"/Size 6", b"/Size 999999999").replace(b"0 6\n", b"0 999999999\n")


GROUPS: tuple[Callable[[], Iterator[tuple[str, bytes]]], ...] = (good, laden, other_kinds, mismatched, polyglots, broken, acting, running, secret, bombs)


def corpus() -> dict[str, bytes]:
    """Every file by its name."""
    made: dict[str, bytes] = {}
    for group in GROUPS:
        for name, data in group():
            assert name not in made, name
            made[name] = data
    return made
