"""The stamp of a state secret, in the words of a file: such a paper may not be on the Internet at all (Luật Bảo vệ bí mật nhà nước 117/2025/QH15, QĐ 531/QĐ-TTg)."""

import re
import unicodedata

from coordination.intake.limits import NotTaken

STAMPS = re.compile(r"\b(TUYỆT\s*MẬT|TỐI\s*MẬT)\b")
LINE = re.compile(r"^(ĐỘ MẬT|MỨC ĐỘ MẬT|MẬT)\s*:?\s*(MẬT|TỐI MẬT|TUYỆT MẬT)?$")


def refuse_secrets(words: str) -> None:
    """Tuyệt mật and Tối mật in capitals anywhere; Mật alone on its line, as the stamp stands in the head of a paper, also with its letters apart."""
    for line in unicodedata.normalize("NFC", words).splitlines():
        shown = " ".join(line.split())
        if STAMPS.search(shown) or LINE.match(shown) or "".join(shown.split()) in {"MẬT", "TỐIMẬT", "TUYỆTMẬT"}:
            raise NotTaken("secret")
