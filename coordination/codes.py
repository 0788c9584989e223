"""Codes that stand in addresses: random, speakable, with a check character; nothing can be counted from them."""

import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 12


def check_character(body: str) -> str:
    """One character that catches any single slip of the finger and any two letters changed round.

    The letters are the 32 elements of a field: each place counts by another power of x, modulo x^5 + x^2 + 1.
    """
    value = 0
    for letter in body:
        value = (value ^ ALPHABET.index(letter)) << 1
        if value > 31:
            value ^= 0b100101
    return ALPHABET[value]


def new_code() -> str:
    """A new address code: 12 random characters (60 bits) and the check character."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return body + check_character(body)


def is_code(text: str) -> bool:
    """Whether the text could be one of our codes; a wrong one is answered 404 before any query."""
    return len(text) == LENGTH + 1 and all(letter in ALPHABET for letter in text) and check_character(text[:-1]) == text[-1]


class CodeConverter:
    """`<code:code>` in a URL pattern."""

    regex = f"[{ALPHABET}]{{{LENGTH + 1}}}"

    def to_python(self, value: str) -> str:
        """The code, when its check character is right."""
        if not is_code(value):
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        """The code as it stands."""
        return value
