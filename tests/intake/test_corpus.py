"""Three hundred and more files before the gate: what is taken is what expected.tsv says, written by hand, and nothing takes much memory or time to refuse."""

import csv
import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image
from pypdf import PdfReader

from coordination.intake import gate, images, office, pdfs
from coordination.intake.limits import NotTaken
from coordination.intake.sniff import kind_of
from coordination.intake.words import REASONS
from tests.intake.corpus import AUTHOR, PLACE, corpus

HERE = Path(__file__).parent
CLEANERS = {"jpg": images, "png": images, "webp": images, "pdf": pdfs, "office": office}
MOST_GROWTH = 100_000  # kB
MOST_SECONDS = 2


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """The corpus, made once."""
    return corpus()


@pytest.fixture(scope="module")
def expected() -> dict[str, tuple[str, str]]:
    """Accepted or refused, and as what or why."""
    with (HERE / "expected.tsv").open(encoding="utf-8", newline="") as lines:
        return {name: (answer, why) for name, answer, why in list(csv.reader(lines, delimiter="\t"))[1:]}


def judged(data: bytes) -> tuple[str, str, bytes]:
    """What the gate says, here in this process: for files that cannot hurt it."""
    try:
        kind = kind_of(data)
        made = CLEANERS[kind].clean(kind, data)
        kind, content = made if isinstance(made, tuple) else (kind, made)
        return "accepted", kind, content
    except NotTaken as refusal:
        return "refused", refusal.reason, b""


def harmless(files: dict[str, bytes]) -> dict[str, bytes]:
    """Everything but the bombs."""
    return {name: data for name, data in files.items() if not name.startswith("bomb-")}


def served(files: dict[str, bytes]) -> Iterator[tuple[str, str, bytes]]:
    """Name, kind and content of every copy that would be handed out."""
    for name, data in harmless(files).items():
        answer, kind, content = judged(data)
        if answer == "accepted":
            yield name, kind, content


def test_the_corpus_and_its_expectations_name_the_same_files(files: dict[str, bytes], expected: dict[str, tuple[str, str]]) -> None:
    assert set(files) == set(expected) and len(files) >= 300


def test_what_is_taken_is_what_was_expected(files: dict[str, bytes], expected: dict[str, tuple[str, str]]) -> None:
    found = {name: judged(data)[:2] for name, data in harmless(files).items()}
    assert {name: (found[name], expected[name]) for name in found if found[name] != expected[name]} == {}


def test_every_reason_is_said_in_words(expected: dict[str, tuple[str, str]]) -> None:
    assert {why for answer, why in expected.values() if answer == "refused"} <= set(REASONS)


def test_bombs_take_neither_memory_nor_time_of_the_child_nor_of_the_server(files: dict[str, bytes], expected: dict[str, tuple[str, str]]) -> None:
    before = resident()
    for name, data in files.items():
        if name.startswith("bomb-"):
            said, _content = gate.ask_child(kind_of(data), data)
            answer = ("refused", said["reason"]) if "reason" in said else ("accepted", said["kind"])
            assert (name, answer) == (name, expected[name])
            assert said["grown"] < MOST_GROWTH and said["seconds"] < MOST_SECONDS, (name, said)
    assert resident() - before < MOST_GROWTH


def resident() -> int:
    """What this process holds in memory, in kB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


def test_nothing_that_is_handed_out_says_who_or_where(files: dict[str, bytes]) -> None:
    told = [word.encode(form) for word in (AUTHOR, PLACE, "Kiểm Thử") for form in ("utf-8", "utf-16-le", "utf-16-be")]
    for name, _kind, content in served(files):
        for layer in layers(content):
            assert not any(word in layer for word in told), name


def layers(content: bytes) -> Iterator[bytes]:
    """The file and what is packed in it."""
    yield content
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as archive:
            yield from (archive.read(part) for part in archive.infolist())
    if content.startswith(b"%PDF"):
        yield repr(PdfReader(BytesIO(content)).metadata).encode()


def test_pictures_that_are_handed_out_have_no_tags_and_stand_upright(files: dict[str, bytes]) -> None:
    for name, kind, content in served(files):
        if kind in images.FORMATS:
            with Image.open(BytesIO(content)) as picture:
                assert not picture.getexif() and not {"exif", "xmp", "comment", "icc_profile", "XML:com.adobe.xmp", "Author"} & set(picture.info), name
                if "turned-6" in name or "turned-8" in name:
                    assert picture.size == (48, 64), name


def test_what_was_cleaned_once_comes_in_again(files: dict[str, bytes]) -> None:
    """What we hand out is itself a file of its kind."""
    for name, kind, content in served(files):
        assert judged(content)[:2] == ("accepted", kind), name


def test_a_file_that_is_too_large_or_too_heavy_is_refused_before_it_is_opened(monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes]) -> None:
    with pytest.raises(NotTaken, match="large"):
        gate.take(b"\xff\xd8\xff" + bytes(10_000_001), "a.jpg")
    monkeypatch.setattr(gate, "PATIENCE", 0.001)
    with pytest.raises(NotTaken, match="heavy"):
        gate.take(files["good.jpg"], "a.jpg")


def test_the_child_is_held_to_its_limits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, files: dict[str, bytes]) -> None:
    """A child that eats memory, time or a disk ends; the file is refused, and the next one is judged as ever."""
    for eaten in ("bytearray(2_000_000_000)", "[None for _ in iter(int, 1)]", f"open({str(tmp_path / 'written')!r}, 'wb', buffering=0).write(b'x')"):
        greedy = tmp_path / "child.py"
        greedy.write_text((Path(gate.CHILD).read_text()).replace("ROOT = Path(__file__).resolve().parent.parent", f"ROOT = Path({str(gate.CHILD)!r}).parent.parent").replace("MOST_SECONDS = 10", "MOST_SECONDS = 1").replace("    try:\n", f"    try:\n        {eaten}\n", 1))
        with monkeypatch.context() as patched:
            patched.setattr(gate, "CHILD", greedy)
            with pytest.raises(NotTaken, match="heavy|broken"):
                gate.take(files["good.jpg"], "a.jpg")
    assert (tmp_path / "written").read_bytes() == b""
    assert gate.take(files["good.jpg"], "a.jpg").kind == "jpg"


def test_the_child_knows_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, files: dict[str, bytes]) -> None:
    """Neither the keys' place nor the way to the database reaches it, and Django is not loaded."""
    monkeypatch.setenv("SECRET_KEY", "a-secret-of-the-test")
    nosy = tmp_path / "child.py"
    nosy.write_text((Path(gate.CHILD).read_text()).replace("ROOT = Path(__file__).resolve().parent.parent", f"ROOT = Path({str(gate.CHILD)!r}).parent.parent").replace('"grown": peak()', '"seen": [repr(sorted(__import__("os").environ)), sorted(name for name in sys.modules if "django" in name)], "grown": peak()'))
    monkeypatch.setattr(gate, "CHILD", nosy)
    said, _content = gate.ask_child("jpg", files["good.jpg"])
    assert "SECRET" not in said["seen"][0] and "DATABASE" not in said["seen"][0] and said["seen"][1] == []
