"""The accused principal sees no trace: not the case, not that there is one; the deputy or the managing body works on it (practice.md 2.3)."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from coordination import clocks, duties, notices, openwork, periods
from coordination.codes import new_code
from coordination.models import Appointment, Duty, Notice, Organisation, Role, School
from coordination.paper import papers
from coordination.scope import reading_as, set_reader
from coordination.workflow import Stale
from incidents import actions, endings, figures, referral_actions
from incidents.models import Incident, Person
from tests.access.stage import PERSON, REPORT, SENT_REPORT, account
from tests.world import NOW, SUMMARY, World

END = {"__end": "1"}
LATER = NOW + timedelta(hours=2)
TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]*')
FORM_KEY = re.compile(rb'name="key" value="[^"]*"')
CONFLICT = {"kind": "violence_by_staff", "severity": "s3"}


@pytest.fixture
def case(world: World) -> Incident:
    """What the deputy filed about the head of the school."""
    with world.acting("deputy") as deputy:
        return actions.file(uuid.uuid4(), by=deputy, answers=world.answers(**CONFLICT), conflict=True)


def instead(world: World, who: str = "culture", school: str = "principal", **changes: Any) -> Incident:
    """What the managing body filed in the place of a school."""
    with world.acting(who) as actor:
        about = School.objects.get(organisation_id=world.actor(school).body_id)
        return actions.file(uuid.uuid4(), by=actor, answers=world.answers(**CONFLICT | changes), school=about)


def ask(world: World, who: str, where: str, at: Any = LATER, **fields: str) -> Any:
    with clocks.set_to(at):
        client = world.client(who)
        return client.post(where, END | fields) if fields else client.get(where)


def pages_of(case: Incident) -> list[str]:
    """Every address that begins with the case."""
    return [reverse(f"incidents:{name}", args=[case.code]) for name in ("detail", "receipt", "flag", "full_report", "amend", "close", "add_person", "withdraw", "merge", "keep_out", "continue", "discard")]


def in_words(case: Incident) -> list[str]:
    return [case.code, case.spoken_code, str(case.kind.words), SUMMARY]


# No trace


def through_everything(world: World, case: Incident) -> None:
    """The whole way of the case: people, questions, a result, a talk, the end."""
    referral = world.referral(case)
    with world.acting("officer", NOW + timedelta(minutes=10)) as officer:
        referral = referral_actions.receive(referral_actions.see(referral, by=officer, purpose="child"), by=officer)
        referral_actions.follow_up(referral, by=officer, step="progress")
        question = referral_actions.ask(referral, by=officer, text="Xin gửi biên bản.")
    with world.acting("deputy", NOW + timedelta(minutes=20)) as deputy:
        fresh = Incident.objects.visible_to(deputy).get(pk=case.pk)
        person = actions.add_person(fresh, by=deputy, answers=PERSON)
        actions.log_call(fresh, by=deputy, called="113", called_at=NOW)
        actions.complete(fresh, by=deputy, answers=REPORT)
        actions.amend(fresh, by=deputy, text="Bổ sung.")
        referral_actions.reply(question, by=deputy, text="Đã gửi.")
    with world.acting("officer", NOW + timedelta(minutes=30)) as officer:
        actions.open_sealed(Incident.objects.visible_to(officer).get(pk=case.pk), by=officer, purpose="case", person=Person.objects.visible_to(officer).get(pk=person.pk))
        referral_actions.answer(referral, by=officer, outcome="transferred")


def test_whatever_happens_on_the_case_nothing_of_it_reaches_the_principal(world: World, case: Incident) -> None:
    through_everything(world, case)
    school = world.actor("principal").body_id
    world.see_all()
    assert not Notice.objects.unscoped("test").filter(body_id=school).exists()
    assert not Duty.objects.unscoped("test").filter(parties__contains=[school]).exists()
    addresses = ["/", "/thong-bao/", "/vu-viec/", f"/vu-viec/?q={case.spoken_code}", "/vu-viec/?status=open", f"/vu-viec/?kind={case.kind.code}", "/so-lieu/", "/giao-ban/"]
    for address in addresses:
        page = ask(world, "principal", address)
        assert page.status_code == 200, address
        assert not [word for word in in_words(case) if word in page.content.decode().replace(f'value="{case.spoken_code}"', "").replace(f'value="{case.kind.code}"', "") and word != str(case.kind.words)], address
    assert "0 vụ việc" in ask(world, "principal", "/vu-viec/").content.decode()


def test_his_pages_are_the_same_with_the_case_and_without(world: World) -> None:
    """Two worlds: the whole session of the principal, before the case and after it went its way."""
    world.file(kind="theft", severity="s1", at=NOW - timedelta(days=1))
    addresses = ["/", "/thong-bao/", "/vu-viec/", "/so-lieu/", "/giao-ban/", "/ai-duoc-lam-gi/", "/vu-viec/bao-nhanh/"]

    def session() -> list[tuple[int, bytes]]:
        client = world.client("principal")
        with clocks.set_to(LATER):
            return [(answer.status_code, FORM_KEY.sub(b"", TOKEN.sub(rb"\1", answer.content))) for answer in map(client.get, addresses)]

    before = session()
    with world.acting("deputy") as deputy:
        filed = actions.file(uuid.uuid4(), by=deputy, answers=world.answers(**CONFLICT), conflict=True)
    through_everything(world, filed)
    assert session() == before


def test_every_address_of_it_is_as_if_it_did_not_exist(world: World, case: Incident) -> None:
    with clocks.set_to(LATER):
        client = world.client("principal")
        for here in pages_of(case):
            absent = here.replace(case.code, new_code())
            for method in ("GET", "POST"):
                given, nothing = (client.generic(method, where) for where in (here, absent))
                assert given.status_code == nothing.status_code == 404, (method, here)
                assert TOKEN.sub(rb"\1", given.content).replace(here.encode(), b"") == TOKEN.sub(rb"\1", nothing.content).replace(absent.encode(), b""), here


def test_his_people_questions_and_referral_acts_are_hidden_too(world: World, case: Incident) -> None:
    referral = world.referral(case)
    with world.acting("officer") as officer:
        question = referral_actions.ask(referral_actions.receive(referral, by=officer), by=officer, text="Câu hỏi kín?")
    with world.acting("deputy") as deputy:
        person = actions.add_person(case, by=deputy, answers=PERSON)
    addresses = [f"/de-nghi-bo-sung/{question.uid}/tra-loi/", f"/nguoi-lien-quan/{person.uid}/mo/", f"/chuyen-den/{referral.code}/da-nhan-ket-qua/", f"/chuyen-den/{referral.code}/trao-doi-them/"]
    assert {ask(world, "principal", address, text="x", purpose="case").status_code for address in addresses} == {404}
    assert ask(world, "deputy", addresses[0]).status_code == 200


def test_the_database_itself_shows_him_nothing(world: World, case: Incident) -> None:
    through_everything(world, case)
    tables = ("incident", "referral", "person", "question", "followup", "fullreport", "addendum", "phonecall", "opening")

    def seen(who: str) -> dict[str, int]:
        with transaction.atomic():
            set_reader(world.actor(who))
            with connection.cursor() as cursor:
                found = {}
                for table in tables:
                    cursor.execute(f"select count(*) from incidents_{table}")
                    found[table] = cursor.fetchone()[0]
                for table in ("duty", "notice"):
                    cursor.execute(f"select count(*) from coordination_{table}")
                    found[table] = cursor.fetchone()[0]
        return found

    assert set(seen("principal").values()) == {0}
    assert all(seen("deputy")[table] for table in tables) and seen("culture")["incident"] == 1


def test_a_reader_of_whom_no_person_is_known_is_kept_out_too(world: World, case: Incident) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select set_config('portal.reader', '999999999', true), set_config('portal.body', %s, true)", [str(case.school_id)])
        cursor.execute("select count(*) from incidents_incident")
        assert cursor.fetchone() == (0,)


def test_it_follows_the_person_to_another_post(world: World, case: Incident) -> None:
    """The principal who becomes an officer of the managing body, and the one who also holds the deputy's post."""
    user = world.actor("principal").user
    for body, role in ((world.actor("culture").organisation, Role.COMMUNE_EDUCATION), (world.actor("deputy").organisation, Role.SCHOOL_OFFICER), (world.actor("officer").organisation, Role.COMMUNE_OFFICER)):
        held = Appointment.objects.create(user=user, post=world.post(body.pk, role), starts_on=NOW.date())
        with reading_as(Appointment.objects.with_post().get(pk=held.pk)) as _reader:
            actor = Appointment.objects.with_post().get(pk=held.pk)
            assert not Incident.objects.visible_to(actor).filter(pk=case.pk).exists(), role
            assert not Incident.objects.unscoped("test").filter(pk=case.pk).exists(), role
        assert case.relations_to(actor) == set()


