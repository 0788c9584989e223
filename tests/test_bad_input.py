"""Whatever is sent, the answer is one of a few refusals, never a fault of ours, and nothing is written (security.md 7)."""

import uuid
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from coordination import checks, clocks
from coordination.codes import new_code
from coordination.models import SYSTEM, Role
from coordination.scope import reading_as
from coordination.web import params
from incidents.models import Incident, Referral
from tests.access.stage import BODIES, END, LATER, NAMED, PEOPLE, Stage, absent_address, address
from tests.test_access import EXPECTED, ONE_OF_EACH_SIDE
from tests.world import NOW, World

FORM = "application/x-www-form-urlencoded"
PLAIN = {200, 302, 400, 403, 404, 405, 409, 413, 422}
WRITES = ("INSERT INTO", "UPDATE ", "DELETE FROM", "insert into", "update ", "delete from")
# What a GET may write: the life of the session, and a line of the trail.
ALLOWED = ("coordination_session", "coordination_trailline")


def reader_of(route: str, method: str) -> str:
    """A role that is answered with a page there."""
    line = next(line for line in EXPECTED if (line.method, line.route) == (method, route))
    return next((role for role, code in line.answers.items() if code in {200, 302}), Role.PRINCIPAL)


def routes_of(method: str) -> list[str]:
    """Our routes that answer the method with a page to somebody."""
    return [line.route for line in EXPECTED if line.method == method and {200, 302} & set(line.answers.values())]


class Heard:
    """What is written while it listens, but for what every request may write."""

    def __init__(self) -> None:
        self.wrote: list[str] = []
        self._listening = connection.execute_wrapper(self.hear)

    def hear(self, execute: Callable[..., Any], words: Any, values: Any, many: bool, context: dict[str, Any]) -> Any:
        """Note a writing statement, and let it pass."""
        if str(words).startswith(WRITES) and not any(table in str(words) for table in ALLOWED):
            self.wrote.append(str(words)[:200])
        return execute(words, values, many, context)

    def __enter__(self) -> list[str]:
        self._listening.__enter__()
        return self.wrote

    def __exit__(self, *failure: Any) -> None:
        self._listening.__exit__(*failure)


def knock(stage: Stage, who: str, method: str, where: str, *, query: str = "", body: bytes = b"", kind: str = FORM, **meta: Any) -> tuple[int, list[str]]:
    """The answer to a request as raw as it comes, and what it wrote before that was undone."""
    browser = stage.client_of(who)
    with clocks.set_to(LATER), Heard() as wrote, transaction.atomic():
        answer = browser.generic(method, where, body, content_type=kind, QUERY_STRING=query, **meta)
        transaction.set_rollback(True)
    return answer.status_code, wrote


# Addresses

NAMES = ("after", "sau", "q", "status", "severity", "kind", "tab", "vai", "ky", "trang_thai", "tuyen", "next", "page")
VALUES = {
    "a NUL": "%00",
    "a NUL among letters": "a%00b",
    "a cut percent": "%",
    "half a letter": "%c3",
    "a lone surrogate": "%ed%a0%80",
    "an overlong slash": "%c0%af",
    "a direction mark": "%e2%80%ae",
    "a control letter": "%07",
    "an array": "x[]=1",
    "a quote": "%27%20or%201=1--",
    "markup": "%3Cscript%3Ealert(1)%3C/script%3E",
    "a template": "%7B%7B7*7%7D%7D",
    "a path": "../../../../etc/passwd",
    "a number too many": "9" * 5000,
    "a smaller number too many": "9" * 300,
    "a negative": "-1",
    "no number": "NaN",
    "a year zero": "0000-01-01",
    "a day that is not": "2026-02-31",
    "a broken cursor": "eyJhIjoxfQ:1abcde:xxxxxxxxxxxx",
    "a cursor of nothing": params.make_cursor([]),
    "a cursor of the year zero": params.make_cursor(["0001-01-01T00:00:00", 1]),
    "a cursor without zone": params.make_cursor(["2026-01-01T00:00:00", 1]),
    "a cursor far out": params.make_cursor([NOW.isoformat(), 10**30]),
    "a cursor of no time": params.make_cursor([None, None]),
    "an unknown word": "khong-co",
    "a tone mark alone": "%cc%81",
    "a percent sign for LIKE": "%25%5f%5c",
}


