"""Which passwords are refused: those that anybody guesses who knows the portal, its places, or what passwords are common (ASVS 5.0 V6.2.4, V6.2.11, V6.2.12)."""

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from coordination import clocks
from coordination.folding import fold
from coordination.models.organisations import Organisation
from coordination.models.people import Appointment
from coordination.models.territory import Level, Unit

WORDS = Path(__file__).resolve().parent.parent / "data" / "password_words.txt"
SHORTEST_WORD = 4  # what is shorter stands in any text by chance
LEFT_AT_LEAST = 8  # letters beside the words of the portal: the least that NIST SP 800-63B asks of a password altogether
LOOKED_AT = 100  # letters: who types more has typed enough
SHORTEST_PART, MOST_GROUPS = 3, 3
LOOKALIKES = str.maketrans("@4031!57$", "aaoeiists")
HASH = re.compile(rb"[0-9A-F]{40}")


class Guessable(CommonPasswordValidator):
    """Refuses what is guessed first, in three ways, and says what to do. Django's list of 20,000 is the one it inherits."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError with a sentence."""
        text = fold(password[:LOOKED_AT])
        if self.is_common(text):
            raise ValidationError(_("Mật khẩu này dễ đoán: chỉ là mật khẩu phổ biến được ghép, lặp lại hoặc thêm số, dấu. Chọn một câu của riêng bạn, ví dụ bốn từ không liên quan đến nhau."), code="password_too_common")
        if is_of_the_portal(text, own_words(user)):
            raise ValidationError(_("Mật khẩu này dễ đoán: bỏ tên hệ thống, chức vụ, đơn vị, địa danh, ngày tháng thì còn lại quá ít. Chọn một câu không liên quan đến công việc, ví dụ bốn từ không liên quan đến nhau."), code="password_of_the_portal")
        if is_breached(password):
            raise ValidationError(_("Mật khẩu này nằm trong danh sách đã bị lộ trên mạng. Chọn mật khẩu khác; nơi nào đang dùng mật khẩu này thì đổi cả ở nơi đó."), code="password_breached")

    def get_help_text(self) -> str:
        """Beside the field."""
        return _("Không dùng mật khẩu phổ biến, tên đơn vị, địa danh, ngày tháng.")

    def is_common(self, text: str) -> bool:
        """Whether nothing is in it but one or two words of the list, doubled, joined or padded with digits and signs."""
        return text in self.passwords or len(once(text)) < LEFT_AT_LEAST or any(self.is_joined(core) for core in cores(text))

    def is_joined(self, core: str) -> bool:
        """One word of the list as often as one likes, or two after each other, or one with digits before or after it."""
        if self.is_listed(core):
            return True
        core = once(core)
        cuts = range(SHORTEST_PART, len(core) - SHORTEST_PART + 1)
        return self.is_listed(core) or any(self.is_pair(core[:cut], core[cut:]) for cut in cuts)

    def is_pair(self, first: str, second: str) -> bool:
        """Two words, or a word that is more than a few digits and digits beside it."""
        listed = [part for part in (first, second) if self.is_listed(part) or self.is_listed(once(part))]
        beside = [part for part in (first, second) if part.isdecimal()]
        return len(listed) == 2 or bool(listed and beside) and listed != beside and (not listed[0].isdecimal() or len(listed[0]) >= LEFT_AT_LEAST)

    def is_listed(self, word: str) -> bool:
        """Whether it is one of the common ones, and more than a letter or two."""
        return len(word) >= SHORTEST_PART and word in self.passwords


def cores(text: str) -> Iterator[str]:
    """A password without its padding: without signs, without what stands around its letters, with letters for their lookalikes, and letters alone."""
    inner = re.sub(r"^[^a-z]+|[^a-z]+$", "", text)
    yield re.sub(r"[^a-z0-9]", "", text)
    yield re.sub(r"[^a-z0-9]", "", inner)
    yield letters_of(inner.translate(LOOKALIKES))
    if len(re.findall(r"[a-z]+", text)) <= MOST_GROUPS:
        yield letters_of(text)


def letters_of(text: str) -> str:
    """Without digits and signs."""
    return re.sub(r"[^a-z]", "", text)


def once(text: str) -> str:
    """What is repeated from end to end, once; the last time may be cut short."""
    periods = (length for length in range(1, len(text) // 2 + 1) if text.startswith(text[length:]))
    return text[: next(periods, len(text))]


# Words of the portal


@cache
def words_of_the_portal() -> tuple[str, ...]:
    """The documented list."""
    return tuple(line for line in WORDS.read_text().split("\n") if line and not line.startswith("#"))


def own_words(user: Any) -> set[str]:
    """The list, every province and commune of today, and what the account is called: its name, and the bodies in which it holds a post."""
    named = [*Unit.objects.on(clocks.today()).filter(level__in=(Level.PROVINCE, Level.COMMUNE)).values_list("name", flat=True)]
    if user is not None:
        named += re.split(r"[^a-z]+", user.get_username().lower())
    if user is not None and user.pk:
        named += Organisation.objects.filter(pk__in=Appointment.objects.filter(user=user).values("post__organisation")).values_list("name", flat=True)
    found = {letters_of(fold(name)) for name in named} | set(words_of_the_portal())
    return {word for word in found if len(word) >= SHORTEST_WORD}


def is_of_the_portal(text: str, words: set[str]) -> bool:
    """Whether too little is left when such words, digits, signs and repeats are taken out. A password without any such word is none of the portal's."""
    inner = re.sub(r"^[^a-z]+|[^a-z]+$", "", text)
    return any(len(left) < LEFT_AT_LEAST for left in (without(letters_of(text), words), without(letters_of(inner.translate(LOOKALIKES)), words)) if left is not None)


def without(letters: str, words: set[str]) -> str | None:
    """What is left beside the words, each piece once; None when none of them was in it."""
    left = letters
    for word in sorted((word for word in words if word in letters), key=len, reverse=True):
        left = left.replace(word, " ")
    return None if left == letters else "".join(dict.fromkeys(once(piece) for piece in left.split()))


# Passwords that were breached elsewhere


def is_breached(password: str) -> bool:
    """Whether the list on this machine has it (settings.BREACHED_PASSWORDS_FILE): bisected in the file, never read whole. Nobody outside is asked."""
    if not settings.BREACHED_PASSWORDS_FILE:
        return False
    wanted = hashlib.sha1(password.encode(errors="replace"), usedforsecurity=False).hexdigest().upper().encode()
    with Path(settings.BREACHED_PASSWORDS_FILE).open("rb") as lines:
        low, high = 0, lines.seek(0, 2)
        while low < high:
            middle = (low + high) // 2
            if b"" < hash_after(lines, middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return hash_after(lines, low) == wanted


def hash_after(lines: Any, place: int) -> bytes:
    """The hash of the first line that begins at a place or behind it; empty at the end."""
    lines.seek(max(0, place - 1))
    if place:
        lines.readline()
    return lines.readline()[:40].upper()


def fault_of_the_list() -> str:
    """What is wrong with the file that the setting names, or nothing."""
    if not settings.BREACHED_PASSWORDS_FILE:
        return ""
    path = Path(settings.BREACHED_PASSWORDS_FILE)
    if not path.is_file():
        return f"BREACHED_PASSWORDS_FILE: there is no file {path}"
    with path.open("rb") as lines:
        return "" if HASH.fullmatch(hash_after(lines, 0)) else f"BREACHED_PASSWORDS_FILE: {path} does not begin with a SHA-1 in hex"