def test_a_successor_does_not_see_it_either(world: World, case: Incident) -> None:
    school = world.actor("principal").organisation
    world.see_all()
    account("hieutruong.moi", school, Role.PRINCIPAL, "")
    account("phohieutruong.hai", school, Role.SCHOOL_OFFICER, "")
    for who in ("hieutruong.moi", "phohieutruong.hai"):
        assert ask(world, who, f"/vu-viec/{case.code}/").status_code == 404
        assert case.spoken_code not in ask(world, who, "/vu-viec/").content.decode()


def test_who_held_the_post_on_the_day_of_the_event_is_kept_out_though_he_left(world: World) -> None:
    head = world.actor("principal")
    with world.acting("system"):
        Appointment.objects.filter(pk=head.pk).update(ends_on=NOW.date() - timedelta(days=2))
    with world.acting("deputy") as deputy:
        filed = actions.file(uuid.uuid4(), by=deputy, answers=world.answers(occurred_at=NOW - timedelta(days=5)), conflict=True)
        later = actions.file(uuid.uuid4(), by=deputy, answers=world.answers(occurred_at=NOW - timedelta(hours=1)), conflict=True)
    assert (filed.kept_out, later.kept_out) == ([head.user_id], [])


def test_a_deputy_who_acts_as_principal_does_not_shut_himself_out(world: World) -> None:
    deputy = world.actor("deputy")
    with world.acting("system"):
        Appointment.objects.create(user=deputy.user, post=world.actor("principal").post, kind="acting", starts_on=NOW.date() - timedelta(days=1))
    with world.acting("deputy"):
        filed = actions.file(uuid.uuid4(), by=deputy, answers=world.answers(), conflict=True)
    assert filed.kept_out == [world.actor("principal").user_id]


