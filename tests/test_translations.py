"""Both languages are whole: nothing people meet lacks its other half. Words are found here without GNU gettext."""

import ast
import csv
import gettext
import json
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

import django
import pytest
from babel.messages import pofile
from django.conf import settings
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation.template import templatize

from briefings.models import AgendaItem, Briefing
from coordination import clocks
from coordination.models import Duty, Notice, Organisation, Unit
from incidents.models import Incident
from reports.areas import offered_to
from tests.briefings import meetings
from tests.reports import quarter
from tests.world import NOW, World

ROOT = Path(settings.BASE_DIR)
APPS = ("coordination", "agreements", "activities", "incidents", "briefings", "reports")
PACKAGES = Path(django.__file__).parents[1]
VIETNAMESE = re.compile("[ăâđêôơưàáãèéìíòóõùúýĩũạ-ỹ]", re.IGNORECASE)

# Where Vietnamese may stand unwrapped, each with its reason: a file, or one name of a file.
NOT_WORDS_OF_THE_PORTAL = {
    "agreements/demo.py": "sample data",
    "briefings/demo.py": "sample data",
    "coordination/demo.py": "sample data",
    "coordination/demo_accounts.py": "sample data",
    "incidents/demo.py": "sample data",
    "incidents/demo_names.py": "sample data",
    "incidents/sample_files.py": "sample data",
    "reports/demo.py": "sample data",
    "coordination/paper/documents.py": "official paper is Vietnamese by law",
    "coordination/paper/letterhead.py": "official paper is Vietnamese by law",
    "coordination/paper/papers.py:hour_and_day": "official paper is Vietnamese by law",
    "incidents/papers.py": "official paper is Vietnamese by law",
    "coordination/keeping/record.py": "official paper is Vietnamese by law",
    "coordination/paper/handover_papers.py": "official paper is Vietnamese by law",
    "coordination/keeping/subject.py:paper_of": "official paper is Vietnamese by law",
    "coordination/keeping/own.py:staff_sections": "what a person is given, on official paper",
    **{f"incidents/keeping.py:{name}": "what a person is given, on official paper" for name in ("gather", "of_person", "of_case", "texts_of")},
    "incidents/demo_keeping.py": "sample data",
    "briefings/papers.py": "official paper is Vietnamese by law",
    **{f"reports/papers/{name}.py": "official paper is Vietnamese by law" for name in ("__init__", "common", "education", "letterhead", "police", "shown")},
    "reports/workbook.py": "official paper is Vietnamese by law",
    "reports/views/reports.py:name_of_file": "the file name of an official paper",
    "coordination/management/drawing.py:sides_of": "pictures of the move tables for the documentation",
    "coordination/calendars.py": "sources and days off, stored once for readers of both languages",
    **{f"coordination/importing/{name}.py:COLUMNS": "the headings of a list are its format, the same for readers of both languages" for name in ("schools", "bodies", "accounts")},
    "coordination/importing/schools.py:SOURCE": "stored with the count",
    "coordination/folding.py": "the letters of the alphabet",
    "coordination/sealed/masking.py:SOFT": "the letters of the alphabet",
    "coordination/sealed/masking.py:public_names": "what the name of a school begins with",
    **{f"coordination/intake/marks.py:{name}": "the stamps of state secrets, as they are printed" for name in ("STAMPS", "LINE", "refuse_secrets")},
    "coordination/door/devices.py:BROWSERS": "the name of a browser",
    "coordination/door/factors.py:ISSUER": "the name of the portal in an authenticator app",
    "coordination/sealed/masking.py:PERSON_WORDS": "what is looked for in a text",
    "coordination/sealed/canaries.py:UNMARKED": "the letters of the alphabet",
    "coordination/sealed/data_register.py:DENIED_WORDS": "what no column may mean",
    "coordination/territory/loading.py:WORDS": "what a unit's name begins with by law",
    "coordination/models/territory.py:Unit": "the name of a city",
    "incidents/rules.py:CHILD_LAW": "a legal source",
    "incidents/rules.py:FOOD_LAW": "a legal source",
    "incidents/rules.py:DATA_LAW": "a legal source",
    "incidents/rules.py:PORTAL": "a source, beside the legal ones",
    "incidents/rules.py:PSEUDONYMS": "stored with the person",
    **{
        f"incidents/rules.py:{name}": "what the guard looks for in a text"
        for name in (
            "ID_NUMBER", "SECRECY", "FAMILY_NAMES", "MIDDLE_NAMES", "NOT_PEOPLE", "PLACE_BEFORE",
            "JOINED_TO_PLACE", "SPOKEN_TO", "SPOKEN_TO_BEFORE", "PERSON_BEFORE", "INSTITUTIONS", "LOWER_NAME",
        )
    },
}  # fmt: skip
# Templates that print Vietnamese as it stands.
NOT_TRANSLATED_TEMPLATES = {
    "500.html": "stands without settings, in both languages",
    "503.html": "stands without settings, in both languages",
    "components/languages.html": "each language says its own name",
}
# What people can meet of the packages: forms and their errors, dates, the door and its mails.
DJANGO_MODULES = (
    "contrib/auth/password_validation.py", "core/paginator.py", "core/validators.py", "forms/boundfield.py", "forms/fields.py", "forms/forms.py",
    "forms/formsets.py", "forms/models.py", "forms/utils.py", "forms/widgets.py", "template/defaultfilters.py", "utils/dates.py", "utils/text.py",
    "utils/timesince.py", "views/csrf.py",
)  # fmt: skip
ALLAUTH_MODULES = ("adapter.py", "decorators.py", "fields.py", "forms.py", "internal", "mixins.py", "stages.py", "utils.py", "views.py")
AXES_MODULES = ("conf.py", "decorators.py", "handlers", "helpers.py", "middleware.py")
# Their placeholder is the English name of a column.
SAID_WITHOUT_PLACEHOLDER = {"The password is too similar to the %(verbose_name)s."}


