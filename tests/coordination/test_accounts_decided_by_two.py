"""What gives access is asked, looked at, and where one is not enough confirmed by a second person; never by the holder (security.md 2.4 row 54, 3.2 D)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.test import Client

from coordination import clocks, notices
from coordination.demo import FOUNDED
from coordination.models import SYSTEM, AccountRequest, Appointment, Notice, Organisation, Post, Role, TrailLine, User
from coordination.models.notices import NoticeKind
from coordination.models.organisations import OrganisationKind
from coordination.people import account_requests, invitations, postings
from coordination.people.account_requests import Wanted
from coordination.scope import reading_as
from coordination.workflow import Refused, Stale
from tests.world import NOW, World, sign_in

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


def wanted(body: Organisation, role: str, username: str = "them.mot", **changes: Any) -> Wanted:
    """One more person for a body."""
    return Wanted(**{"username": username, "email": f"{username}@example.vn", "organisation": body, "role": role, "starts": NOW.date(), "ends": None, "reason": "Quyết định mẫu"} | changes)


def proposed(world: World, who: str, role: str, **changes: Any) -> AccountRequest:
    """A proposal for the proposer's own unit."""
    with world.acting(who) as actor:
        return account_requests.propose(wanted(actor.organisation, role, **changes), by=actor)


def reset_asked(world: World, who: str = "principal", of: str = "deputy") -> AccountRequest:
    """A colleague says that somebody lost his telephone."""
    with world.acting(who) as actor:
        return account_requests.ask_reset(world.actor(of).user, by=actor, reason="Mất điện thoại.")


def approved(world: World, asked: AccountRequest, who: str = "sysadmin") -> AccountRequest:
    """The administrator's word."""
    with world.acting(who) as actor:
        return account_requests.approve(asked, by=actor)


def confirmed(world: World, asked: AccountRequest, who: str) -> AccountRequest:
    """The second person's."""
    with world.acting(who) as actor:
        return account_requests.confirm(asked, by=actor)


def second_administrator(world: World, body: Organisation | None = None, username: str = "quantri2") -> Appointment:
    """One more administrator, of the Sở or of another body."""
    user = User.objects.create_user(username, "x", f"{username}@example.vn")
    post = Post.objects.get_or_create(organisation=body or world.actor("sysadmin").organisation, role=Role.SYSADMIN)[0]
    held = Appointment.objects.create(user=user, post=post, starts_on=FOUNDED)
    return Appointment.objects.with_post().get(pk=held.pk)


# Appointments


def test_a_principal_proposes_his_deputy_and_the_administrator_decides_alone(world: World) -> None:
    asked = proposed(world, "principal", Role.SCHOOL_OFFICER)
    assert not User.objects.filter(username="them.mot").exists(), "a proposal gives nothing"
    done = approved(world, asked)
    assert done.status == "done"
    held = Appointment.objects.get(user__username="them.mot")
    assert (held.post, held.starts_on) == (world.actor("deputy").post, NOW.date()) and not held.user.is_open


PROPOSALS = [
    ("principal", Role.COUNSELLOR, True), ("principal", Role.PRINCIPAL, False), ("principal", Role.COMMUNE_OFFICER, False), ("chief", Role.COMMUNE_OFFICER, True), ("chief", Role.COMMUNE_CHIEF, False),
    ("province_police_head", Role.PROVINCE_POLICE, True), ("province_police_head", Role.PROVINCE_POLICE_HEAD, False), ("guardian", Role.COMMUNE_EDUCATION, True), ("guardian", Role.CHILD_PROTECTION, False),
    ("deputy", Role.SCHOOL_OFFICER, False), ("officer", Role.COMMUNE_OFFICER, False), ("leader", Role.COMMUNE_LEADER, False), ("doet", Role.DOET_OFFICER, False),
]  # fmt: skip


@pytest.mark.parametrize(("who", "role", "may"), PROPOSALS)
def test_a_head_proposes_for_his_own_unit_what_the_table_says(world: World, who: str, role: str, may: bool) -> None:
    if may:
        assert proposed(world, who, role).status == "asked"
    else:
        with pytest.raises(PermissionDenied):
            proposed(world, who, role)


def test_nobody_proposes_for_another_unit(world: World) -> None:
    with world.acting("principal") as actor, pytest.raises(PermissionDenied):
        account_requests.propose(wanted(world.actor("other_principal").organisation, Role.SCHOOL_OFFICER), by=actor)


WATCHED = [("officer", Role.COMMUNE_OFFICER), ("chief", Role.COMMUNE_CHIEF), ("province_police", Role.PROVINCE_POLICE), ("guardian", Role.CHILD_PROTECTION), ("doet", Role.DPO), ("doet", Role.SYSADMIN)]