def test_a_paper_that_the_deputy_prints_is_not_the_principals(world: World, case: Incident) -> None:
    with world.acting("deputy", LATER) as deputy:
        printed = papers.order(papers.offered("phieu-bao-nhanh"), Incident.objects.visible_to(deputy).get(pk=case.pk), by=deputy)
    with world.acting("system", LATER):
        printed = papers.store(printed, b"%PDF-1.7 sample")
    for name in ("paper", "paper_progress", "paper_file"):
        where = reverse(f"coordination:{name}", args=[printed.code])
        assert (ask(world, "deputy", where).status_code, ask(world, "principal", where).status_code) == (200, 404), name
    with world.acting("principal", LATER) as principal:
        assert not notices.unread(principal)


# Figures and meetings


def test_his_return_does_not_count_it_and_the_ward_does(world: World, case: Incident) -> None:
    period = periods.period_at("nd09_quarter", NOW)
    school = world.actor("principal").organisation
    world.file()
    for who in ("principal", "deputy", "system"):
        with world.acting(who, LATER):
            rows = figures.lines(figures.cases_of(school), period.begins, period.ends)
            assert figures.totals(rows)["cases"] == 1, who
    with world.acting("system", LATER):
        cases = figures.cases_in(school.unit)
        assert (figures.totals(figures.lines(cases, period.begins, period.ends))["cases"], figures.kept_apart(cases)) == (2, 1)


def test_it_is_not_laid_on_a_table_at_which_schools_sit(world: World, case: Incident) -> None:
    open_one = world.file()
    with world.acting("culture", LATER) as culture:
        items = openwork.agenda_for(Organisation.objects.get(pk=culture.body_id), culture)["referrals"]
        tables = openwork.figures_for(Organisation.objects.select_related("unit").get(pk=culture.body_id), NOW - timedelta(days=30), LATER)
    assert [item.code for item in items] == [open_one.code]
    assert sum(row.numbers["cases"] for row in tables["incidents"]) == 1


# Who works on it