# Finding words


class Message(NamedTuple):
    """One entry of a catalogue: its context, its words, and those for many."""

    context: str | None
    one: str
    many: str | None = None

    @property
    def placeholders(self) -> set[str]:
        """What is put in at the moment of showing."""
        return placeholders(self.one) | placeholders(self.many or "")


PARTS = {
    "gettext": ("one",),
    "gettext_lazy": ("one",),
    "gettext_noop": ("one",),
    "ngettext": ("one", "many"),
    "ngettext_lazy": ("one", "many"),
    "pgettext": ("context", "one"),
    "pgettext_lazy": ("context", "one"),
    "npgettext": ("context", "one", "many"),
    "npgettext_lazy": ("context", "one", "many"),
}
LITERAL = r"""u?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
CALL_IN_TEMPLATE = re.compile(rf"(?<![\w.])(n?p?gettext|_)\(\s*((?:{LITERAL}\s*,?\s*)+)", re.DOTALL)
COMMENT_IN_TEMPLATE = re.compile(r"{%\s*comment.*?%}.*?{%\s*endcomment\s*%}|{#.*?#}", re.DOTALL)
WRAPPED_IN_TEMPLATE = re.compile(rf"""{{%\s*trans(?:late)?\s+{LITERAL}.*?%}}|{{%\s*blocktrans.*?{{%\s*endblocktrans.*?%}}|_\({LITERAL}\)""", re.DOTALL)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdr]|{\w*}")


def placeholders(text: str) -> set[str]:
    """The placeholders of one text."""
    return set(PLACEHOLDER.findall(text))


def message(function: str, arguments: Iterable[str]) -> Message:
    """The entry that a call of this function asks for."""
    given = dict(zip(PARTS[function], arguments, strict=False))
    return Message(given.get("context"), given["one"], given.get("many"))


def wrappers(tree: ast.AST) -> dict[str, str]:
    """The names under which a module calls gettext and its kin: `_`, `_now` …"""
    brought = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"]
    return {name.asname or name.name: name.name for node in brought for name in node.names if name.name in PARTS}


def wrapping_calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Every call of gettext and its kin, with the function's own name."""
    names = wrappers(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node, names[node.func.id]


def python_messages(path: Path) -> Iterator[Message]:
    """The words a module wraps."""
    for call, function in wrapping_calls(ast.parse(path.read_text())):
        texts = [part.value for part in call.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        if texts:
            yield message(function, texts)


def template_messages(path: Path) -> Iterator[Message]:
    """The words a template wraps."""
    for call in CALL_IN_TEMPLATE.finditer(templatize(path.read_text())):
        yield message("gettext" if call[1] == "_" else call[1], ast.literal_eval(f"[{call[2]}]"))


def kind_messages() -> Iterator[Message]:
    """The kinds of incident, whose words come from the shipped file."""
    with (ROOT / "incidents/data/kinds.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield Message(None, row["label"])


def rule_messages() -> Iterator[Message]:
    """What is kept and after which event, whose words come from the shipped file."""
    with (ROOT / "coordination/data/retention.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield from (Message(None, row[name]) for name in ("what", "after"))


def own_modules() -> list[Path]:
    """Every module of the portal but migrations, which keep the words of their day."""
    return [path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]


def own_templates() -> list[Path]:
    """Every template of the portal."""
    return [path for path in sorted((ROOT / "templates").rglob("*")) if path.is_file()]


def own_messages() -> set[Message]:
    """Every word of our own, in Vietnamese."""
    found = {entry for path in own_modules() for entry in python_messages(path)}
    return found | {entry for path in own_templates() for entry in template_messages(path)} | set(kind_messages()) | set(rule_messages())


def package_messages() -> set[Message]:
    """Every word of the packages that a page or a mail of the portal may hold, in English."""
    found = {entry for path in package_modules() for entry in python_messages(path)}
    return found | {entry for path in account_templates() for entry in template_messages(path)}


def package_modules() -> Iterator[Path]:
    """The modules named above; a folder stands for all it holds."""
    for folder, names in (("django", DJANGO_MODULES), ("allauth/account", ALLAUTH_MODULES), ("axes", AXES_MODULES)):
        for path in (PACKAGES / folder / name for name in names):
            yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def account_templates() -> Iterator[Path]:
    """The pages and mails of the door for which the portal has no template of its own."""
    theirs, ours = PACKAGES / "allauth/templates", ROOT / "templates"
    for path in sorted((theirs / "account").rglob("*")):
        if path.is_file() and not (ours / path.relative_to(theirs)).exists():
            yield path


# Catalogues


def catalogue(language: str) -> dict[Message, tuple[str, ...]]:
    """What the catalogue of a language says for each entry; nothing for what is empty or fuzzy."""
    with (ROOT / "locale" / language / "LC_MESSAGES/django.po").open("rb") as file:
        read = pofile.read_po(file)
    return {entry_of(item): texts_of(item) for item in read if item.id}


def entry_of(item: Any) -> Message:
    """The entry of a line of a catalogue."""
    return Message(item.context, *item.id) if isinstance(item.id, tuple) else Message(item.context, item.id)


def texts_of(item: Any) -> tuple[str, ...]:
    """Its translations, one or one for each number."""
    texts = item.string if isinstance(item.string, tuple | list) else (item.string,)
    return tuple(texts) if all(texts) and not item.fuzzy else ()


def vietnamese_of_django() -> dict[str | tuple[str, int], str]:
    """What Django itself says in Vietnamese, by gettext's own keys."""
    with (PACKAGES / "django/conf/locale/vi/LC_MESSAGES/django.mo").open("rb") as base, (PACKAGES / "django/contrib/auth/locale/vi/LC_MESSAGES/django.mo").open("rb") as auth:
        return gettext.GNUTranslations(auth)._catalog | gettext.GNUTranslations(base)._catalog


def in_vietnamese(entry: Message, ours: dict[Message, tuple[str, ...]], theirs: dict[str | tuple[str, int], str]) -> str:
    """What people read for a word of a package; our catalogue wins."""
    key = f"{entry.context}\x04{entry.one}" if entry.context else entry.one
    return " ".join(ours.get(entry, ())) or theirs.get(key) or theirs.get((key, 0)) or ""


def as_po(entry: Message) -> str:
    """An entry as it would stand in the catalogue, for whoever adds it."""
    lines = [("msgctxt", entry.context), ("msgid", entry.one), ("msgid_plural", entry.many), ("msgstr", "")]
    return "\n".join(f"{name} {json.dumps(text, ensure_ascii=False)}" for name, text in lines if text is not None)


def test_every_word_of_our_own_has_its_english() -> None:
    english = catalogue("en")
    missing = sorted((entry for entry in own_messages() if not english.get(entry)), key=str)
    assert not missing, "add to locale/en/LC_MESSAGES/django.po:\n\n" + "\n\n".join(map(as_po, missing))


def test_every_word_of_the_packages_has_its_vietnamese() -> None:
    ours, theirs = catalogue("vi"), vietnamese_of_django()
    missing = sorted((entry for entry in package_messages() if not in_vietnamese(entry, ours, theirs)), key=str)
    assert not missing, "add to locale/vi/LC_MESSAGES/django.po:\n\n" + "\n\n".join(map(as_po, missing))


def test_no_field_of_a_form_is_called_a_school() -> None:
    """Django's own Vietnamese calls a field "trường", which in the portal is a school."""
    ours, theirs = catalogue("vi"), vietnamese_of_django()
    assert [entry.one for entry in package_messages() if "trường" in in_vietnamese(entry, ours, theirs).lower()] == []


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_catalogues_hold_nothing_left_over_empty_or_fuzzy(language: str) -> None:
    wanted = own_messages() if language == "en" else package_messages()
    held = catalogue(language)
    assert sorted(entry.one for entry, texts in held.items() if not texts) == []
    assert sorted(entry.one for entry in held if entry not in wanted) == []


@pytest.mark.parametrize("language", ["en", "vi"])
def test_what_is_put_in_is_the_same_in_both_languages(language: str) -> None:
    differing = [
        entry.one
        for entry, texts in catalogue(language).items()
        if any(placeholders(text) != entry.placeholders for text in texts) and entry.one not in SAID_WITHOUT_PLACEHOLDER
    ]
    assert differing == []


def test_english_speaks_of_one_and_of_many() -> None:
    assert [entry.one for entry, texts in catalogue("en").items() if entry.many and (len(texts) != 2 or texts[0] == texts[1])] == []


def test_the_english_is_english() -> None:
    assert [texts for texts in catalogue("en").values() if any(map(VIETNAMESE.search, texts))] == []


# Words that nobody wrapped


def test_only_written_out_words_are_wrapped() -> None:
    """gettext of something computed is invisible to translators; the kinds come from their file."""
    computed = {
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in own_modules()
        for call, function in wrapping_calls(ast.parse(path.read_text()))
        if not all(isinstance(part, ast.Constant) for part in call.args[: len(PARTS[function])])
    }
    assert {place.split(":")[0] for place in computed} <= {"coordination/keeping/retention.py", "incidents/models/taxonomy.py"}, computed


def bare_strings(path: Path) -> Iterator[tuple[str, str]]:
    """Vietnamese in a module outside docstrings, wrappers and developers' help: the name it stands under, and the text."""
    tree = ast.parse(path.read_text())
    aside = {id(part) for call, _function in wrapping_calls(tree) for part in call.args} | {id(text) for text in unread(tree)}
    for top in tree.body:
        for node in ast.walk(top):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in aside and VIETNAMESE.search(node.value):
                yield name_of(top), node.value


def unread(tree: ast.AST) -> Iterator[ast.AST]:
    """Docstrings, and the English help of columns and commands, which no page shows."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            yield node.value
        if isinstance(node, ast.keyword) and node.arg in {"help", "help_text"}:
            yield node.value


def name_of(top: ast.stmt) -> str:
    """What a statement of a module defines."""
    if isinstance(top, ast.Assign) and isinstance(top.targets[0], ast.Name):
        return top.targets[0].id
    return getattr(top, "name", "")


def test_no_vietnamese_of_a_module_is_left_unwrapped() -> None:
    bare: dict[str, list[str]] = {}
    for path in own_modules():
        module = str(path.relative_to(ROOT))
        for name, text in bare_strings(path):
            place = module if module in NOT_WORDS_OF_THE_PORTAL else f"{module}:{name}"
            bare.setdefault(place, []).append(text)
    assert {place: texts for place, texts in bare.items() if place not in NOT_WORDS_OF_THE_PORTAL} == {}
    assert set(NOT_WORDS_OF_THE_PORTAL) - set(bare) == set(), "excepted above without need"


def test_no_vietnamese_of_a_template_is_left_unwrapped() -> None:
    """Text and attributes alike; what is printed on paper is Vietnamese by law."""
    bare = {}
    for path in own_templates():
        name = str(path.relative_to(ROOT / "templates"))
        text = WRAPPED_IN_TEMPLATE.sub("", COMMENT_IN_TEMPLATE.sub("", path.read_text()))
        if name not in NOT_TRANSLATED_TEMPLATES and not name.startswith("pdf/") and VIETNAMESE.search(text):
            bare[name] = [line.strip() for line in text.splitlines() if VIETNAMESE.search(line)]
    assert bare == {}


def test_scripts_speak_only_the_words_of_the_page() -> None:
    speaking = [path.name for path in (ROOT / "static/js").glob("*.js") if VIETNAMESE.search(re.sub(r"//.*|/\[.*?\]/", "", path.read_text()))]
    assert speaking == ["guard.js"], "guard.js knows names and places; what it says stands on the page"


# Pages as people read them


class Words(HTMLParser):
    """The text of a page and of its attributes, but for what says itself that it is Vietnamese."""

    SHOWN = {"title", "alt", "aria-label", "placeholder"}

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.in_json = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what an attribute says."""
        given = dict(attrs)
        self.in_json = tag == "script"
        if given.get("lang") != "vi":
            self.found += [text for name, text in attrs if text and (name in self.SHOWN or name.startswith("data-"))]

    def handle_data(self, text: str) -> None:
        """Keep the text, and the sentences of a block of data."""
        if self.in_json:
            text = " ".join(map(str, json.loads(text).values())) if text.strip() else ""
            self.in_json = False
        self.found.append(text)


@pytest.fixture(autouse=True)
def vietnamese_again() -> Iterator[None]:
    """A request in English leaves its language behind; the next test does not."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def lived_in(world: World) -> dict[str, Any]:
    """A ward where something happened: a case with its result, a draft, a briefing with a conclusion, a return, a report."""
    quarter.expect()
    quarter.happened(world, full={})
    made = {"return": quarter.hand_in(world), "report": quarter.ordered(world)}
    world.file(kind="child_sexual_abuse", severity="s4")
    referral = world.answered()
    conclusion = meetings.closed(world)
    world.see_all()
    return made | {"incident": referral.incident, "referral": referral, "conclusion": conclusion, "briefing": conclusion.briefing}


def stored_words() -> list[str]:
    """What people or bodies are called or wrote, and what was stored in Vietnamese for everybody; the longest first."""
    ward = Unit.objects.get(level="commune", code="01840", valid_to=None)
    places = [word for unit in (ward, ward.parent, *offered_to(Organisation.objects.get(kind="doet", unit=ward.parent))) for word in (unit.full_name, unit.in_sentence, unit.name)]
    bodies = [word for body in Organisation.objects.all() for word in (body.name, body.called, body.short_name)]
    cases = [word for case in Incident.objects.unscoped("a test looks at everything") for word in (case.summary, case.spoken_code)]
    rows = [*Notice.objects.unscoped("a test looks at everything"), *Duty.objects.unscoped("a test looks at everything")]
    agenda = [item.words for item in AgendaItem.objects.unscoped("a test looks at everything")]
    meets = [word for item in Briefing.objects.unscoped("a test looks at everything") for word in (item.place, item.figures["label"], item.figures["window"])]
    written = ["Đã xử lý.", "Nhắc nhở.", "Gửi lịch trực cổng trường."]
    return sorted({*places, *bodies, *cases, *(row.about_words for row in rows), *agenda, *meets, *written} - {""}, key=len, reverse=True)


def vietnamese_on(page: str, data: list[str]) -> list[str]:
    """What is left in Vietnamese on a page when the data is taken away."""
    text = "\n".join(Words(page).found)
    for word in data:
        text = text.replace(word, "")
    return [line.strip() for line in text.splitlines() if VIETNAMESE.search(line)]


PAGES = {
    "principal": [
        "/", "/thong-bao/", "/vi-tri/", "/vu-viec/", "/vu-viec/bao-nhanh/", "/dia-ban/", "/dia-ban/?q=anh+duong", "/ai-duoc-lam-gi/", "/giao-ban/", "/so-lieu/",
        "/tai-khoan/password/change/", "/tai-khoan/logout/", "/khong-co/",
    ],
    "officer": ["/", "/chuyen-den/", "/chuyen-den/?tab=tat-ca", "/giao-ban/", "/theo-doi/"],
    "culture": ["/", "/vu-viec/", "/giao-ban/", "/giao-ban/moi/", "/theo-doi/?ky=2026-Q3", "/bao-cao/"],
    "doet": ["/", "/vu-viec/", "/theo-doi/", "/bao-cao/", "/ai-duoc-lam-gi/?vai=commune_police_officer", "/ban-giao/", "/nhap-danh-sach/"],
}  # fmt: skip
OF_THINGS = {
    "principal": [
        ("incident", "detail"), ("incident", "receipt"), ("incident", "full_report"), ("incident", "amend"), ("incident", "close"), ("incident", "add_person"),
        ("referral", "discuss"), ("briefing", ""), ("conclusion", ""), ("return", ""),
    ],
    "officer": [("incident", "detail"), ("referral", "forward"), ("referral", "answer"), ("referral", "ask"), ("referral", "note"), ("briefing", "")],
    "culture": [("briefing", ""), ("conclusion", ""), ("return", "")],
    "doet": [("report", "")],
}  # fmt: skip
NOT_ANSWERED = {"principal": {"/khong-co/": 404}, "officer": {"/theo-doi/": 403}}


def addresses(who: str, things: dict[str, Any]) -> list[str]:
    """The pages a reader is sent to."""
    return PAGES[who] + [reverse(f"incidents:{page}", args=[things[name].code]) if page else things[name].get_absolute_url() for name, page in OF_THINGS[who]]


@pytest.mark.parametrize("who", list(PAGES))
def test_a_page_in_english_is_english_throughout(world: World, lived_in: dict[str, Any], who: str) -> None:
    reader, data = in_english(world.client(who)), stored_words()
    with clocks.set_to(NOW):
        answers = {address: reader.get(address) for address in addresses(who, lived_in)}
    assert {address: answer.status_code for address, answer in answers.items() if answer.status_code != 200} == NOT_ANSWERED.get(who, {})
    left = {address: vietnamese_on(answer.content.decode(), data) for address, answer in answers.items()}
    assert {address: words for address, words in left.items() if words} == {}


def test_errors_in_english_are_english(world: World) -> None:
    reader, data = in_english(world.client("principal")), stored_words()
    answer = reader.post("/vu-viec/bao-nhanh/", {"key": "0", "__end": "1"})
    assert answer.status_code == 422 and vietnamese_on(answer.content.decode(), data) == []


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/tai-khoan/login/", "/tai-khoan/password/reset/", "/tai-khoan/signup/", "/tai-khoan/password/reset/done/", "/tai-khoan/inactive/"])
def test_the_door_speaks_the_language_of_the_reader(address: str) -> None:
    assert vietnamese_on(in_english(Client()).get(address).content.decode(), []) == []
    wrong = Client().post("/tai-khoan/login/", {"login": "", "password": ""}).content.decode()
    assert "Chưa trả lời câu này." in wrong and "This field" not in wrong


def test_the_mail_of_a_new_password_speaks_vietnamese(world: World, mailoutbox: list[EmailMessage]) -> None:
    Client().post("/tai-khoan/password/reset/", {"email": world.actor("principal").user.email})
    (mail,) = mailoutbox
    assert mail.subject.endswith("Đặt lại mật khẩu") and "Bạn nhận thư này" in mail.body
    assert "receiving" not in mail.body and "Thank you" not in mail.body


def in_english(client: Client) -> Client:
    """A browser whose reader chose English."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client
