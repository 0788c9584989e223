"""Vietnamese words for searching and for ordering: the same answers as the database gives."""

import unicodedata

SPELLINGS = str.maketrans({"đ": "d", "‘": "'", "’": "'", "–": "-", "—": "-"})
LETTERS = " -'0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng
MARKED = {"a\u0306": "ă", "a\u0302": "â", "e\u0302": "ê", "o\u0302": "ô", "o\u031b": "ơ", "u\u031b": "ư"}


def fold(text: str) -> str:
    """A text as people type it without marks: "Hoà" and "Hòa" both become "hoa". Equals SQL vi_fold on names."""
    letters = unicodedata.normalize("NFC", text).casefold().translate(SPELLINGS)
    bare = "".join(sign for sign in unicodedata.normalize("NFD", letters) if not unicodedata.combining(sign))
    return " ".join(bare.split())


def vi_sort_key(text: str) -> tuple[list[int], list[int], list[bool]]:
    """Vietnamese order as collation vi-x-icu has it: the 29 letters first, then the tones, then small before capital."""
    letters: list[int] = []
    tones: list[int] = []
    capitals: list[bool] = []
    for sign in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", sign)
        tone = next((place for place, mark in enumerate(TONES, 1) if mark in parts), 0)
        base = "".join(part for part in parts if part not in TONES)
        letters.append(rank(MARKED.get(base.lower(), base.lower())))
        tones.append(tone)
        capitals.append(sign.isupper())
    return letters, tones, capitals


def rank(letter: str) -> int:
    """The place of a letter; one that Vietnamese names do not use stands after all others."""
    place = LETTERS.find(letter)
    return place if place >= 0 else len(LETTERS) + ord(letter[0])