def test_the_deputy_works_it_to_the_end(world: World, case: Incident) -> None:
    through_everything(world, case)
    referral = world.referral(case)
    page = ask(world, "deputy", f"/vu-viec/{case.code}/").content.decode()
    assert "Không trao đổi vụ việc này với lãnh đạo trường" in page
    assert ask(world, "deputy", f"/chuyen-den/{referral.code}/da-nhan-ket-qua/", confirmed="1").status_code == 302
    assert ask(world, "deputy", f"/vu-viec/{case.code}/ket-thuc/", confirmed="1").status_code == 302
    world.see_all()
    assert Incident.objects.unscoped("test").get(pk=case.pk).status == "closed"
    assert not Duty.objects.unscoped("test").filter(status="open", about_code=case.code).exists()


def test_the_desk_owes_what_the_school_owes_and_may_do_it(world: World, case: Incident) -> None:
    referral = world.referral(case)
    with world.acting("officer") as officer:
        question = referral_actions.ask(referral_actions.receive(referral, by=officer), by=officer, text="Xin gửi biên bản.")
    home = ask(world, "culture", "/").content.decode()
    assert "Gửi báo cáo đầy đủ" in home and "Trả lời đề nghị bổ sung" in home
    assert ask(world, "culture", f"/de-nghi-bo-sung/{question.uid}/tra-loi/", text="Đã có biên bản.").status_code == 302
    assert ask(world, "culture", f"/vu-viec/{case.code}/bao-cao-day-du/", **{name: value for name, value in SENT_REPORT.items()}).status_code == 302
    assert SUMMARY in ask(world, "culture", f"/vu-viec/{case.code}/").content.decode()


def test_without_a_conflict_the_desk_may_do_none_of_it(world: World) -> None:
    plain = world.file()
    for act in ("bao-cao-day-du", "bo-sung", "nguoi-lien-quan", "rut", "nhap-vao", "ket-thuc", "chuyen-cong-an"):
        assert ask(world, "culture", f"/vu-viec/{plain.code}/{act}/").status_code == 403, act
    assert ask(world, "deputy", f"/vu-viec/{plain.code}/ket-thuc/").status_code == 403


def test_a_silent_desk_holds_nothing_open(world: World, case: Incident) -> None:
    through_everything(world, case)
    with world.acting("system", NOW + timedelta(days=30)):
        settled = referral_actions.settle_by_silence(world.referral(case))
    assert settled.status == "settled"
    world.see_all()
    assert Incident.objects.unscoped("test").get(pk=case.pk).status == "closed"


# The form


def test_the_head_is_not_asked_and_cannot_answer(world: World) -> None:
    with clocks.set_to(NOW):
        page = world.client("principal").get("/vu-viec/bao-nhanh/").content.decode()
        assert "lãnh đạo nhà trường" not in page
        assert world.client("principal").post("/vu-viec/bao-nhanh/", world.form() | {"conflict": "on"}).status_code == 400
        assert "Có liên quan đến lãnh đạo nhà trường" in world.client("deputy").get("/vu-viec/bao-nhanh/").content.decode()


def test_the_tick_keeps_him_out_from_the_draft_on(world: World) -> None:
    sent = world.form() | {"conflict": "on"}
    with clocks.set_to(NOW):
        client = world.client("deputy")
        kept = {name: value for name, value in sent.items() if name != "confirmed"}
        code = client.post("/vu-viec/nhap/", kept).json()["code"]
        assert 'name="conflict"' in client.get(f"/vu-viec/{code}/viet-tiep/").content.decode()
        with reading_as(world.actor("principal")):
            assert not Incident.objects.unscoped("test").filter(code=code).exists()
        check = client.post("/vu-viec/bao-nhanh/", sent | {"confirmed": ""}).content.decode()
        assert "Hiệu trưởng không thấy vụ việc này" in check and 'name="conflict" value="on"' in check
        receipt = client.post("/vu-viec/bao-nhanh/", sent)
    assert receipt.url == f"/vu-viec/{code}/bien-nhan/"
    assert ask(world, "deputy", receipt.url).status_code == 200
    assert ask(world, "principal", receipt.url).status_code == 404