@pytest.mark.parametrize(("of", "role"), WATCHED)
def test_one_administrator_alone_makes_no_account_of_a_watched_post(world: World, of: str, role: str) -> None:
    with world.acting("sysadmin") as admin:
        asked = account_requests.approve(account_requests.propose(wanted(world.actor(of).organisation, role), by=admin), by=admin)
        assert asked.status == "approved" and not User.objects.filter(username="them.mot").exists()
        with pytest.raises(PermissionDenied):
            account_requests.confirm(asked, by=admin)
    second = second_administrator(world)
    with clocks.set_to(NOW), reading_as(second):
        assert account_requests.confirm(asked, by=second).status == "done"
    assert Appointment.objects.get(user__username="them.mot").post.role == role


CONFIRMERS = [
    ("chief", Role.COMMUNE_OFFICER, "chief", True), ("chief", Role.COMMUNE_OFFICER, "province_police_head", True), ("chief", Role.COMMUNE_OFFICER, "leader", False),
    ("chief", Role.COMMUNE_OFFICER, "doet_leader", False), ("chief", Role.COMMUNE_OFFICER, "principal", False), ("chief", Role.COMMUNE_OFFICER, "officer", False),
]  # fmt: skip


@pytest.mark.parametrize(("who", "role", "by", "may"), CONFIRMERS)
def test_the_second_person_is_a_head_of_the_unit_or_above_it_and_of_its_side(world: World, who: str, role: str, by: str, may: bool) -> None:
    asked = approved(world, proposed(world, who, role))
    if may:
        assert confirmed(world, asked, by).status == "done"
    else:
        with pytest.raises((PermissionDenied, AccountRequest.DoesNotExist)):
            confirmed(world, asked, by)


def test_nobody_gives_himself_rights(world: World) -> None:
    with world.acting("sysadmin") as admin:
        with pytest.raises(Refused, match="của mình"):
            account_requests.propose(wanted(admin.organisation, Role.DOET_LEADER, "quantri", email="quantri@example.vn"), by=admin)
        for act in (lambda: postings.suspend(admin.user, by=admin, why="left"), lambda: postings.end(admin, by=admin, at=NOW), lambda: invitations.invite(admin.user, by=admin)):
            with pytest.raises(PermissionDenied):
                act()


def test_a_request_about_himself_is_decided_by_no_administrator(world: World) -> None:
    other = second_administrator(world)
    with clocks.set_to(NOW), reading_as(other):
        asked = account_requests.propose(wanted(other.organisation, Role.DOET_LEADER, "quantri", email="quantri@example.vn"), by=other)
    with world.acting("sysadmin") as admin, pytest.raises(PermissionDenied):
        account_requests.approve(asked, by=admin)


def test_what_cannot_be_given_is_said_in_words(world: World) -> None:
    school, deputy = world.actor("principal").organisation, world.actor("deputy").user
    with world.acting("principal") as actor:
        for changes, words in (({"username": deputy.username, "email": deputy.email}, "đang giữ vị trí"), ({"username": deputy.username}, "thư điện tử khác")):
            with pytest.raises(Refused, match=words):
                account_requests.propose(wanted(school, Role.SCHOOL_OFFICER, **{"email": "khac@example.vn"} | changes), by=actor)
    User.objects.filter(pk=deputy.pk).update(is_active=False)
    with world.acting("principal") as actor, pytest.raises(Refused, match="tạm ngừng"):
        account_requests.propose(wanted(school, Role.COUNSELLOR, deputy.username, email=deputy.email), by=actor)


def test_a_proposal_tells_nothing_of_a_name_that_somebody_elsewhere_has(world: World) -> None:
    """Free, taken by another, taken and shut: the same answer, the same page; who proposes is not who keeps the names."""
    there, shut = world.actor("other_principal").user, world.actor("thpt_principal").user
    User.objects.filter(pk=shut.pk).update(is_active=False)
    pages = []
    with clocks.set_to(NOW):
        browser = world.client("principal")
        for name, email in (("hoan.toan.moi", "moi@example.vn"), (there.username, "moi@example.vn"), (shut.username, shut.email)):
            form = {"username": name, "email": email, "role": Role.SCHOOL_OFFICER, "starts": "", "ends": "", "reason": "Quyết định mẫu", "__end": "1"}
            sent = browser.post("/tai-khoan-don-vi/de-nghi/giao-vi-tri/", form)
            assert sent.status_code == 302, name
            page = browser.get(sent["Location"]).content.decode().replace(email, "MAIL").replace(name, "NAME").replace(sent["Location"], "HERE")
            pages.append(TOKEN.sub("", page.replace(sent["Location"].strip("/").split("/")[-1], "CODE")))
    assert pages[0] == pages[1] == pages[2]
    world.see_all()
    assert list(AccountRequest.objects.unscoped("test").order_by("pk").values_list("user", flat=True)) == [None, None, shut.pk]