@pytest.mark.parametrize("value", VALUES, ids=VALUES)
def test_nonsense_in_the_address_is_never_our_fault(stage: Stage, value: str) -> None:
    query = "&".join(f"{name}={VALUES[value]}" for name in NAMES)
    for route in routes_of("GET"):
        who = PEOPLE[reader_of(route, "GET")]
        code, wrote = knock(stage, who, "GET", address(route, stage.of(reader_of(route, "GET"))), query=query)
        assert code in PLAIN and not wrote, (route, code, wrote)


READ = {
    "coordination:accounts": ["after", "q", "state"],
    "coordination:account_requests": ["after"],
    "coordination:account_review": ["after"],
    "coordination:account_ask_reset": ["q"],
    "coordination:handovers": ["after"],
    "coordination:handover_split": ["tu"],
    "coordination:home": ["sau"],
    "coordination:notices": ["sau"],
    **dict.fromkeys((f"coordination:{name}" for name in ("holds", "disposals", "requests", "breaches")), ["after"]),
    "coordination:area": ["q"],
    "coordination:who_may": ["vai", "voi", "mang"],
    "incidents:list": ["after", "q", "status", "severity", "kind"],
    "incidents:queue": ["after", "tab"],
    "agreements:list": ["after", "q", "kind", "status", "scope"],
    "briefings:list": ["after", "status"],
    "reports:list": ["after", "ky", "trang_thai"],
    "reports:returns": ["after"],
    "reports:grid": ["after", "ky", "trang_thai", "tuyen"],
}


@pytest.mark.parametrize("route", READ)
def test_each_nonsense_by_itself_where_it_is_read(stage: Stage, route: str) -> None:
    who = PEOPLE[reader_of(route, "GET")]
    for name in READ[route]:
        for words, value in VALUES.items():
            code, wrote = knock(stage, who, "GET", reverse(route), query=f"{name}={value}")
            assert code in {200, 400} and not wrote, (name, words, code)


@pytest.mark.parametrize("query", ["status=open&status=closed", "after=&after=", "q=a&q=b", "tab=tat-ca&tab=qua-han", "vai=dpo&vai=clerk", "severity=s1&severity=s1"])
def test_a_repeated_parameter_is_refused_where_it_is_read(stage: Stage, query: str) -> None:
    found = {knock(stage, who, "GET", where, query=query)[0] for who, where in (("principal", "/vu-viec/"), ("officer", "/chuyen-den/"), ("principal", "/ai-duoc-lam-gi/"), ("principal", "/dia-ban/"))}
    assert 400 in found <= {200, 400}