def test_a_tick_taken_back_before_sending_is_no_conflict(world: World) -> None:
    sent = world.form()
    with clocks.set_to(NOW):
        client = world.client("deputy")
        client.post("/vu-viec/nhap/", sent | {"conflict": "on"})
        code = client.post("/vu-viec/bao-nhanh/", sent).url.split("/")[2]
    assert ask(world, "principal", f"/vu-viec/{code}/").status_code == 200


def test_the_same_form_with_another_tick_is_another_answer(world: World) -> None:
    sent = world.form()
    with clocks.set_to(NOW):
        client = world.client("deputy")
        assert client.post("/vu-viec/bao-nhanh/", sent | {"conflict": "on"}).status_code == 302
        assert client.post("/vu-viec/bao-nhanh/", sent | {"conflict": "on"}).status_code == 302
        assert client.post("/vu-viec/bao-nhanh/", sent).status_code == 409


# In the school's place


@pytest.mark.parametrize(("who", "school"), [("culture", "principal"), ("doet", "thpt_principal")])
def test_the_managing_body_files_in_the_schools_place(world: World, who: str, school: str) -> None:
    about = world.actor(school).organisation
    sent = world.form(**CONFLICT) | {"school": about.code}
    with clocks.set_to(NOW):
        client = world.client(who)
        assert about.called in client.get("/vu-viec/bao-thay/").content.decode()
        check = client.post("/vu-viec/bao-thay/", sent | {"confirmed": ""})
        assert check.status_code == 200 and "Sẽ gửi tới" in check.content.decode()
        receipt = client.post("/vu-viec/bao-thay/", sent)
        again = client.post("/vu-viec/bao-thay/", sent)
    assert receipt.status_code == 302 and receipt.url == again.url
    code = receipt.url.split("/")[2]
    for page in (receipt.url, f"/vu-viec/{code}/"):
        assert ask(world, who, page).status_code == 200
    assert ask(world, "officer", f"/vu-viec/{code}/").status_code == 200
    assert {ask(world, each, f"/vu-viec/{code}/").status_code for each in ("principal", "deputy", "thpt_principal")} == {404}
    world.see_all()
    filed = Incident.objects.unscoped("test").get(code=code)
    assert about.pk not in filed.parties and filed.looked_at == NOW
    assert {duty.kind for duty in duties.of(filed)} == {"full_report"}


def test_it_files_for_its_own_schools_alone(world: World) -> None:
    for who, school in (("culture", "thpt_principal"), ("doet", "principal")):
        with clocks.set_to(NOW):
            assert world.client(who).post("/vu-viec/bao-thay/", world.form() | {"school": world.actor(school).organisation.code}).status_code == 422


def test_nobody_else_files_in_a_schools_place(world: World) -> None:
    about = School.objects.get(organisation_id=world.actor("principal").body_id)
    for who in ("deputy", "officer", "leader", "other_principal"):
        assert ask(world, who, "/vu-viec/bao-thay/").status_code == 403
        with world.acting(who) as actor, pytest.raises(PermissionDenied):
            actions.file(uuid.uuid4(), by=actor, answers=world.answers(), school=about)


def test_the_deputies_are_kept_out_of_what_the_managing_body_files(world: World) -> None:
    filed = instead(world)
    assert filed.kept_out == sorted(world.actor(who).user_id for who in ("principal", "deputy"))
    with reading_as(world.actor("deputy")):
        assert not Incident.objects.unscoped("test").exists()


# Found out later


def test_a_conflict_found_later_empties_the_schools_boxes(world: World) -> None:
    plain = world.file()
    referral = world.referral(plain)
    with world.acting("officer") as officer:
        referral_actions.ask(referral_actions.receive(referral, by=officer), by=officer, text="Xin gửi biên bản.")
    assert ask(world, "principal", f"/vu-viec/{plain.code}/").status_code == 200
    assert ask(world, "deputy", f"/vu-viec/{plain.code}/lien-quan-lanh-dao/").status_code == 200
    world.see_all()
    owed = dict(Duty.objects.unscoped("test").filter(body_id=plain.school_id, status="open").values_list("kind", "due_at"))
    assert set(owed) == {"full_report", "reply"}
    assert ask(world, "deputy", f"/vu-viec/{plain.code}/lien-quan-lanh-dao/", confirmed="1").status_code == 302
    world.see_all()
    assert not Notice.objects.unscoped("test").filter(body_id=plain.school_id).exists()
    assert not Duty.objects.unscoped("test").filter(parties__contains=[plain.school_id]).exists()
    desk = Duty.objects.unscoped("test").filter(post=world.actor("culture").post, status="open").exclude(kind="look")
    assert dict(desk.values_list("kind", "due_at")) == owed
    assert {who: ask(world, who, f"/vu-viec/{plain.code}/").status_code for who in ("principal", "deputy", "culture", "officer")} == {"principal": 404, "deputy": 200, "culture": 200, "officer": 200}
    with reading_as(world.actor("principal")):
        assert not Incident.objects.unscoped("test").exists(), "though he is its author"
    assert ask(world, "deputy", f"/vu-viec/{plain.code}/lien-quan-lanh-dao/", confirmed="1").status_code == 409


