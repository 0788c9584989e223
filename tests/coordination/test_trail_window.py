"""Nhật ký: each reader sees his side's lines through PostgreSQL's window and nothing else."""

import re
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from coordination import audit, clocks
from coordination.codes import new_code
from coordination.models import SYSTEM, AccountRequest, Appointment, ListImport, Organisation, Post, Role, TrailLine, Unit, User
from coordination.models.organisations import OrganisationKind
from coordination.scope import reading_as
from coordination.trail import shown
from coordination.views.trail import act_words
from incidents import actions
from incidents.models import Incident
from tests.access.stage import PEOPLE
from tests.coordination.test_accounts_decided_by_two import second_administrator
from tests.world import World


def seen(who: Any, **asked: Any) -> list[shown.Shown]:
    """What a reader's page would show."""
    with reading_as(who):
        return shown.lines(**({"own": False, "most": 200} | asked))


def of_actors(world: World, lines: list[shown.Shown]) -> set[str]:
    """Whose lines these are, as roles."""
    return {line.actor_post.split("@")[0] for line in lines}


@pytest.fixture
def day(world: World) -> World:
    """A case filed, received, its person added and opened; and an account's line."""
    referral = world.received()
    with world.acting("principal") as principal:
        person = actions.add_person(referral.incident, by=principal, answers={"role": "affected", "age_band": "11_13", "full_name": "Người mẫu", "class_name": "", "contact": ""})
    with world.acting("chief") as chief:
        actions.open_sealed(referral.incident, by=chief, purpose="child", person=person)
    for who in ("culture", "doet", "guardian"):
        with world.acting(who) as actor:
            audit.record("look", referral.incident, by=actor)
    with world.acting("sysadmin") as keeper:
        audit.record("suspend_account", world.actor("principal").user, by=keeper)
    return world


SIDES = {
    "chief": {"commune_police_officer", "commune_police_chief"},
    "province_police_head": {"commune_police_officer", "commune_police_chief"},
    "guardian": {"commune_education_officer", "child_protection_officer"},
    "treem.so.bk": {"commune_education_officer", "doet_officer", "child_protection_officer"},
    "sysadmin": {"sysadmin"},
    "principal": set(),
    "officer": set(),
    "culture": set(),
    "doet": set(),
    "leader": set(),
    "clerk": set(),
    "province_police": set(),
}


@pytest.mark.parametrize("who", SIDES)
def test_a_reader_sees_the_lines_of_his_side_alone(day: World, who: str) -> None:
    found = seen(day.actor(who))
    assert of_actors(day, found) == SIDES[who]
    assert seen(day.actor(who), own=True) == [line for line in seen(day.actor("dpo")) if line.actor_id == day.actor(who).pk]


def test_data_protection_sees_every_line_and_the_administrator_accounts_alone(day: World) -> None:
    day.see_all()
    everything = TrailLine.objects.count()
    assert len(seen(day.actor("dpo"))) == everything
    assert {line.about_model for line in seen(day.actor("sysadmin"))} == {"coordination.user"}


def test_an_administrator_sees_of_other_provinces_neither_accounts_nor_lists_nor_requests(day: World) -> None:
    """What lies in his reach he sees whoever did it; what does not, he does not see, though the same sort of thing."""
    here = day.actor("sysadmin")
    province = Unit.objects.filter(level="province").exclude(pk=here.organisation.unit_id).first() or Unit.objects.create(code="91", level="province", name="Tỉnh Xa (mẫu)", full_name="Tỉnh Xa (mẫu)")
    office = Organisation.objects.create(kind=OrganisationKind.DOET, name="Sở Xa (mẫu)", unit=province)
    user = User.objects.create(username="quantri.xa", password="!")
    held = Appointment.objects.create(user=user, post=Post.objects.create(organisation=office, role=Role.SYSADMIN), starts_on=date(2026, 1, 1))
    far = Appointment.objects.with_post().get(pk=held.pk)
    school = Organisation.objects.create(kind=OrganisationKind.SCHOOL, name="Trường Xa (mẫu)", unit=province)
    other = User.objects.create(username="hieutruong.xa", password="!")
    Appointment.objects.create(user=other, post=Post.objects.create(organisation=school, role=Role.PRINCIPAL), starts_on=date(2026, 1, 1))
    with day.acting("sysadmin"):
        audit.record("upload_list", ListImport(pk=901, code=new_code()), by=here)
    with reading_as(far):
        audit.record("suspend_account", other, by=far)
        audit.record("upload_list", ListImport(pk=902, code=new_code()), by=far)
        audit.record("ask", AccountRequest(pk=903, code=new_code()), by=far)
    with reading_as(SYSTEM):
        audit.record("hand_back", other, by=SYSTEM)
        audit.record("hand_back", day.actor("chief").user, by=SYSTEM)
    assert {line.about_id for line in seen(here, act="hand_back")} == {day.actor("chief").user_id}, "of the portal's own lines those about his accounts"
    assert {line.code for line in seen(here)} & {other.code, user.code} == set()
    assert [line.about_id for line in seen(here, act="upload_list")] == [901] and seen(here, act="ask") == []
    assert [line.about_id for line in seen(far, act="upload_list")] == [902] and {line.code for line in seen(far)} >= {other.code}
    assert day.actor("principal").user.code not in {line.code for line in seen(far)}