PATHS = [
    "/%00", "/vu-viec/%00/", "/vu-viec/%ff/", "/vu-viec/%ed%a0%80/", "/vu-viec/..%2f..%2f/", "/vu-viec//", "/vu-viec/" + "a" * 3000 + "/", "/vu-viec/" + "a" * 6000 + "/",
    "/thong-bao/" + "9" * 5000 + "/mo/", "/thong-bao/99999999999999999999/mo/", "/thong-bao/-1/mo/", "/dia-ban/" + "9" * 4200 + "/", "/dia-ban/99999999999999999999/", "/dia-ban/1e5/",
    "/nguoi-lien-quan/not-a-uuid/mo/", "/nguoi-lien-quan/00000000-0000-0000-0000-000000000000/mo/", "/de-nghi-bo-sung/00000000-0000-0000-0000-000000000000/tra-loi/",
    "/giao-ban/0000000000000/ket-luan/99999999999999999999/bo/", "/giao-ban/%F0%9F%92%A3/", "/bao-cao/../../etc/passwd", "/tai-khoan/%00/", "/tai-khoan/login/%0d%0aSet-Cookie:x/", "/static/../manage.py", "/static/%2e%2e/manage.py", "/.git/config",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_paths_that_lead_nowhere(stage: Stage, method: str, path: str) -> None:
    for who in ("principal", "officer"):
        code, wrote = knock(stage, who, method, path, body=b"__end=1")
        assert code in {302, 400, 403, 404, 405} and not wrote, (who, code)


def flipped(code: str) -> str:
    """The code with one letter changed: its check character is wrong."""
    return ("1" if code[0] != "1" else "2") + code[1:]


@pytest.mark.parametrize("route", [route for route, (name, _path) in NAMED.items() if name == "code"])
def test_codes_that_are_none(stage: Stage, route: str) -> None:
    who = PEOPLE[Role.PRINCIPAL]
    here = address(route, stage.of(Role.PRINCIPAL))
    code = next(part for part in here.split("/") if len(part) == 13 and part.isalnum())
    for other in (flipped(code), code.upper(), code[:-1], code + "0", "0" * 13, "o" * 13, new_code()):
        for method in ("GET", "POST"):
            status, wrote = knock(stage, who, method, here.replace(code, other), body=b"__end=1")
            assert status == 404 and not wrote, (method, other)


# Methods and bodies


class Short(BytesIO):
    """A body that ends before its promised length."""

    def __init__(self) -> None:
        super().__init__(b"text=mot+cau&__end=1")


class BrokenOff(BytesIO):
    """A body whose sender went away."""

    def read(self, *size: int) -> bytes:
        raise OSError("the client is gone")



@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "get"])
def test_strange_methods(stage: Stage, method: str) -> None:
    for line in EXPECTED:
        if line.method == "POST":
            role = reader_of(line.route, "POST" if {200, 302} & set(line.answers.values()) else "GET")
            code, wrote = knock(stage, PEOPLE[role], method, address(line.route, stage.of(role)), body=b"" if method in {"HEAD", "OPTIONS", "TRACE", "get"} else b"__end=1")
            assert code in PLAIN and not wrote, (line.route, code)


BROKEN = {
    "nothing at all": (b"", FORM, {}),
    "only the end": (b"__end=1", FORM, {}),
    "a cut body": (b"text=mot+cau&__end=1", FORM, {"CONTENT_LENGTH": "4000", "wsgi.input": Short}),
    "a line that breaks off": (b"text=mot+cau&__end=1", FORM, {"wsgi.input": BrokenOff}),
    "a length that is no number": (b"__end=1", FORM, {"CONTENT_LENGTH": "x"}),
    "a negative length": (b"__end=1", FORM, {"CONTENT_LENGTH": "-1"}),
    "an endless length": (b"__end=1", FORM, {"CONTENT_LENGTH": "9" * 40}),
    "a huge body": (b"text=" + b"a" * 3_000_000 + b"&__end=1", FORM, {}),
    "too many fields": (b"&".join(b"f%d=1" % number for number in range(1000)), FORM, {}),
    "json": (b'{"text": "x", "__end": 1}', "application/json", {}),
    "xml": (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "text/xml", {}),
    "a form of parts without a boundary": (b"--x\r\n", "multipart/form-data", {}),
    "a form of parts cut off": (b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nabc', "multipart/form-data; boundary=x", {}),
    "a file nobody asked for": (b'--x\r\nContent-Disposition: form-data; name="text"; filename="../../x.php"\r\n\r\n<?php ?>\r\n--x\r\nContent-Disposition: form-data; name="__end"\r\n\r\n1\r\n--x--\r\n', "multipart/form-data; boundary=x", {}),
    "an unknown character set": (b"__end=1", FORM + "; charset=nonsense", {}),
    "another character set": ("text=Một câu&__end=1".encode("utf-16"), FORM + "; charset=utf-16", {}),
    "a NUL": (b"text=a%00b&summary=a%00b&key=%00&purpose=%00&outcome=%00&__end=1", FORM, {}),
    "bytes that are no letters": (b"text=%ff%fe&summary=\xff&__end=1", FORM, {}),
    "lone surrogates": (b"text=%ed%a0%80&summary=%ed%a0%80&note=%ed%a0%80&__end=1", FORM, {}),
    "a key nobody knows": (b"text=mot+cau&status=closed&is_staff=1&__end=1", FORM, {}),
}  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN, ids=BROKEN)
def test_broken_bodies_change_nothing(stage: Stage, broken: str) -> None:
    body, kind, told = BROKEN[broken]
    for route in routes_of("POST"):
        if broken in {"nothing at all", "only the end"} and route in PRESSES:
            continue
        role = reader_of(route, "POST")
        meta = {name: value() if callable(value) else value for name, value in told.items()}
        code, wrote = knock(stage, PEOPLE[role], "POST", address(route, stage.of(role)), body=body, kind=kind, **meta)
        assert code in PLAIN, (route, code)
        assert not wrote or route in PRESSES, (route, wrote[:2])


