"""Folding for search and Vietnamese order, in Python and in PostgreSQL."""

import random
import unicodedata

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from coordination.folding import fold, vi_sort_key
from coordination.territory.loading import rows

IN_ORDER = ["An", "Ăn", "Ân", "Ba", "Da", "Đà", "Ma", "Mà", "Mả", "Mã", "Má", "Mạ", "On", "Ôn", "Ơn", "Ut", "Ưu", "Zê"]
NAMES = sorted({row["name"] for row in rows("units")})


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Phường Dư Hàng", "phuong du hang"),
        ("Hoà", "hoa"),
        ("Hòa", "hoa"),
        ("THUỶ", "thuy"),
        ("Đắk Lắk", "dak lak"),
        ("  Bà   Rịa\tVũng Tàu ", "ba ria vung tau"),
        ("Ea H’Leo", "ea h'leo"),
        ("Văn Miếu – Quốc Tử Giám", "van mieu - quoc tu giam"),
        ("", ""),
    ],
)
def test_marks_capitals_and_spaces_do_not_matter(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_composed_and_decomposed_text_meet(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.sampled_from(NAMES))
def test_a_name_typed_without_marks_is_plain_ascii(name: str) -> None:
    assert fold(name).isascii()


def test_the_letters_come_before_the_tones() -> None:
    shuffled = random.Random(11).sample(IN_ORDER, len(IN_ORDER))
    assert sorted(shuffled, key=vi_sort_key) == IN_ORDER


def test_order_ignores_how_the_text_is_composed() -> None:
    assert vi_sort_key(unicodedata.normalize("NFD", "Thủ Đức")) == vi_sort_key("Thủ Đức")


def test_a_small_letter_stands_before_its_capital() -> None:
    assert sorted(["Ân", "ân", "An", "an"], key=vi_sort_key) == ["an", "An", "ân", "Ân"]


@pytest.mark.django_db
def test_the_database_folds_every_name_alike() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select name, vi_fold(name) from unnest(%s) name", [NAMES + [unicodedata.normalize("NFD", name) for name in NAMES]])
        assert [name for name, folded in cursor.fetchall() if folded != fold(name)] == []


@pytest.mark.django_db
def test_the_database_orders_every_name_alike() -> None:
    with connection.cursor() as cursor:
        cursor.execute('select name from unnest(%s) name order by name collate "vi-x-icu"', [NAMES])
        assert [name for (name,) in cursor.fetchall()] == sorted(NAMES, key=vi_sort_key)