def test_an_administrator_of_one_side_sees_no_line_of_an_account_that_the_other_side_keeps(day: World) -> None:
    with reading_as(SYSTEM):
        audit.record("hand_back", day.actor("chief").user, by=SYSTEM)
    second_administrator(day, Organisation.objects.get(kind=OrganisationKind.PROVINCE_POLICE), "quantri.ca")
    assert seen(day.actor("sysadmin"), act="hand_back") == []
    assert len(seen(Appointment.objects.with_post().get(user__username="quantri.ca"), act="hand_back")) == 1


def test_a_chief_of_another_ward_sees_nothing_of_it(day: World) -> None:
    police = Organisation.objects.create(kind=OrganisationKind.COMMUNE_POLICE, name="Công an phường Khác (mẫu)", unit=day.actor("chief").organisation.unit.parent)
    user = User.objects.create(username="truongca.khac", password="!")
    far = Appointment.objects.create(user=user, post=Post.objects.create(organisation=police, role=Role.COMMUNE_CHIEF), starts_on=date(2026, 1, 1))
    assert seen(Appointment.objects.with_post().get(pk=far.pk)) == []


def test_what_a_line_shows_is_neither_content_nor_a_name(day: World) -> None:
    answer = day.client("dpo").get("/nhat-ky/").content.decode()
    assert "Mở thông tin người liên quan" in answer and "Bảo vệ trẻ em" in answer and "Trưởng Công an" in answer
    for secret in ("Người mẫu", "dao gọt", "truongca", "hieutruong", "ĐX-26"):
        assert secret not in answer


def test_a_case_from_which_one_is_kept_out_shows_one_no_line(world: World) -> None:
    with world.acting("deputy") as deputy:
        actions.file(uuid.uuid4(), by=deputy, answers=world.answers(), conflict=True)
    principal = world.actor("principal")
    world.see_all()
    line = TrailLine.objects.filter(act="submit").get()
    assert line.code
    with reading_as(principal):
        audit.record("look", actions.Incident(pk=line.about_id, code=line.code), by=principal)
        assert shown.lines(own=True, most=9) == []


# The window


