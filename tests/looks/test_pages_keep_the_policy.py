"""Pages run under a strict content policy: nothing inline, nothing from elsewhere, nothing marked safe."""
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.I)
INLINE_STYLE = re.compile(r"\sstyle\s*=|<style\b", re.I)
HANDLER = re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I)
ELSEWHERE = re.compile(r"(?:https?:)?//(?!www\.w3\.org/)[a-z0-9-]+\.[a-z]", re.I)
MARKED_SAFE = re.compile(r"\|\s*safe\b|\bmark_safe\b|autoescape\s+off|\|\s*safeseq\b")
LONGEST_SCRIPT = 80


def templates(root: Path) -> Iterator[Path]:
    """Every page template; printed documents have rules of their own."""
    for path in root.glob("**/templates/**/*.html"):
        if ".venv" not in path.parts and "pdf" not in path.parts:
            yield path


@pytest.mark.parametrize("rule", [INLINE_SCRIPT, INLINE_STYLE, HANDLER, ELSEWHERE, MARKED_SAFE], ids=["script", "style", "handler", "elsewhere", "safe"])
def test_no_page_breaks_the_content_policy(root: Path, rule: re.Pattern[str]) -> None:
    broken = [str(path.relative_to(root)) for path in [*templates(root), *(root / "templates").rglob("*.html")] if "pdf" not in path.parts and rule.search(path.read_text())]
    assert broken == []


def test_nothing_served_comes_from_elsewhere(root: Path) -> None:
    files = [path for path in (root / "static").rglob("*") if path.suffix in {".css", ".js", ".svg"}]
    assert files
    assert [path.name for path in files if ELSEWHERE.search(path.read_text())] == []


def test_sheets_hold_no_data_addresses_of_their_own(root: Path) -> None:
    assert [path.name for path in (root / "static/css").glob("*.css") if "data:" in path.read_text()] == []


def test_scripts_are_short_strict_and_silent(root: Path) -> None:
    for path in (root / "static/js").glob("*.js"):
        text = path.read_text()
        assert len(text.splitlines()) < LONGEST_SCRIPT, path.name
        assert '"use strict"' in text, path.name
        assert not re.search(r"\b(?:confirm|alert|prompt|eval)\(|innerHTML\s*=|console\.", text), path.name


def test_every_script_is_loaded_by_the_base(root: Path) -> None:
    base = (root / "templates/base.html").read_text()
    loaded = set(re.findall(r"js/([\w-]+\.js)", base))
    assert loaded == {path.name for path in (root / "static/js").glob("*.js")}
    assert base.count("<script") == base.count(" defer></script>")


def test_components_say_what_they_need_and_get_only_that(root: Path) -> None:
    for path in (root / "templates/components").glob("*.html"):
        text = path.read_text()
        assert re.match(r"\{% comment %\}.+?\{% endcomment %\}", text), path.name
        assert all("only %}" in include for include in re.findall(r"\{% include .*?%\}", text)), path.name


def test_words_are_composed_characters(root: Path) -> None:
    for path in [*(root / "templates").rglob("*.html"), *(root / "static/js").glob("*.js")]:
        text = path.read_text()
        assert text == unicodedata.normalize("NFC", text), path.name


def test_scripts_speak_through_the_page(root: Path) -> None:
    """A sentence in a script could not be translated; surnames and place words of the guard are data."""
    for path in (root / "static/js").glob("*.js"):
        if path.name == "guard.js":
            continue
        code = re.sub(r"//.*", "", path.read_text())
        assert not re.search(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệ]", code.replace("đĐ", ""), re.I), path.name


@pytest.mark.parametrize("page", ["500.html", "503.html"])
def test_the_last_pages_stand_alone(root: Path, page: str) -> None:
    text = (root / "templates" / page).read_text()
    body = text.split("{% endcomment %}", 1)[1]
    assert "{%" not in body and "{{" not in body
    assert '<html lang="vi">' in body
    for href in re.findall(r"/static/([\w./-]+)", body):
        assert href.startswith("bootstrap/") or (root / "static" / href).is_file(), href