def test_the_administrator_learns_that_the_name_is_somebody_elses_and_nothing_is_done(world: World) -> None:
    other = world.actor("other_principal").user
    asked = proposed(world, "principal", Role.SCHOOL_OFFICER, username=other.username, email="moi@example.vn")
    with world.acting("sysadmin") as admin, pytest.raises(Refused, match="người khác"):
        account_requests.approve(asked, by=admin)
    with clocks.set_to(NOW):
        browser = world.client("sysadmin")
        assert "là của người khác" in browser.get(asked.get_absolute_url()).content.decode()
        assert browser.post(f"{asked.get_absolute_url()}duyet/", {"__end": "1"}).status_code == 302
        assert "là của người khác" not in world.client("principal").get(asked.get_absolute_url()).content.decode()
    world.see_all()
    assert AccountRequest.objects.unscoped("test").get(pk=asked.pk).status == "asked"
    assert not Appointment.objects.filter(user=other, post__role=Role.SCHOOL_OFFICER).exists()


def test_an_administrator_keeps_the_other_side_only_while_it_has_none_of_its_own(world: World) -> None:
    police = world.actor("province_police").organisation.parent
    officer = world.actor("officer").user
    assert User.objects.visible_to(world.actor("sysadmin")).filter(pk=officer.pk).exists()
    own = second_administrator(world, police, "quantri.ca")
    seen = {who.user.username: set(User.objects.visible_to(who).values_list("username", flat=True)) for who in (world.actor("sysadmin"), own)}
    assert officer.username not in seen["quantri"] and officer.username in seen["quantri.ca"]
    assert "hieutruong.bk-cs-01" in seen["quantri"] and "hieutruong.bk-cs-01" not in seen["quantri.ca"]


def test_an_administrator_of_another_province_keeps_nothing_here(world: World) -> None:
    from_afar = Organisation.objects.create(kind=OrganisationKind.DOET, name="Sở xa", unit=type(world.actor("leader").organisation.unit).objects.filter(level="province", code="01").first())
    far = second_administrator(world, from_afar, "quantri.xa")
    assert set(User.objects.visible_to(far).values_list("username", flat=True)) == {"quantri.xa"}
    asked = proposed(world, "principal", Role.SCHOOL_OFFICER)
    with clocks.set_to(NOW), reading_as(far), pytest.raises(AccountRequest.DoesNotExist):
        account_requests.approve(asked, by=far)


# Resets


def test_a_reset_takes_two_and_takes_everything_away(world: World) -> None:
    holder, session = world.actor("deputy").user, world.client("deputy")
    assert Authenticator.objects.filter(user=holder).exists()
    with clocks.set_to(NOW):
        assert session.get("/").status_code == 200
        asked = approved(world, reset_asked(world))
        assert session.get("/").status_code == 200, "nothing happens before the second person"
        assert asked.status == "approved"
        confirmed(world, asked, "leader")
        holder.refresh_from_db()
        assert not holder.is_open and not Authenticator.objects.filter(user=holder).exists()
        assert session.get("/").status_code == 302
        with world.acting("sysadmin") as admin:
            code = invitations.invite(holder, by=admin)
        form = {"username": holder.username, "code": code, "password1": "Mot-cau-that-dai-2027", "password2": "Mot-cau-that-dai-2027", "__end": "1"}
        assert Client().post("/loi-moi/", form).status_code == 302


def test_the_holder_and_his_superior_are_told_and_every_name_stands_in_the_trail(world: World) -> None:
    asked = confirmed(world, approved(world, reset_asked(world)), "leader")
    with world.acting("system"):
        told = list(Notice.objects.visible_to(SYSTEM).filter(kind=NoticeKind.ACCOUNT_RESET))
        assert {(notice.post_id, notice.user_id) for notice in told} == {(asked.post_id, world.actor("deputy").user.pk), (world.actor("principal").post_id, None)}
        [line] = TrailLine.objects.filter(act="reset", about_model="coordination.user")
    assert (line.detail["asked_by"], line.detail["approved_by"], line.detail["confirmed_by"]) == (world.actor("principal").pk, world.actor("sysadmin").pk, world.actor("leader").pk)


def test_never_the_same_and_never_the_holder(world: World) -> None:
    asked = approved(world, reset_asked(world, "deputy", "principal"))
    for who in ("sysadmin", "principal", "deputy", "chief", "culture"):
        with pytest.raises((PermissionDenied, AccountRequest.DoesNotExist)):
            confirmed(world, asked, who)
    assert confirmed(world, asked, "leader").status == "done"