# Buttons: a press carries nothing but itself, so there is nothing in its body to be wrong.
PRESSES = {line.route for line in EXPECTED if line.method == "POST" and 302 in line.answers.values()} - set(BODIES)


FORMS = [route for route in BODIES if route != "coordination:choose_post"]


@pytest.mark.parametrize("route", FORMS)
def test_a_good_form_with_a_strange_key_or_without_its_end_is_refused(stage: Stage, route: str) -> None:
    role = reader_of(route, "POST")
    things = stage.of(role)
    good, where = stage.body(role, route, things), address(route, things)
    assert stage.ask(role, "POST", where, good).status_code in {200, 302}
    for bad in (good | {uuid.uuid4().hex: "1"}, good | {"status": "closed"}, {name: value for name, value in good.items() if name not in END}):
        with Heard() as wrote:
            assert stage.ask(role, "POST", where, bad).status_code == 400
        assert not wrote


HOSTILE = {
    "empty": "", "spaces": "   ", "zero width": "\u200b\u200b", "a NUL": "a\x00b", "a bell": "a\x07b", "long": "x" * 200_000, "a direction mark": "\u202eabc", "private use": "\ue000", "markup": "<script>alert(1)</script>",
    "a template": "{{ settings.SECRET_KEY }}{% debug %}", "a quote": "'; drop table incidents_incident; --", "a percent": "100% %s %(x)s", "tones apart": "Mo\u0323\u0302t", "a year zero": "09:00 01/01/0000", "a year far off": "09:00 01/01/9999",
    "no day": "31/02/2026", "digits": "9" * 5000, "a float": "1e400", "negative": "-1", "another alphabet": "١٢", "a superscript": "²",
}  # fmt: skip


HARSH = ("a NUL", "long", "a year zero", "a year far off", "digits", "a superscript")
MOST_FIELDS = 14  # the attendance has two for every school


@pytest.mark.parametrize("route", FORMS)
def test_fields_may_hold_anything(stage: Stage, route: str) -> None:
    """All at once, and the harshest one by one: answered with the form to be mended, or taken where it is text; never a fault."""
    role = reader_of(route, "POST")
    things = stage.of(role)
    good, where = stage.body(role, route, things), address(route, things)
    asked = [name for name in good if name != "__end"][:MOST_FIELDS]
    sent = [(words, dict.fromkeys(asked, value)) for words, value in HOSTILE.items()] + [(f"{words} in {name}", {name: HOSTILE[words]}) for words in HARSH for name in asked]
    for words, bad in sent:
        assert stage.ask(role, "POST", where, good | bad).status_code in {200, 302, 400, 409, 422}, words


# Twice, late, and not at all

