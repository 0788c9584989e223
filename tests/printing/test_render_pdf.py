"""The renderer: offline, bounded, repeatable, marked as PDF/A-3a and PDF/UA-1."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from django.conf import settings as django_settings

from coordination import pdf
from coordination.paper.documents import Column, Paragraph, Row, Table
from coordination.pdf import PdfFailed, render_pdf
from tests.printing import papers

CANARY = b"chim-hoang-yen-2026"


class Listener:
    """A loopback socket that counts who calls."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = "http://127.0.0.1:{}".format(self.socket.getsockname()[1])
        self.hits = 0
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        while True:
            try:
                caller, _ = self.socket.accept()
            except OSError:
                return
            self.hits += 1
            caller.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.socket.close()


@pytest.fixture
def templates(tmp_path: Path, settings: object) -> Path:
    """A template folder of our own beside the project's."""
    (engine,) = django_settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]
    return tmp_path


PROBES = {
    "image from a file": '<img alt="x" src="{file}">',
    "image from the network": '<img alt="x" src="{http}/a.png">',
    "style sheet from the network": '<link rel="stylesheet" href="{http}/a.css">',
    "style sheet from a file": '<link rel="stylesheet" href="{file}">',
    "import inside a style": "<style>@import url({http}/a.css);</style>",
    "background from the network": '<p style="background: url({http}/a.png)">x</p>',
    "font from the network": "<style>@font-face {{ font-family: x; src: url({http}/a.ttf) }} p {{ font-family: x }}</style><p>x</p>",
    "attached file": '<link rel="attachment" href="{file}">',
    "attached link": '<a rel="attachment" href="{file}">x</a>',
    "drawing that calls": '<svg xmlns="http://www.w3.org/2000/svg"><image href="{http}/a.png" width="9" height="9"/></svg>',
    "object": '<object data="{http}/a.svg">x</object>',
    "embedded page": '<embed src="{file}">',
    "base and a relative image": '<base href="{http}/"><img alt="x" src="a.png">',
    "marker image": '<ul style="list-style-image: url({http}/a.png)"><li>x</li></ul>',
    "drawing inside an address": '<img alt="x" src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22%3E%3Cimage href=%22{http}/a.png%22/%3E%3C/svg%3E">',
}


@pytest.mark.parametrize("probe", PROBES.values(), ids=PROBES.keys())
def test_no_template_can_read_a_file_or_call_out(probe: str, templates: Path, listener: Listener) -> None:
    planted = templates / "planted.css"
    planted.write_bytes(b"/* " + CANARY + b" */")
    markup = probe.format(file=planted.as_uri(), http=listener.address)
    (templates / "probe.html").write_text(f'<html lang="vi"><title>x</title><body>{markup}</body></html>')
    try:
        made = render_pdf("probe.html", {"made_at": papers.MADE_AT})
    except PdfFailed as failure:
        assert str(planted) not in str(failure)
    else:
        inside = b"".join(getattr(part.get_object(), "get_data", bytes)() for part in all_objects(made))
        assert CANARY not in made and CANARY not in inside
    assert listener.hits == 0


def all_objects(made: bytes) -> list[pypdf.generic.IndirectObject]:
    reader = pypdf.PdfReader(BytesIO(made))
    return [pypdf.generic.IndirectObject(number, 0, reader) for number in {*reader.xref.get(0, {}), *reader.xref_objStm}]


def faces(made: bytes) -> list[pypdf.generic.DictionaryObject]:
    """The font descriptors of the file."""
    parts = [part.get_object() for part in all_objects(made)]
    return [part for part in parts if isinstance(part, dict) and part.get("/Type") == "/FontDescriptor"]


def test_a_refused_address_is_an_ordinary_failure_with_words(templates: Path, caplog: pytest.LogCaptureFixture) -> None:
    (templates / "probe.html").write_text('<html lang="vi"><title>x</title><img alt="x" src="file:///etc/hostname"></html>')
    with pytest.raises(PdfFailed, match="địa chỉ bên ngoài"):
        render_pdf("probe.html", {"made_at": papers.MADE_AT})
    assert "hostname" not in caplog.text


