"""What the papers of the project say is true: pictures, commands and their output, names, addresses, links."""

import pkgutil
import re
import shlex
from collections.abc import Iterator
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands, load_command_class
from django.urls import reverse
from django.utils.translation import override

from coordination import policy_words
from coordination.checks import routes
from coordination.codes import new_code
from coordination.management import drawing
from coordination.models import User
from coordination.startup import stack
from incidents.models import Referral
from tests.world import World

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAPERS = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))
PICTURES = DOCS / "workflow"
OURS = "coordination|agreements|activities|incidents|briefings|reports|tests"
FILE = re.compile(r"[\w.*-]+(?:/[\w.*-]+)*(?:/|\.(?:py|md|tsv|svg|html|css|txt|ini))")
# Their output is another one each time.
NEVER_THE_SAME = {"audit", "accounts", "canaries", "keys"}


def said(path: Path) -> str:
    """The text of a paper."""
    return path.read_text(encoding="utf-8")


def named(path: Path) -> str:
    """What a failing test calls a paper."""
    return str(path.relative_to(ROOT))


def spans(path: Path) -> list[str]:
    """What stands between single backticks."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", said(path), flags=re.DOTALL))


def commands(path: Path) -> Iterator[list[str]]:
    """Every call of manage.py, in blocks and in lines, as its words."""
    blocks = [line.removeprefix("$ ") for block in re.findall(r"```\w*\n(.*?)```", said(path), re.DOTALL) for line in block.splitlines() if line.startswith("$ ")]
    for line in [*blocks, *spans(path)]:
        words = shlex.split(line) if "manage.py" in line else []
        if words[:2] == ["python3", "manage.py"] or words[:2] == ["python", "manage.py"]:
            yield words[2:]


def examples(path: Path) -> Iterator[tuple[list[str], list[str]]]:
    """Commands shown with their output."""
    for block in re.findall(r"```console\n(.*?)```", said(path), re.DOTALL):
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            first, *output = example.splitlines()
            if " -- python manage.py " in first and output:
                yield shlex.split(first.split(" -- python manage.py ")[1]), output


# Pictures


@cache
def drawn() -> dict[str, str]:
    """The pictures as the tables and the policy ask for them now."""
    return drawing.pictures()


def test_the_pictures_are_those_of_the_move_tables() -> None:
    """`python3 manage.py stack -- python manage.py draw_workflow` draws them anew."""
    kept = {path.name: said(path) for path in PICTURES.glob("*.svg")}
    assert sorted(kept) == sorted(drawn())
    assert [name for name in kept if kept[name] != drawn()[name]] == []


def test_the_same_tables_are_drawn_alike() -> None:
    assert drawing.pictures() == drawing.pictures()


def test_every_state_and_every_move_is_in_its_picture() -> None:
    for model in drawing.tables().values():
        with override("vi"):
            words = [str(label) for _state, label in model._meta.get_field("status").choices]
            words += [str(step.label or policy_words.ACT_WORDS[f"{model.policy_name}.{act}"]) for act, step in model.MOVES.items()]
        picture = drawing.draw(model)
        assert [word for word in words if word not in picture] == []
        assert [word for word in words if f"*{word}*" not in said(DOCS / "workflow.md")] == [], "docs/workflow.md explains each in English"


def test_who_may_make_a_move_stands_beside_it() -> None:
    picture = drawing.draw(Referral)
    assert "Chưa xem / Trực ban đã xem → Công an đã nhận tin: Nhận tin (Công an)." in picture
    assert "Đã có kết quả → Nhà trường đã nhận kết quả: Tự kết thúc sau 5 ngày làm việc (Hệ thống)." in picture


def test_the_middle_line_is_the_longest_way_forward() -> None:
    arrows = [drawing.Arrow("go", ("a", "b"), "c", "", ""), drawing.Arrow("look", ("a",), "b", "", ""), drawing.Arrow("back", ("c",), "a", "", "")]
    assert drawing.spine_of("a", ["a", "b", "c"], arrows) == ["a", "b", "c"]


def test_a_state_without_a_place_is_refused() -> None:
    arrows = [drawing.Arrow("end", ("a",), "b", "", ""), drawing.Arrow("end", ("c",), "d", "", "")]
    with pytest.raises(drawing.CannotDraw, match="c"):
        drawing.place(drawing.Picture(dict.fromkeys("abcd", ""), arrows, ["a", "b"]))


def test_every_picture_is_shown() -> None:
    assert [name for name in drawn() if f"(workflow/{name})" not in said(DOCS / "workflow.md")] == []


@pytest.mark.parametrize("name", sorted(drawing.tables()))
def test_no_two_boxes_and_no_two_lines_of_text_lie_on_each_other(name: str) -> None:
    picture = drawn()[f"{name}.svg"]
    texts = [(int(x), int(y)) for x, y in re.findall(r'<text x="(\d+)" y="(\d+)"', picture)]
    assert len(set(texts)) == len(texts)
    width, height = map(int, re.search(r'width="(\d+)" height="(\d+)"', picture).groups())
    assert all(0 < x < width and drawing.LINE // 2 < y < height for x, y in texts)


# Commands


@pytest.mark.parametrize("path", PAPERS, ids=named)
def test_every_command_exists_and_takes_these_words(path: Path) -> None:
    for words in commands(path):
        while words[:2] == ["stack", "--"] and words[2:4] == ["python", "manage.py"]:
            words = words[4:]
        if words[0] in {"demo", "selftest", "stack", "probe_access"}:
            stack.parsed(words)
        else:
            parser = load_command_class(get_commands()[words[0]], words[0]).create_parser("manage.py", words[0])
            parser.parse_args(words[1:])


def test_the_readme_shows_the_words_that_stay() -> None:
    shown = {words[0] for words in commands(ROOT / "README.md")} | {words[4] for words in commands(ROOT / "README.md") if words[:2] == ["stack", "--"] and len(words) > 4}
    assert {"demo", "selftest", "stack", "territory", "periods", "clocks", "audit", "accounts", "keys", "canaries"} <= shown


def test_what_a_command_is_said_to_print_it_prints(world: World) -> None:
    for words, output in examples(ROOT / "README.md"):
        if words[0] in NEVER_THE_SAME:
            continue
        printed = StringIO()
        call_command(*words, stdout=printed)
        lines = [line.rstrip() for line in printed.getvalue().splitlines()]
        assert [line for line in output if line != "…" and line.rstrip() not in lines] == [], words


def test_the_accounts_of_the_readme_are_accounts_of_the_demo(world: World) -> None:
    rows = [line.split("|")[1] for line in said(ROOT / "README.md").partition("## Who can sign in")[2].partition("\n## ")[0].splitlines() if line.startswith("| `")]
    shown = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    assert len(shown) > 10
    assert shown <= set(User.objects.values_list("username", flat=True))


# Names


@pytest.mark.parametrize("path", PAPERS, ids=named)
def test_every_file_that_is_named_exists(path: Path) -> None:
    wrong = [span for span in spans(path) if FILE.fullmatch(span) and span != "manage.py" and not list(ROOT.glob(span.rstrip("/")) if "/" in span else ROOT.rglob(span))]
    assert wrong == []


@pytest.mark.parametrize("path", PAPERS, ids=named)
def test_every_name_of_the_code_exists(path: Path) -> None:
    for span in spans(path):
        if re.fullmatch(rf"(?:{OURS})(?:\.\w+)+", span) and not FILE.fullmatch(span):
            assert exists(span), span


def exists(name: str) -> bool:
    """Whether a dotted name is a module of ours or something in one."""
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


def hops() -> list[list[str]]:
    """The rows of the main job in docs/architecture.md: URL, route, view, action, move."""
    rows = [line.split("|")[2:-1] for line in said(DOCS / "architecture.md").splitlines() if re.match(r"\| [^|]+ \| `/", line)]
    return [[cell.strip().strip("`") for cell in row] for row in rows]


def test_the_main_job_goes_the_way_it_is_said_to_go() -> None:
    views = {name: pattern.callback for name, pattern in routes()}
    assert len(hops()) > 10
    for url, route, view, act, step in hops():
        code = new_code()
        assert reverse(route, args=[code] if "<code>" in url else []).replace(code, "<code>") == url
        assert f"{views[route].__module__}.{views[route].__qualname__}" == view
        assert exists(act), act
        assert step.startswith("(") or step in moves(), step


def moves() -> set[str]:
    """Every move as the policy calls it."""
    return {f"{model.policy_name}.{act}" for model in drawing.tables().values() for act in model.MOVES}


def test_the_environment_of_a_production_is_the_one_settings_ask_for() -> None:
    asked = set(re.findall(r'(?:required|flag|secret|database|env\.(?:str|int))\("([A-Z_]+)"', said(ROOT / "coordination" / "settings.py")))
    table = said(ROOT / "README.md").partition("## For production")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)} == asked


# Links and pages


@pytest.mark.parametrize("path", PAPERS, ids=named)
def test_every_link_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", said(path)):
        place, _hash, anchor = target.partition("#")
        found = (path.parent / place).resolve() if place else path
        assert found.is_relative_to(ROOT) and found.exists(), target
        assert not anchor or anchor in anchors(found), target


def anchors(path: Path) -> set[str]:
    """The headings of a paper as one links to them."""
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in re.findall(r"^#+ (.+)$", said(path), re.MULTILINE)}


def test_decisions_are_numbered_without_a_gap_and_listed() -> None:
    assert [path.name[:4] for path in DECISIONS] == [f"{number:04d}" for number in range(1, len(DECISIONS) + 1)]
    listed = re.findall(r"^- \[(\d{4})\]\(([^)]+)\) (.+)$", said(DOCS / "decisions" / "README.md"), re.MULTILINE)
    assert listed == [(path.name[:4], path.name, said(path).splitlines()[0].removeprefix(f"# {path.name[:4]} ")) for path in DECISIONS]


@pytest.mark.parametrize("path", DECISIONS, ids=named)
def test_a_decision_has_its_three_parts_on_one_page(path: Path) -> None:
    parts = re.split(r"^## ", said(path), flags=re.MULTILINE)
    assert [part.split("\n")[0] for part in parts[1:]] == ["Context", "Decision", "Consequences"]
    assert all(len(part.split()) > 12 for part in parts[1:])
    assert len(said(path).splitlines()) <= 45


@pytest.mark.parametrize("path", [*PAPERS, *sorted(DOCS.rglob("*.svg"))], ids=named)
def test_no_paper_tells_of_a_machine_or_of_an_address_outside(path: Path) -> None:
    text = said(path).replace("http://www.w3.org/2000/svg", "")
    folders = "work|tmp|root|home|mnt|srv" if path == DOCS / "running.md" else "work|tmp|root|home|mnt|opt|srv|var|usr|etc"
    assert re.findall(rf"(?<![\w.<>/])/(?:{folders})\b", text) == []
    assert [address for address in re.findall(r"\w+://\w[^\s`)\"]*", text) if not address.startswith("http://localhost")] == []
    assert re.findall(r"\b[\w-]+\.(?:org|com|net|io|dev)\b", text) == []
