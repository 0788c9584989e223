"""Names and numbers of people, found in a text however they are written: the last look at what leaves masked (security.md 5.3, 2.4 rows 38, 39, 43).

What is looked for: a whole name, in any of its spellings and orders; its initials beside a whole syllable, and alone when dots stand
between at least three; the given name after a word for a person ("em Minh Anh"); a telephone or document number with any separators.
What is not: a nickname nobody wrote down, a family name alone, a number spoken in words. A name of one syllable is found after a word
for a person alone, because as a word it is one of the language.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as _

from coordination.folding import fold
from coordination.models.organisations import Organisation
from coordination.models.territory import Unit

HIDDEN = "\u00ad\u200b-\u200d\u2060\ufeff"  # signs that show nothing
WORD = re.compile(rf"(?:[^\W\d_][\u0300-\u036f{HIDDEN}]*)+")
DIGITS = re.compile(r"\d(?:\W{0,3}\d)*")
TRUNK = re.compile(r"\(?(?:\+84|0084|0)\W{0,3}\Z")  # what stands before a telephone number
UNSEEN = re.compile(f"[{HIDDEN}]")
SOFT = {"đ": "d", "ð": "d"}
APART = ",;:!?"
GAP = 3  # signs between the syllables of one name: a space, a line's end, a dot and a space
SHORTEST_NUMBER, LONGEST_NUMBER = 8, 13
MOST_PUBLIC = 200
SHORTEST_JOINED = 8  # "lean" is a word, "nguyenvanan" is none
PERSON_WORDS = frozenset("em cháu chau bé bạn thầy cô tên anh chị ông bà mẹ bố cha chú bác".split())
KIN = frozenset("me bo cha ba ong anh chi co chu bac di cau mo ba noi ngoai gd gia dinh phu huynh so dt sdt dien thoai lien he".split())
NOBODY = frozenset({"chua ro", "khong ro", "chua biet", "khong biet", "chua xac dinh", "khong", "nguoi la", "nguoi mau"})
# After "anh", "cô", "ông" these begin an office, though the first syllable is somebody's name too.
OFFICES = frozenset(
    {"cong an", "hieu truong", "hieu pho", "chu tich", "chu nhiem", "truong phong", "truong cong", "truong ban", "hoi truong", "bi thu", "doan truong", "doan vien", "giam doc", "giam thi"}
)


class Token(NamedTuple):
    """A word of a text: without its marks, with them, and where it stands."""

    word: str
    marks: Counter[str]
    start: int
    end: int
    text: str

    @property
    def is_initial(self) -> bool:
        """One capital letter."""
        return len(self.word) == 1 and self.text[:1].isupper()

    @property
    def is_title(self) -> bool:
        """Written Like this."""
        return self.text[:1].isupper() and self.text[1:] == self.text[1:].lower()

    @property
    def is_person_word(self) -> bool:
        """A word after which a person is named."""
        return unicodedata.normalize("NFC", self.text.lower()) in PERSON_WORDS


@lru_cache(maxsize=50_000)
def spelled(text: str) -> tuple[str, Counter[str]]:
    """A word without marks, and its marks: "Hoà" and "Hòa" are one, "Lễ" is more than "Lê"."""
    letters = unicodedata.normalize("NFD", UNSEEN.sub("", text).casefold())
    marks = Counter(sign for sign in letters if unicodedata.combining(sign) or sign in SOFT)
    return "".join(SOFT.get(sign, sign) for sign in letters if not unicodedata.combining(sign)), marks


def tokens(text: str) -> list[Token]:
    """The words of a text in their order."""
    return [Token(*spelled(found[0]), *found.span(), found[0]) for found in WORD.finditer(text)]


@dataclass(frozen=True)
class Hit:
    """Where a text names somebody, and what may be shown instead."""

    start: int
    end: int
    shown: str


@dataclass(frozen=True)
class Name:
    """The syllables of a name in one order; `short` when its initials may stand for it."""

    words: tuple[str, ...]
    marks: tuple[Counter[str], ...]
    shown: str
    short: bool = True

    def length_in(self, found: list[Token], at: int, text: str) -> int:
        """How many tokens from `at` on write this name; 0 when they do not."""
        run = found[at : at + len(self.words)]
        if len(run) < len(self.words) or not together(run, text):
            return 0
        whole = [token.word == word for token, word in zip(run, self.words, strict=True)]
        if all(whole):
            return len(run) if self.is_spelled(run) else 0
        return len(run) if self.short and len(run) > 2 and self.is_shortened(run, whole, text) else 0

    def is_spelled(self, run: list[Token]) -> bool:
        """Typed with its marks, with fewer, or with none. In three syllables and more one may bear a wrong mark: in two, "Lễ an" is not "Lê An"."""
        wrong = sum(bool(token.marks - marks) for token, marks in zip(run, self.marks, strict=True))
        return wrong <= (1 if len(run) > 2 else 0)

    def is_shortened(self, run: list[Token], whole: list[bool], text: str) -> bool:
        """Initials beside a whole syllable ("N.V. An", "Nguyễn V. A"), or all initials with a dot after each but the last ("N.V.A")."""
        fits = all(same or token.is_initial and word.startswith(token.word) for token, word, same in zip(run, self.words, whole, strict=True))
        if not fits:
            return False
        if any(whole):
            return all(token.is_initial or token.text[0].isupper() for token in run)
        return all(text[token.end : token.end + 1] == "." for token in run[:-1])


def together(run: list[Token], text: str, apart: str = APART) -> bool:
    """Nothing but a few signs stands between them, and none of those that part a sentence."""
    between = (text[left.end : right.start] for left, right in zip(run, run[1:], strict=False))
    return all(len(gap) <= GAP and not any(sign.isalnum() or sign in apart for sign in gap) for gap in between)


class Secrets:
    """What a text must not hold: names with what may be shown instead, and what people wrote down as ways to reach somebody."""

    def __init__(self, names: Mapping[str, str] | Iterable[str] = (), contacts: Mapping[str, str] | Iterable[str] = ()) -> None:
        self.by_first: dict[str, list[Name]] = defaultdict(list)
        self.by_initial: dict[str, list[Name]] = defaultdict(list)
        self.by_given: dict[str, list[Name]] = defaultdict(list)
        self.joined: dict[str, str] = {}
        self.numbers: dict[str, str] = {}
        for text, shown in pairs(names):
            self.add_name(text, shown)
        for text, shown in pairs(contacts):
            self.add_contact(text, shown)

    def __bool__(self) -> bool:
        return bool(self.by_first or self.by_given or self.numbers)

    def add_name(self, text: str, shown: str = "") -> None:
        """A name as somebody typed it; what stands in brackets or after a comma is no part of it."""
        self.add_numbers(text, shown)
        read = tokens(re.split(r"[(,;/\n]", text)[0])
        words, marks = tuple(token.word for token in read), tuple(token.marks for token in read)
        if not words or " ".join(words) in NOBODY:
            return
        for size in (1, 2):
            if len(words) > size or size == len(words) == 1:
                self.by_given[words[-size]].append(Name(words[-size:], marks[-size:], shown, short=False))
        if len(words) == 1:
            return
        self.index(Name(words, marks, shown))
        if len(words) > 2:
            self.index(Name(words[-1:] + words[:-1], marks[-1:] + marks[:-1], shown, short=False))
        if len("".join(words)) >= SHORTEST_JOINED:
            self.joined["".join(words)] = shown

    def index(self, name: Name) -> None:
        """Found by its first syllable, and by its first letter when it may be shortened."""
        self.by_first[name.words[0]].append(name)
        if name.short and len(name.words) > 2:
            self.by_initial[name.words[0][0]].append(name)

    def add_contact(self, text: str, shown: str = "") -> None:
        """Numbers, full names, an address of the mail; plain words such as "qua giáo viên chủ nhiệm" name nobody."""
        self.add_numbers(text, shown)
        for mail in re.findall(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", text):
            read = tokens(mail)
            self.index(Name(tuple(token.word for token in read), tuple(token.marks for token in read), shown, short=False))
        for run in capitalised(tokens(text), text):
            while run and run[0].word in KIN and len(run) > 2:
                run = run[1:]
            if len(run) > 2 or len(run) == 2 and run[0].start and any(token.is_person_word for token in tokens(text[: run[0].start])[-1:]):
                self.add_name(" ".join(token.text for token in run), shown)

    def add_numbers(self, text: str, shown: str) -> None:
        """Every number of eight digits and more; a telephone's without its first zero or +84, which people write both ways."""
        for digits in numbers_of(text):
            if len(digits) >= SHORTEST_NUMBER:
                self.numbers[re.sub(r"^(?:0084|84(?=\d{9})|0)", "", digits)] = shown