def test_the_same_context_gives_the_same_bytes() -> None:
    context = papers.education().as_context()
    assert render_pdf("pdf/paper.html", context) == render_pdf("pdf/paper.html", context)


def test_another_process_gives_the_same_bytes() -> None:
    program = (
        "import os, sys, django; django.setup()\n"
        "from coordination.pdf import render_pdf\n"
        "from tests.printing import papers\n"
        "sys.stdout.buffer.write(render_pdf('pdf/paper.html', papers.education().as_context()))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "UTC", "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]}
    root = Path(pdf.__file__).parent.parent
    other = subprocess.run([sys.executable, "-c", program], cwd=root, env=environment, capture_output=True, check=True)
    assert other.stdout == render_pdf("pdf/paper.html", papers.education().as_context())


def test_dates_come_from_the_instant_of_the_context_alone() -> None:
    paper = papers.minutes()
    later = replace(paper, made_at=paper.made_at + timedelta(hours=1))
    first, second = (pypdf.PdfReader(BytesIO(render_pdf("pdf/paper.html", each.as_context()))) for each in (paper, later))
    assert first.metadata.creation_date == papers.MADE_AT
    assert second.metadata.creation_date == later.made_at


def test_nobody_is_named_in_the_file() -> None:
    reader = pypdf.PdfReader(BytesIO(render_pdf("pdf/paper.html", papers.education().as_context())))
    assert set(reader.metadata) == {"/Title", "/Producer", "/CreationDate", "/ModDate"}
    assert reader.metadata.title == f"Báo cáo: {papers.SUBJECT}"


def test_the_file_is_marked_as_archival_and_accessible() -> None:
    reader = pypdf.PdfReader(BytesIO(render_pdf("pdf/paper.html", papers.education().as_context())))
    mark = reader.root_object["/Metadata"].get_object().get_data()
    assert b'pdfaid:part="3"' in mark and b'pdfaid:conformance="A"' in mark and b"<pdfuaid:part>1</pdfuaid:part>" in mark
    assert reader.root_object["/MarkInfo"]["/Marked"] and reader.root_object["/Lang"] == "vi"
    assert reader.root_object["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/AF" not in reader.root_object


def test_only_our_face_is_used_and_all_of_it_is_embedded() -> None:
    found = faces(render_pdf("pdf/paper.html", papers.education().as_context()))
    assert len(found) == 4
    assert all("+Tinos" in face["/FontName"] and "/FontFile2" in face for face in found)


def test_a_missing_font_is_said_in_words(settings: object, tmp_path: Path) -> None:
    settings.PDF_FONT_DIR = str(tmp_path)
    with pytest.raises(PdfFailed, match="fonts-croscore"):
        render_pdf("pdf/paper.html", papers.minutes().as_context())


def test_a_deployer_may_bring_a_licensed_face(settings: object, tmp_path: Path) -> None:
    for theirs, ours in zip(pdf.FONT_SETS["Times New Roman"], pdf.FONT_SETS["Tinos"], strict=True):
        (tmp_path / theirs).symlink_to(Path(pdf.DEBIAN_FONTS) / ours)
    settings.PDF_FONT_DIR = str(tmp_path)
    found = faces(render_pdf("pdf/paper.html", papers.minutes().as_context()))
    assert found and all("+Times-New-Roman" in face["/FontName"] for face in found)


def many_rows(count: int) -> Table:
    return Table((Column("A"),), tuple(Row((place,)) for place in range(count)))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ((Paragraph("x" * (pdf.MAX_TEXT + 1)),), "đoạn văn quá dài"),
        ((many_rows(pdf.MAX_ROWS + 1),), "dòng bảng"),
        (tuple(Paragraph("á" * 19_000) for _ in range(110)), "quá dài"),
    ],
    ids=["one long paragraph", "too many rows", "too much of all"],
)
def test_a_paper_that_would_hang_the_renderer_is_refused(body: tuple, words: str) -> None:
    with pytest.raises(PdfFailed, match=words):
        render_pdf("pdf/paper.html", replace(papers.minutes(), body=body).as_context())


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PAGES", 2)
    with pytest.raises(PdfFailed, match="tối đa 2 trang"):
        render_pdf("pdf/paper.html", papers.education().as_context())
