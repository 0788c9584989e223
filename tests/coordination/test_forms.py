"""What people type is cleaned or refused in words; what no browser sends is refused at the door."""

import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django import forms
from django.core import signing
from django.core.exceptions import BadRequest, ValidationError
from django.http import QueryDict
from django.test import Client, RequestFactory

from coordination import clocks
from coordination.web import params
from coordination.web.forms import END, CleanCharField, FutureDateField, PastDateTimeField, StrictForm, clean_text
from coordination.web.paging import read_place
from tests.world import NOW, World


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Hai   học sinh \t xô xát  ", "Hai học sinh xô xát"),
        ("Hie\u0302\u0323u tru\u031bo\u031b\u0309ng", "Hiệu trưởng"),
        ("a\u200bb\u200d\u2060c\ufeff", "abc"),
        ("an\u202eko\u202c", "anko"),
        ("dòng một\r\ndòng hai", "dòng một dòng hai"),
        ("\u200b\u200b", ""),
        ("\u00a0\u2003", ""),
    ],
)
def test_text_is_stored_in_one_form_without_invisible_marks(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


def test_a_text_of_lines_keeps_its_lines() -> None:
    assert clean_text(" một \r\n\n  hai\rba ", lines=True) == "một\n\nhai\nba"


@pytest.mark.parametrize("strange", ["\x00", "\x07", "\x1b[31m", "\ud800", "\ue000", "\x85", "\uffff"])
def test_control_and_unknown_characters_are_refused_in_words(strange: str) -> None:
    with pytest.raises(ValidationError, match="ký tự lạ"):
        clean_text(f"một câu{strange}")


def test_a_field_of_text_is_required_counted_and_bounded() -> None:
    field = CleanCharField(max_length=5)
    assert field.clean(" năm ") == "năm"
    for typed in ("\u200b", "sáu sáu", "x" * 300_000):
        with pytest.raises(ValidationError):
            field.clean(typed)


@pytest.mark.parametrize(
    ("typed", "words"),
    [("01/01/1999 10:00", "Năm không hợp lệ"), ("01/01/0001 00:00", "Năm không hợp lệ"), ("31/12/9999 23:59", "muộn hơn giờ hiện tại"), ("20/11/2026 09:01", "muộn hơn giờ hiện tại"), ("31/02/2026 10:00", None), ("mai", None)],
)
def test_an_impossible_instant_is_said_to_be_one(typed: str, words: str | None) -> None:
    with clocks.set_to(NOW), pytest.raises(ValidationError, match=words):
        PastDateTimeField(input_formats=["%d/%m/%Y %H:%M"]).clean(typed)


def test_an_instant_is_read_in_vietnam_time() -> None:
    with clocks.set_to(NOW):
        assert PastDateTimeField(input_formats=["%H:%M %d/%m/%Y"]).clean("08:59 20/11/2026") == NOW - timedelta(minutes=1)


def test_a_day_ahead_is_from_today_on_and_not_far() -> None:
    field = FutureDateField(input_formats=["%d/%m/%Y"])
    with clocks.set_to(NOW):
        assert field.clean("20/11/2026") == date(2026, 11, 20)
        for typed, words in (("19/11/2026", "đã qua"), ("01/01/2032", "quá xa")):
            with pytest.raises(ValidationError, match=words):
                field.clean(typed)


class Small(StrictForm):
    """The smallest strict form."""

    passing = frozenset({"step"})
    name = forms.CharField()


@pytest.mark.parametrize("sent", ["name=a", f"name=a&strange=1&{END}=1", f"name=a&is_staff=1&{END}=1", f"namee=a&{END}=1"])
def test_a_form_that_is_cut_or_forged_is_refused(sent: str) -> None:
    with pytest.raises(BadRequest):
        Small(QueryDict(sent))


@pytest.mark.parametrize("sent", [f"name=a&{END}=1", f"name=a&step=2&csrfmiddlewaretoken=x&confirmed=1&{END}="])
def test_a_whole_form_passes(sent: str) -> None:
    assert Small(QueryDict(sent)).is_valid()


# Addresses


def read(address: str, **fields: Any) -> dict[str, Any]:
    """The declared parameters of an address."""
    return params.read(RequestFactory().get(f"/?{address}"), **fields)


def test_declared_parameters_are_read_and_empty_ones_are_none() -> None:
    assert read("q=+du%CC%80+&x=9&tab=", q=params.text(10), tab=params.one_of(["a"])) == {"q": "dù", "tab": None}


@pytest.mark.parametrize(
    ("address", "reader"),
    [
        ("q=" + "a" * 11, params.text(10)),
        ("q=a%0Ab", params.text(10)),
        ("q=%E2%80%AEa", params.text(10)),
        ("q=b", params.one_of(["a"])),
        ("q=a&q=a", params.one_of(["a"])),
        ("q=abc", params.cursor),
        ("q=" + "a" * 301, params.cursor),
    ],
)
def test_nonsense_in_an_address_is_refused(address: str, reader: Any) -> None:
    with pytest.raises(BadRequest):
        read(address, q=reader)


def test_a_cursor_is_ours_alone() -> None:
    place = [NOW.isoformat(), 7]
    made = params.make_cursor(place)
    assert read(f"q={made}", q=params.cursor) == {"q": tuple(place)}
    forged = [made[:-1] + ("A" if made[-1] != "A" else "B"), "x" + made, signing.dumps(place, salt="another.salt"), signing.dumps(place)]
    for cursor in forged:
        with pytest.raises(BadRequest):
            read(f"q={cursor}", q=params.cursor)


@pytest.mark.parametrize("place", [("x", 1), (NOW.isoformat(), "x"), (NOW.isoformat(),), (1, 2), (None, None), (NOW.isoformat(), 1, 2)])
def test_a_cursor_of_another_list_is_refused(place: tuple[Any, ...]) -> None:
    with pytest.raises(BadRequest):
        read_place(place)


def test_a_place_is_an_instant_and_a_key() -> None:
    assert read_place((NOW.isoformat(), "7")) == (NOW, 7) and isinstance(read_place((NOW.isoformat(), 7))[0], datetime)


@pytest.mark.parametrize(
    "address",
    ["/vu-viec/?after=1", "/vu-viec/?severity=s9", "/vu-viec/?status=x", "/vu-viec/?q=%00", "/vu-viec/?q=" + "a" * 81, "/chuyen-den/?tab=x", "/chuyen-den/?after=x%3A1", "/thong-bao/?sau=x", "/dia-ban/?q=%ED%A0%80"],
)
def test_hostile_addresses_are_answered_and_never_a_fault(world: World, address: str) -> None:
    who = "officer" if address.startswith("/chuyen-den") else "principal"
    assert world.client(who).get(address).status_code in (200, 400) if "%ED" in address else world.client(who).get(address).status_code == 400


def test_a_body_cut_on_its_way_is_refused_before_anything_is_read(world: World) -> None:
    client = world.client("principal")
    whole = f"key=1&summary=abc&{END}=1"
    arrived = {"wsgi.input": io.BytesIO(whole.encode()), "CONTENT_LENGTH": str(len(whole) + 5)}
    cut = client.generic("POST", "/vu-viec/bao-nhanh/", whole, content_type="application/x-www-form-urlencoded", **arrived)
    assert cut.status_code == 400
    for length in ("x", "-1", "1" * 13):
        assert Client().generic("POST", "/tai-khoan/login/", whole, content_type="application/x-www-form-urlencoded", CONTENT_LENGTH=length).status_code == 400