def numbers_of(text: str) -> Iterator[str]:
    """The digits of each number in what people write down: "0912/345/678" is one, "0912345678/0987654321" are two."""
    for row in re.split(r"[^\W\d_]+", text):
        for piece in [row] if len(digits_of(row)) <= LONGEST_NUMBER else re.split(r"[,;/\n]", row):
            yield digits_of(piece)


def digits_of(text: str) -> str:
    """Its digits, of whatever script, as 0 to 9."""
    return "".join(str(unicodedata.digit(sign)) for sign in text if sign.isdecimal())


def pairs(words: Mapping[str, str] | Iterable[str]) -> Iterable[tuple[str, str]]:
    """Each word with what may be shown instead."""
    return words.items() if isinstance(words, Mapping) else ((word, "") for word in words)


def capitalised(read: list[Token], text: str) -> Iterator[list[Token]]:
    """Runs of neighbouring words that begin with a capital."""
    run: list[Token] = []
    for token in read:
        if run and not (token.text[0].isupper() and text[run[-1].end : token.start] == " "):
            yield run
            run = []
        if token.text[0].isupper():
            run.append(token)
    if run:
        yield run


# The look


def scan(text: str, secrets: Secrets, public: Iterable[str] = ()) -> list[Hit]:
    """Where the text names somebody, in its order. A name inside a longer public one, of a school or a place, is none."""
    found = tokens(text)
    hits = sorted({*names_in(text, found, secrets), *numbers_in(text, secrets)}, key=lambda hit: (hit.start, -hit.end))
    shown = list(spans_of(text, found, public)) if hits else []
    return [hit for hit in hits if not any(start <= hit.start and hit.end <= end and end - start > hit.end - hit.start for start, end in shown)]


