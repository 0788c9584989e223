"""Word and Excel files: every part counted before it is believed, nothing that runs, nests or reaches outside, the authors taken out."""

import re
import zlib
from io import BytesIO
from typing import Any
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from coordination.intake.images import bare, measured
from coordination.intake.limits import MOST_ENTRIES, MOST_PIXELS, MOST_RATIO, MOST_UNPACKED, NotTaken, refuse_foreign
from coordination.intake.marks import refuse_secrets

MOST_PART = 24_000_000  # one part as text in memory
DEEPEST = 200
STEP = 65_536
GAP = 24  # of a data descriptor behind a part
MAINS = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}
XML = (".xml", ".rels", ".vml")
PICTURES = (".jpg", ".jpeg", ".png")
DRAWINGS = (".emf", ".wmf", ".odttf")  # vector drawings and embedded fonts, carried and never shown by us
EMPTY_PARTS = {
    "docProps/core.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "docProps/app.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docProps/custom.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
}
TAG = re.compile(rb"<[A-Za-z_][^<>]*>")
NAMES = re.compile(rb"""(\s(?:[\w.-]+:)?(?:author|initials|lastEdited|userId|providerId|displayName|userName))(\s*=\s*)("[^"]*"|'[^']*')""")
AUTHORS = re.compile(rb"(<(?:[\w.-]+:)?author(?:\s[^<>]*)?>)[^<]*(</(?:[\w.-]+:)?author\s*>)")
ABSOLUTE = re.compile(rb"<(?:[\w.-]+:)?absPath\b[^<>]*>")
RUNS = re.compile(rb"\b(DDE|DDEAUTO|INCLUDEPICTURE|INCLUDETEXT)\b")
FORMULA_RUNS = re.compile(rb"<(?:\w+:)?f(?:\s[^<>]*)?>[^<]*\|[^<]*!")


def clean(kind: str, data: bytes) -> tuple[str, bytes]:
    """docx or xlsx, and the file as it may be handed on; or NotTaken."""
    try:
        with ZipFile(BytesIO(data)) as packed:
            parts = packed.infolist()
            refuse_bombs(parts, data)
            refuse_gaps(parts, packed.start_dir, data)
            if "[Content_Types].xml" not in packed.namelist():
                raise NotTaken("archive")
            for part in parts:
                refuse_name(part)
            found = kind_of_package(packed)
            return found, rewritten(found, packed, parts)
    except (BadZipFile, NotImplementedError, OSError, EOFError, ValueError, RuntimeError, zlib.error, KeyError, IndexError) as error:
        raise NotTaken("broken") from error


# The archive


def refuse_bombs(parts: list[ZipInfo], data: bytes) -> None:
    """What the list of contents says: how many, how large, how tightly packed; no passwords, no other ways of packing, no name twice."""
    total = sum(part.file_size for part in parts)
    if len(parts) > MOST_ENTRIES or total > MOST_UNPACKED or total > MOST_RATIO * len(data) or any(part.file_size > MOST_PART for part in parts):
        raise NotTaken("bomb")
    if any(part.flag_bits & 0x41 for part in parts):
        raise NotTaken("encrypted")
    if any(part.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for part in parts) or len({part.filename.lower() for part in parts}) != len(parts):
        raise NotTaken("broken")


def refuse_gaps(parts: list[ZipInfo], directory: int, data: bytes) -> None:
    """The parts lie one behind the other from the first byte, none over another, nothing hidden between them or behind the end."""
    at = 0
    for part in sorted(parts, key=lambda each: each.header_offset):
        if not 0 <= part.header_offset - at <= GAP or data[part.header_offset : part.header_offset + 4] != b"PK\x03\x04":
            raise NotTaken("polyglot")
        named, extra = (int.from_bytes(data[part.header_offset + place : part.header_offset + place + 2], "little") for place in (26, 28))
        at = part.header_offset + 30 + named + extra + part.compress_size
    if not 0 <= directory - at <= GAP:
        raise NotTaken("polyglot")
    end = data.rfind(b"PK\x05\x06")
    if end < 0 or len(data) != end + 22:
        raise NotTaken("trailing")


def refuse_name(part: ZipInfo) -> None:
    """A part names a place inside the package and is a plain part of a document."""
    name = part.orig_filename
    if name.startswith("/") or "\\" in name or "\0" in name or ":" in name or ".." in name.split("/") or part.external_attr >> 16 & 0o170000 == 0o120000:
        raise NotTaken("path")
    low = name.lower()
    if "vbaproject" in low or "macrosheets/" in low or "activex" in low or "vbadata" in low:
        raise NotTaken("macro")
    if "embeddings/" in low or low.endswith((".zip", ".docx", ".xlsx", ".pptx", ".rar", ".7z")):
        raise NotTaken("nested")
    if not low.endswith((*XML, *PICTURES, *DRAWINGS, "/")) and not ("printersettings" in low and low.endswith(".bin")):
        raise NotTaken("parts")