TWICE_THE_SAME = {"incidents:proceedings", "incidents:close_openings", "incidents:write_informant", "incidents:use_glass", "coordination:recovery_codes", "coordination:signed_in", "incidents:send_files", "coordination:account_codes", "coordination:account_invite", "coordination:register", "coordination:register_confirm", "incidents:quick_report", "incidents:report_instead", "incidents:save_draft", "incidents:log_call", "incidents:amend", "incidents:add_person", "incidents:follow_up", "incidents:ask", "incidents:note", "coordination:choose_post", "coordination:open_notice", "coordination:order_paper", "incidents:see", "incidents:take_call", "reports:list", "reports:remind_all", "reports:words"}
# Each press adds a row of its own; a second is a second. What stops the double click is the button (data-submit-once).
ADDS_A_ROW = {"coordination:request_new", "coordination:breach_new", "incidents:open_person", "incidents:open_informant", "incidents:open_file", "agreements:draft", "agreements:amend", "briefings:plan", "briefings:amend", "briefings:refresh", "briefings:attend", "briefings:conclude"}  # fmt: skip


@pytest.mark.parametrize("route", routes_of("POST"))
def test_a_doubled_press_is_answered_409_or_as_the_first(stage: Stage, route: str) -> None:
    role = reader_of(route, "POST")
    things = stage.of(role)
    where, body = address(route, things), stage.body(role, route, things)
    browser = stage.client_of(PEOPLE[role])
    with clocks.set_to(LATER), transaction.atomic():
        first = browser.post(where, body)
        second = browser.post(where, body)
        transaction.set_rollback(True)
    if route in TWICE_THE_SAME:
        assert (second.status_code, second.get("Location")) == (first.status_code, first.get("Location"))
    elif route in ADDS_A_ROW:
        assert second.status_code == first.status_code == 302
    else:
        # A draft thrown away is gone; everything else says that somebody was first.
        # Who handles it already is said beside the form.
        said = {"incidents:discard": 404, "coordination:register_discard": 404, "incidents:assign": 422}
        assert (first.status_code, second.status_code) == (302, said.get(route, 409))


@pytest.mark.parametrize("route", [route for route in routes_of("POST") if route in NAMED])
def test_a_press_on_what_is_not_there(stage: Stage, route: str) -> None:
    role = reader_of(route, "POST")
    code, wrote = knock(stage, PEOPLE[role], "POST", absent_address(route), body=b"__end=1")
    assert (code, wrote) == (404, [])


def test_reading_writes_nothing(stage: Stage) -> None:
    for route in routes_of("GET"):
        for role in {*ONE_OF_EACH_SIDE, reader_of(route, "GET")}:
            _code, wrote = knock(stage, PEOPLE[role], "GET", address(route, stage.of(role)))
            assert not wrote, (route, role, wrote)


def test_a_form_without_its_token_is_refused(stage: Stage) -> None:
    browser = Client(enforce_csrf_checks=True)
    for route in routes_of("POST"):
        role = reader_of(route, "POST")
        browser.cookies = stage.client_of(PEOPLE[role]).cookies
        with transaction.atomic():
            code = browser.post(address(route, stage.of(role)), stage.body(role, route, stage.of(role))).status_code
            transaction.set_rollback(True)
        assert code == 403, route


def test_a_school_without_police_can_still_file(world: World) -> None:
    """Two special zones have no commune police (domain/organisations.md): the case is filed and the managing body told."""
    with reading_as(SYSTEM):
        police = world.actor("officer").organisation
        police.valid_to = NOW.date()
        police.save()
    with clocks.set_to(LATER):
        assert world.client("principal").post("/vu-viec/bao-nhanh/", world.form()).status_code == 302
    world.see_all()
    assert Incident.objects.unscoped("test").get().status == "submitted"
    assert not Referral.objects.unscoped("test").exists()


def test_third_party_routes_take_nonsense_too(stage: Stage) -> None:
    for name, pattern in checks.routes():
        if checks.third_party(name) and not pattern.pattern.converters and "(?P" not in str(pattern.pattern):
            for method in ("GET", "POST"):
                code, _wrote = knock(stage, "principal", method, reverse(name), query="next=//example.com/%00&key=" + "9" * 200, body=b"login=%00&password=%00&language=xx&next=//example.com/")
                assert code in PLAIN, (name, method, code)