def names_in(text: str, found: list[Token], secrets: Secrets) -> Iterator[Hit]:
    """Names from each word on: whole or shortened, joined, or the given name after a word for a person."""
    for at, token in enumerate(found):
        if token.word in secrets.joined:
            yield Hit(token.start, token.end, secrets.joined[token.word])
        candidates = secrets.by_first.get(token.word, ())
        if token.is_initial:
            candidates = [*candidates, *secrets.by_initial.get(token.word, ())]
        for name in candidates:
            if length := name.length_in(found, at, text):
                yield Hit(token.start, found[at + length - 1].end, name.shown)
        if at and found[at - 1].is_person_word and together(found[at - 1 : at + 1], text, apart=";!?"):
            yield from given_name(text, found, at, secrets)


def given_name(text: str, found: list[Token], at: int, secrets: Secrets) -> Iterator[Hit]:
    """The last one or two syllables of a name, written as a name, unless an office begins there."""
    office = " ".join(token.word for token in found[at : at + 2])
    for name in secrets.by_given.get(found[at].word, ()):
        run = found[at : at + len(name.words)]
        if name.length_in(found, at, text) and office not in OFFICES and all(token.is_title for token in run):
            yield Hit(run[0].start, run[-1].end, name.shown)


def numbers_in(text: str, secrets: Secrets) -> Iterator[Hit]:
    """Numbers written with any separators; in a long row of digits each place is tried."""
    sizes = {len(number) for number in secrets.numbers}
    for found in DIGITS.finditer(text) if sizes else ():
        places = [(found.start() + place, str(unicodedata.digit(sign))) for place, sign in enumerate(found[0]) if sign.isdecimal()]
        row = "".join(digit for _place, digit in places)
        for size in sizes:
            for at in range(len(row) - size + 1):
                if row[at : at + size] in secrets.numbers:
                    begun = TRUNK.search(text, 0, places[at][0])
                    yield Hit(begun.start() if begun else places[at][0], places[at + size - 1][0] + 1, secrets.numbers[row[at : at + size]])