def test_the_head_cannot_say_it_of_himself_nor_police_of_him(world: World) -> None:
    plain = world.file()
    for who in ("principal", "officer", "doet"):
        assert ask(world, who, f"/vu-viec/{plain.code}/lien-quan-lanh-dao/", confirmed="1").status_code == 403
        with world.acting(who) as actor, pytest.raises(PermissionDenied):
            endings.keep_out(plain, by=actor)


def test_the_managing_body_may_say_it_and_then_nobody_at_the_school_sees_it(world: World) -> None:
    plain = world.file("deputy")
    assert ask(world, "culture", f"/vu-viec/{plain.code}/lien-quan-lanh-dao/", confirmed="1").status_code == 302
    assert {ask(world, who, f"/vu-viec/{plain.code}/").status_code for who in ("principal", "deputy")} == {404}
    with world.acting("culture") as culture, pytest.raises(Stale):
        endings.keep_out(plain, by=culture)


def test_what_was_merged_into_it_before_is_kept_apart_too(world: World) -> None:
    duplicate, survivor = world.file("deputy"), world.file()
    with world.acting("principal") as principal:
        endings.merge(duplicate, by=principal, into=survivor)
    with world.acting("culture") as culture:
        endings.keep_out(survivor, by=culture)
    world.see_all()
    merged = Incident.objects.unscoped("test").get(pk=duplicate.pk)
    assert merged.kept_out == Incident.objects.unscoped("test").get(pk=survivor.pk).kept_out != []
    assert {ask(world, who, f"/vu-viec/{case.code}/").status_code for who in ("principal", "deputy") for case in (duplicate, survivor)} == {404}
    assert not Notice.objects.unscoped("test").filter(body_id=survivor.school_id).exists()
    assert ask(world, "culture", f"/vu-viec/{duplicate.code}/").status_code == 200


def test_two_who_say_it_at_once_the_second_is_told_that_somebody_was_first(world: World) -> None:
    plain = world.file()
    with world.acting("culture") as culture:
        endings.keep_out(plain, by=culture)
    with world.acting("deputy") as deputy, pytest.raises(Stale):
        endings.keep_out(plain, by=deputy)


@pytest.mark.parametrize("where", ["/vu-viec/bao-nhanh/", "/vu-viec/nhap/"])
def test_a_form_sent_again_after_its_case_was_kept_apart_is_no_fault_of_ours(world: World, where: str) -> None:
    """The browser's way back and a second press: neither the case nor another one."""
    form = world.form()
    assert ask(world, "principal", "/vu-viec/bao-nhanh/", **form).status_code == 302
    world.see_all()
    plain = Incident.objects.unscoped("test").get()
    with world.acting("culture") as culture:
        endings.keep_out(plain, by=culture)
    answer = ask(world, "principal", where, **form)
    assert answer.status_code == 409 and not [word for word in (plain.code, plain.spoken_code) if word in answer.content.decode()]
    world.see_all()
    assert Incident.objects.unscoped("test").count() == 1


def test_a_body_that_stood_in_and_was_replaced_does_not_come_back(world: World) -> None:
    """After a handover the new managing body stands in; a kind that is corrected later tells the old one nothing."""
    case = instead(world)
    case.jurisdiction = world.actor("doet").organisation
    assert actions.parties_of(case, "s1") == [world.actor("doet").body_id]


def test_people_are_kept_out_of_conflicts_alone(world: World) -> None:
    plain = world.file()
    world.see_all()
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.unscoped("test").filter(pk=plain.pk).update(kept_out=[1])