def test_two_appointments_of_one_administrator_are_one_person(world: World) -> None:
    """He approved in one post and cannot confirm in another."""
    asked = approved(world, reset_asked(world))
    held = Appointment.objects.create(user=world.actor("sysadmin").user, post=world.actor("leader").post, starts_on=FOUNDED)
    again = Appointment.objects.with_post().get(pk=held.pk)
    with clocks.set_to(NOW), reading_as(again), pytest.raises(PermissionDenied):
        account_requests.confirm(asked, by=again)


def test_only_a_colleague_or_the_administrator_asks_and_nobody_for_himself(world: World) -> None:
    for who, of in (("principal", "principal"), ("other_principal", "deputy"), ("officer", "deputy"), ("culture", "deputy")):
        with pytest.raises(PermissionDenied):
            reset_asked(world, who, of)
    assert reset_asked(world, "sysadmin", "officer").status == "asked"


def test_a_reset_is_no_way_into_a_shut_account(world: World) -> None:
    asked = approved(world, reset_asked(world))
    with world.acting("sysadmin") as admin:
        postings.suspend(world.actor("deputy").user, by=admin, why="danger")
    with pytest.raises(Stale):
        confirmed(world, asked, "leader")


def test_the_same_request_waits_once(world: World) -> None:
    reset_asked(world)
    with pytest.raises(Stale):
        reset_asked(world)


def test_refused_and_withdrawn_requests_end(world: World) -> None:
    with world.acting("sysadmin") as admin:
        refused = account_requests.refuse(reset_asked(world), by=admin, refusal="Chưa gặp được người giữ tài khoản.")
    with world.acting("principal") as principal:
        assert NoticeKind.ACCOUNT_DECIDED in notices.unread(principal).values_list("kind", flat=True)
        withdrawn = account_requests.withdraw(reset_asked(world), by=principal)
    for ended in (refused, withdrawn):
        with pytest.raises(Stale):
            approved(world, ended)


# The pages


def test_the_whole_way_of_a_reset_through_the_pages(world: World) -> None:
    principal, admin, leader = (world.client(who) for who in ("principal", "sysadmin", "leader"))
    with clocks.set_to(NOW):
        where = principal.post("/tai-khoan-don-vi/de-nghi/cap-lai/", {"username": "canbo.bk-cs-01", "reason": "Mất điện thoại.", "__end": "1"}).url
        assert "Chờ quản trị" in principal.get(where).content.decode()
        assert admin.get("/tai-khoan-don-vi/").context["waiting"] == 1
        assert admin.post(f"{where}duyet/", {"__end": "1"}).url == where
        assert "confirm" not in admin.get(where).context["acts"] and "confirm" in leader.get(where).context["acts"]
        assert leader.post(f"{where}xac-nhan/", {"__end": "1"}).url == where
        assert admin.get(where).context["may_invite"] and not leader.get(where).context["may_invite"]
        assert leader.post(f"{where}xac-nhan/", {"__end": "1"}).status_code == 409


@pytest.mark.parametrize("changes", [{"username": "Chữ Có Dấu"}, {"email": "khong phai"}, {"role": "principal"}, {"role": ""}, {"ends": "01/01/2026"}, {"starts": "01/12/2026", "ends": "30/11/2026"}, {"reason": " "}])
def test_a_wrong_proposal_comes_back_with_its_reason(world: World, changes: dict[str, str]) -> None:
    form = {"username": "them.mot", "email": "them.mot@example.vn", "role": "school_counsellor", "starts": "", "ends": "", "reason": "Quyết định", "__end": "1"} | changes
    with clocks.set_to(NOW):
        answer = world.client("principal").post("/tai-khoan-don-vi/de-nghi/giao-vi-tri/", form)
    assert answer.status_code == 422 and answer.context["form"].errors


def test_the_holder_reads_what_is_asked_about_him_and_decides_nothing(world: World) -> None:
    asked = approved(world, reset_asked(world))
    client = Client()
    sign_in(client, world.actor("deputy").user)
    with clocks.set_to(NOW):
        page = client.get(asked.get_absolute_url())
    assert page.status_code == 200 and page.context["acts"] == []


def test_days_that_are_over_before_the_decision_give_nothing(world: World) -> None:
    asked = proposed(world, "principal", Role.SCHOOL_OFFICER, ends=NOW.date() + timedelta(days=1))
    with world.acting("sysadmin", NOW + timedelta(days=2)) as admin, pytest.raises(Stale):
        account_requests.approve(asked, by=admin)