def unpacked(packed: ZipFile, part: ZipInfo) -> bytes:
    """The part's bytes, counted while they come out: never more than it declared."""
    kept, count = [], 0
    with packed.open(part) as stream:
        while step := stream.read(STEP):
            count += len(step)
            if count > part.file_size:
                raise NotTaken("bomb")
            kept.append(step)
    return b"".join(kept)


# Its parts


class Seen:
    """What a reading of one part noticed."""

    def __init__(self) -> None:
        self.depth = 0
        self.types: list[str] = []
        self.relations: list[dict[str, str]] = []


def read_xml(text: bytes) -> Seen:
    """Follow a part to its end with a parser that knows no entities and no document types."""
    seen, parser = Seen(), expat.ParserCreate()

    def refuse(*_declared: Any) -> None:
        raise NotTaken("entities")

    def begin(name: str, given: dict[str, str]) -> None:
        seen.depth += 1
        if seen.depth > DEEPEST:
            raise NotTaken("bomb")
        tag = name.rpartition(":")[2]
        if tag in {"Override", "Default"}:
            seen.types.append(given.get("ContentType", ""))
        elif tag == "Relationship":
            seen.relations.append(given)

    def end(_name: str) -> None:
        seen.depth -= 1

    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.UnparsedEntityDeclHandler = parser.ExternalEntityRefHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise NotTaken("broken") from error
    return seen


def kind_of_package(packed: ZipFile) -> str:
    """By the one main part that its list of types names; a package with macros or of another kind is not taken."""
    names = packed.namelist()
    types = read_xml(plain(unpacked(packed, packed.getinfo("[Content_Types].xml")))).types
    if any("macro" in each.lower() or "vba" in each.lower() for each in types):
        raise NotTaken("macro")
    kinds = {MAINS[each] for each in types if each in MAINS}
    if len(kinds) != 1 or not {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[min(kinds)] in names:
        raise NotTaken("other_office")
    return kinds.pop()


def plain(text: bytes) -> bytes:
    """Parts are read as UTF-8 alone, so that what is looked for is not hidden in another encoding."""
    try:
        if re.match(rb"""\s*<\?xml[^>]*encoding\s*=\s*["'](?!utf-?8["'])""", text.removeprefix(b"\xef\xbb\xbf"), re.IGNORECASE) or b"\0" in text:
            raise NotTaken("broken")
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotTaken("broken") from error
    return text


def refuse_reaching(relations: list[dict[str, str]]) -> None:
    """Inside the package everything may be named; outside only what a reader clicks himself: a link to a web page or a mail address."""
    for relation in relations:
        kind, target = relation.get("Type", "").rpartition("/")[2], relation.get("Target", "")
        if kind in {"attachedTemplate", "oleObject", "package", "aFChunk", "control", "externalLink", "externalLinkPath", "frame", "subDocument"}:
            raise NotTaken("external")
        if relation.get("TargetMode", "").lower() == "external" and (kind != "hyperlink" or not target.lower().startswith(("http://", "https://", "mailto:"))):
            raise NotTaken("external")


def rewritten(kind: str, packed: ZipFile, parts: list[ZipInfo]) -> bytes:
    """Every part read to its end and written into a new package, without times, comments and authors."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as fresh:
        for part in parts:
            if not part.is_dir():
                fresh.writestr(ZipInfo(part.filename), cleaned(kind, part.filename, unpacked(packed, part)), ZIP_DEFLATED)
    return made.getvalue()


def cleaned(kind: str, name: str, content: bytes) -> bytes:
    """One part as it is handed on."""
    low = name.lower()
    if low.endswith(XML):
        seen = read_xml(plain(content))
        refuse_reaching(seen.relations)
        if low.endswith(".xml") and (RUNS.search(content) and b"instr" in content or FORMULA_RUNS.search(content)):
            raise NotTaken("external")
        if low.startswith("word/") or low == "xl/sharedstrings.xml":
            refuse_secrets(paragraphs(content))
        return next((empty for path, empty in EMPTY_PARTS.items() if path.lower() == low), None) or nameless(content)
    if low.endswith(PICTURES):
        sort = "jpg" if content.startswith(b"\xff\xd8\xff") else "png"
        width, height = measured(sort, content)
        if width * height > MOST_PIXELS:
            raise NotTaken("bomb")
        return bare(sort, content)
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf", b"MZ")):
        raise NotTaken("nested")
    refuse_foreign(content)
    return b"" if low.endswith(".bin") else content


def nameless(text: bytes) -> bytes:
    """Without the names of those who wrote, commented and changed, and without the folder it was saved in."""
    text = TAG.sub(lambda tag: NAMES.sub(rb'\1\2""', tag.group()), text)
    return ABSOLUTE.sub(lambda tag: re.sub(rb"""(\burl\s*=\s*)("[^"]*"|'[^']*')""", rb'\1""', tag.group()), AUTHORS.sub(rb"\1\2", text))


def paragraphs(text: bytes) -> str:
    """The words of a part, one paragraph or cell a line."""
    lines = re.sub(rb"</(?:w:p|si|w:tc)>|<w:br\s*/>", b"\n", text)
    return re.sub(rb"<[^>]*>", b"", lines).decode("utf-8", "replace")
