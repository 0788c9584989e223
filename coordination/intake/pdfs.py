"""PDF: one paper from its first byte to its last, nothing that runs, opens or carries another file, no names of authors in it."""

import logging
import warnings
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.errors import LimitReachedError, PdfReadError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

from coordination.intake.images import bare
from coordination.intake.limits import MOST_RATIO, MOST_UNPACKED, NotTaken, only_slack, refuse_foreign
from coordination.intake.marks import refuse_secrets

MOST_OBJECTS = 30_000
MOST_PAGES = 500
READ_PAGES = 5  # for the stamp of a secret
MOST_TEXT_STREAM = 2_000_000
RUNS = {"/JS", "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Movie", "/Sound", "/Rendition", "/RichMedia", "/RichMediaExecute", "/Trans3D", "/GoTo3DView", "/XFA"}
CARRIES = {"/EmbeddedFile", "/EmbeddedFiles", "/FileAttachment", "/Collection"}
FLATE = {"/FlateDecode", "/Fl"}
NAMELESS = ("/Metadata", "/PieceInfo", "/LastModified", "/AA", "/OpenAction", "/Info")
AUTHORED = ("/T", "/CreationDate", "/M", "/RC")  # of an annotation: who wrote it, and when
logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)  # what the reader complains of may quote the file


def clean(kind: str, data: bytes) -> bytes:
    """The paper as it may be handed on (of kind `words`: what its first pages say), or NotTaken."""
    refuse_foreign(data[8:])
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise NotTaken("broken")
    if not only_slack(data[end + 5 :]):
        raise NotTaken("trailing")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = PdfReader(BytesIO(data), strict=False)
            if reader.is_encrypted or "/Encrypt" in reader.trailer:
                raise NotTaken("encrypted")
            look_through(reader, data)
            if not 1 <= len(reader.pages) <= MOST_PAGES:
                raise NotTaken("broken")
            words = "\n".join(page.extract_text() for page in reader.pages[:READ_PAGES] if is_light(page))
            refuse_secrets(words)
            return words.encode(errors="replace") if kind == "words" else rewritten(reader)
    except LimitReachedError as error:
        raise NotTaken("bomb") from error
    except (PyPdfError, zlib.error, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError, NotImplementedError, OSError, AssertionError) as error:
        raise NotTaken("broken") from error


def objects(reader: PdfReader) -> Iterator[Any]:
    """Every object the file holds, also those that nothing names."""
    numbers = {(number, generation) for generation, places in reader.xref.items() for number in places if number}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MOST_OBJECTS:
        raise NotTaken("bomb")
    yield reader.trailer
    for number, generation in sorted(numbers):
        try:
            yield reader.get_object(IndirectObject(number, generation, reader))
        except PdfReadError:
            continue  # what cannot be read is not written anew either


def look_through(reader: PdfReader, data: bytes) -> None:
    """Nothing that runs or carries; and what the packed streams would unpack into, counted without keeping it."""
    total = 0
    for found in objects(reader):
        for each in inside(found):
            refuse_acting(each)
            if isinstance(each, StreamObject):
                total += weight(each)
                if total > MOST_UNPACKED and total > MOST_RATIO * len(data):
                    raise NotTaken("bomb")


def inside(found: Any) -> Iterator[DictionaryObject]:
    """The dictionaries of one object, its own and those written inside it."""
    waiting, seen = [found], 0
    while waiting:
        each = waiting.pop()
        seen += 1
        if seen > MOST_OBJECTS:
            raise NotTaken("bomb")
        if isinstance(each, DictionaryObject):
            yield each
            waiting += [value for value in dict.values(each) if not isinstance(value, IndirectObject)]
        elif isinstance(each, ArrayObject):
            waiting += [value for value in list.__iter__(each) if not isinstance(value, IndirectObject)]


def refuse_acting(found: DictionaryObject) -> None:
    """By the keys of a dictionary and by what it says it is."""
    names = {str(key) for key in found} | {str(value) for key, value in dict.items(found) if key in {"/S", "/Type", "/Subtype"} and isinstance(value, NameObject)}
    if names & RUNS:
        raise NotTaken("active")
    if names & CARRIES or "/EF" in names:
        raise NotTaken("nested")


def weight(stream: StreamObject) -> int:
    """How much a stream unpacks into; one packed over another is a bomb's way of writing."""
    names = filters_of(stream)
    if len(names) > 3 or sum(name in FLATE for name in names) > 1:
        raise NotTaken("bomb")
    if not names or names[0] not in FLATE:
        return len(stream._data)
    packed, count, rest = zlib.decompressobj(), 0, stream._data
    while rest and not packed.eof:
        try:
            count += len(packed.decompress(rest, 65_536))
        except zlib.error:
            break  # a stream that breaks off gives no more than this
        rest = packed.unconsumed_tail
        if count > MOST_UNPACKED and count > MOST_RATIO * len(stream._data):
            raise NotTaken("bomb")
    return count


def filters_of(stream: StreamObject) -> list[str]:
    """How a stream is packed, the outermost first."""
    said = stream.get("/Filter")
    said = said.get_object() if said is not None else ArrayObject()
    return [str(each.get_object()) for each in (said if isinstance(said, ArrayObject) else [said])]


def is_light(page: Any) -> bool:
    """Whether the words of a page are read: a page of drawings and nothing else is not."""
    content = page.get("/Contents")
    streams = [each.get_object() for each in (content.get_object() if isinstance(content.get_object(), ArrayObject) else [content])] if content is not None else []
    return sum(weight(each) for each in streams if isinstance(each, StreamObject)) <= MOST_TEXT_STREAM


def rewritten(reader: PdfReader) -> bytes:
    """A new file of the same pages: without the properties, the names of those who commented, and what cameras wrote into its pictures."""
    writer = PdfWriter()
    writer.append(reader, import_outline=False)
    writer.metadata = None
    for found in list(writer._objects):
        for each in inside(found):
            for key in NAMELESS:
                each.pop(NameObject(key), None)
            if each.get("/Type") == "/Annot" or "/Subtype" in each and "/Rect" in each:
                for key in AUTHORED:
                    each.pop(NameObject(key), None)
            if isinstance(each, StreamObject) and filters_of(each) == ["/DCTDecode"]:
                each._data = bare("jpg", each._data)
    made = BytesIO()
    writer.write(made)
    return made.getvalue()