def as_role(role: str, reader: str, statement: str) -> list[Any]:
    """What a raw statement of the serving role gives."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select set_config('portal.reader', %s, true), set_config('role', %s, true)", [reader, role])
        cursor.execute(statement)
        return cursor.fetchall()


SHOWN = "select id from portal_trail_shown(false, '', '', '2000-01-01', '2100-01-01', 9223372036854775807, 50)"


@pytest.mark.parametrize("role", ["portal_app", "portal_police"])
def test_the_table_stays_shut_and_the_window_opens_for_who_is_known(day: World, role: str) -> None:
    dpo = str(day.actor("dpo").pk)
    assert as_role(role, dpo, "select id from coordination_trailline") == []
    assert len(as_role(role, dpo, SHOWN)) > 5
    for stranger in ("", "system", "0", "999999999", "1 or true", "-1"):
        assert as_role(role, stranger, SHOWN) == [], stranger


@pytest.mark.parametrize("statement", [
    "select * from portal_trail_lines(1, false, '', '', '2000-01-01', '2100-01-01', 9223372036854775807, 50)",
    "select portal_kept_bodies(1)",
])  # fmt: skip
def test_nobody_who_serves_reaches_behind_the_window(day: World, statement: str) -> None:
    for role in ("portal_app", "portal_police"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            as_role(role, str(day.actor("dpo").pk), statement)


def test_after_looking_through_the_window_the_reader_is_who_he_was(day: World) -> None:
    with reading_as(day.actor("chief")), connection.cursor() as cursor:
        shown.lines(own=False, most=5)
        cursor.execute("select current_setting('portal.reader'), current_user::text")
        assert cursor.fetchone() == (str(day.actor("chief").pk), "portal_police")
        assert not TrailLine.objects.exists()


# The page


def test_the_page_narrows_by_act_day_and_code(day: World) -> None:
    client = day.client("dpo")
    day.see_all()
    code = TrailLine.objects.filter(act="submit").get().code
    today = f"{clocks.local(TrailLine.objects.filter(act='submit').get().recorded_at):%Y-%m-%d}"

    def acts(query: str) -> list[str]:
        answer = client.get("/nhat-ky/" + query)
        assert answer.status_code == 200, query
        return [row["act"] for row in answer.context["rows"]]

    assert acts("?act=open_person") == ["Mở thông tin người liên quan"]
    assert len(acts(f"?code={code}")) > 5
    assert acts(f"?code={new_code()}") == [] == acts("?day=2020-01-01")
    assert len(acts(f"?day={today}&act=submit")) == 1


def test_a_case_stands_under_the_code_people_say_for_whom_sees_it(day: World) -> None:
    day.see_all()
    case = Incident.objects.unscoped("test").get(code=TrailLine.objects.filter(act="submit").get().code)
    answer = day.client("principal").get(f"/nhat-ky/viec-toi-da-lam/?code={case.spoken_code.lower()}")
    assert {row["code"] for row in answer.context["rows"]} == {case.spoken_code}
    assert day.client("chief").get("/nhat-ky/?code=KHAC-26-0001").context["rows"] == []


@pytest.mark.parametrize("query", ["act=x", "code=1", "day=x", "day=0001-01-01", "day=2026-13-01", "after=x", "act=read&act=read", "code=%00", "day=9999-12-31"])
def test_nonsense_in_the_address_is_refused(day: World, query: str) -> None:
    assert day.client("dpo").get(f"/nhat-ky/?{query}").status_code == 400
    assert day.client("principal").get(f"/nhat-ky/viec-toi-da-lam/?{query}").status_code == 400


def test_pages_follow_without_gap_or_repeat(world: World) -> None:
    world.file()
    principal = world.actor("principal")
    with reading_as(principal):
        for number in range(120):
            audit.record("amend", principal.organisation, by=principal, number=number)
    client, after, found = world.client("principal"), "", []
    for _page in range(5):
        answer = client.get("/nhat-ky/viec-toi-da-lam/" + (f"?after={after}" if after else ""))
        found += [row["id"] for row in answer.context["rows"]]
        after = answer.context["older"]
        if not after:
            break
    assert len(found) == len(set(found)) == 122 and found == sorted(found, reverse=True)


def test_reading_the_trail_is_itself_a_line_and_reading_ones_own_is_not(day: World) -> None:
    day.client("principal").get("/nhat-ky/viec-toi-da-lam/")
    assert seen(day.actor("dpo"), act="read") == []
    day.client("dpo").get("/nhat-ky/")
    (line,) = seen(day.actor("dpo"), act="read")
    assert line.detail["act"] == "trail.read" and line.detail["level"] == "K"


@pytest.mark.parametrize(("role", "words"), [(role, role in {Role.COMMUNE_CHIEF, Role.PROVINCE_POLICE_HEAD, Role.DOET_LEADER, Role.CHILD_PROTECTION, Role.DPO}) for role in (Role.PRINCIPAL, Role.COMMUNE_OFFICER, Role.COMMUNE_CHIEF, Role.PROVINCE_POLICE_HEAD, Role.DOET_LEADER, Role.CHILD_PROTECTION, Role.DPO, Role.SYSADMIN)])
def test_both_sides_are_offered_the_checkpoint(world: World, role: str, words: bool) -> None:
    answer = world.client(PEOPLE[role]).get("/nhat-ky/viec-toi-da-lam/").content.decode()
    assert ("Mốc kiểm tra nhật ký" in answer) is words


WRITTEN = re.compile(r'(?:audit\.record|devices\.write_down|\bwrite_down)\(\s*(?:request, )?"([a-z_.]+)"')


def recorded_acts() -> set[str]:
    """Every act that the code writes into the trail by its name."""
    files = [file for app in ("coordination", "agreements", "incidents", "briefings", "reports") for file in (Path(settings.BASE_DIR) / app).rglob("*.py")]
    return {act for file in files for act in WRITTEN.findall(file.read_text())}


def words_of(act: str, model: str) -> str:
    """What the page calls an act on a kind of thing."""
    return act_words(shown.Shown(**(dict.fromkeys(shown.Shown.__annotations__, "") | {"act": act, "about_model": model, "detail": {}})))


@pytest.mark.parametrize("act", sorted(recorded_acts()))
def test_every_act_that_is_written_down_has_words(act: str) -> None:
    assert any(words_of(act, model._meta.label_lower) != act for model in apps.get_models())


def test_every_move_has_words() -> None:
    wordless = [(model._meta.label_lower, act) for model in apps.get_models() for act in getattr(model, "MOVES", {}) if words_of(act, model._meta.label_lower) == act]
    assert not wordless