def spans_of(text: str, found: list[Token], public: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where public names stand in the text."""
    for phrase in public:
        words = [token.word for token in tokens(phrase)]
        for at in range(len(found) - len(words) + 1):
            if [token.word for token in found[at : at + len(words)]] == words:
                yield found[at].start, found[at + len(words) - 1].end


def veil(text: str, secrets: Secrets) -> str:
    """The text with what may be shown in the place of each hit; of hits that overlap, the first and longest."""
    kept, end = [], 0
    for hit in hits_in(text, secrets):
        if hit.start >= end:
            kept += [text[end : hit.start], hit.shown]
            end = hit.end
    return "".join(kept) + text[end:]


# Public names


def public_names(text: str, hits: list[Hit]) -> list[str]:
    """Names of bodies and units that hold what was hit: "Trường THPT Lê Hồng Phong" stands in the register, whoever else is called so."""
    words = {fold(text[hit.start : hit.end]) for hit in hits}
    bodies = {name for word in words for row in Organisation.objects.filter(folded__contains=word).values_list("name", "short_name")[:MOST_PUBLIC] for name in row if name}
    units = {name for word in words for name in Unit.objects.filter(folded__contains=word).values_list("full_name", flat=True)[:MOST_PUBLIC]}
    plain = {re.sub(r"\s*\([^)]*\)\s*$", "", name) for name in bodies}
    return sorted(bodies | units | plain | {name.removeprefix("Trường ") for name in plain})


def hits_in(text: str, secrets: Secrets) -> list[Hit]:
    """Where a text names somebody; public names are asked for only when it seems to."""
    hits = scan(text, secrets)
    return scan(text, secrets, public_names(text, hits)) if hits else []


_public: list[Callable[[], Iterable[str]]] = []


def offer_public(texts: Callable[[], Iterable[str]]) -> None:
    """An app names words that anybody may read, such as its list of kinds: a sealed text that holds them gives nothing away. Called by ready()."""
    _public.append(texts)


def public_texts() -> Iterator[str]:
    """What bodies and units are called, and what the apps offer."""
    yield from Organisation.objects.values_list("name", flat=True)
    yield from Unit.objects.values_list("full_name", flat=True).distinct()
    for texts in _public:
        yield from texts()


# Whose names a thing must not show


_offered: dict[type, Callable[[Any], Secrets]] = {}


def offer(model: type, secrets: Callable[[Any], Secrets]) -> None:
    """An app names the people whom what is written or printed about a thing must not name. Called by ready()."""
    _offered[model] = secrets


def offers(model: type) -> bool:
    """Whether somebody is behind things of this kind."""
    return model in _offered


def secrets_of(thing: Any) -> Secrets:
    """The people behind a thing; none when nobody offers any."""
    return _offered[type(thing)](thing) if type(thing) in _offered else Secrets()


def secrets_behind(link: str) -> Secrets:
    """The people behind a page, found by the code in its address: what a mail links to."""
    code = next((part for part in reversed(re.split(r"[/?#]", link)) if part), "")
    rows = (model.objects.unscoped("a mail that goes out, for the names in it").filter(code=code).first() for model in _offered)
    thing = next((row for row in rows if row), None)
    return secrets_of(thing) if thing else Secrets()


# Before something leaves


class Leak(Exception):
    """A masked text names somebody. The message says so, and never whom."""

    def __init__(self) -> None:
        super().__init__(_("Văn bản có họ tên hoặc số liên hệ của người liên quan: sửa lại trước khi in."))


def refuse(paper: Any, secrets: Secrets) -> None:
    """Raise Leak when a paper names somebody, also across its lines and cells."""
    if secrets and hits_in("\n".join(texts_of(paper)), secrets):
        raise Leak


def texts_of(thing: Any) -> Iterator[str]:
    """Every text in plain data, however deep, in its order."""
    if isinstance(thing, str):
        yield thing
    elif is_dataclass(thing):
        yield from (text for field in fields(thing) for text in texts_of(getattr(thing, field.name)))
    elif isinstance(thing, Mapping):
        yield from (text for value in thing.values() for text in texts_of(value))
    elif isinstance(thing, list | tuple):
        yield from (text for value in thing for text in texts_of(value))


def form_is_nameless(form: forms.Form, secrets: Secrets) -> bool:
    """Whether none of a valid form's texts names somebody; otherwise its fields say what to do, and it is shown again as it was filled."""
    named = [name for name, value in form.cleaned_data.items() if isinstance(value, str) and secrets and hits_in(value, secrets)]
    for name in named:
        form.add_error(name, _("Phần này có họ tên hoặc số liên hệ của người liên quan trong vụ việc. Viết lại, không ghi họ tên, số điện thoại."))
    return not named
