"""A post is told that there is something: in its bell at once, by mail later; a code and a link, never content."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from coordination import clocks, jobs, notices
from coordination.models import Appointment, Job, Notice, NoticeMail, SampleMail, User
from coordination.models.notices import NoticeKind
from tests.world import ACCOUNTS, NOW, SUMMARY, World


def bell_of(world: World, who: str) -> Any:
    """What rang for a post."""
    world.see_all()
    return Notice.objects.unscoped("test").filter(post=world.actor(who).post)


def all_mails(world: World) -> list[tuple[str, str]]:
    """Run every mail job; recipients and texts."""
    world.see_all()
    for job in Job.objects.filter(kind="mail_notice", done_at=None):
        notices.mail_notice(job.pk)
    return [(kept.recipient, f"{kept.subject}\n{kept.body}") for kept in SampleMail.objects.order_by("pk")] + [(sent.to[0], f"{sent.subject}\n{sent.body}") for sent in mail.outbox]


def test_filing_tells_the_police_the_managing_body_and_the_department(world: World) -> None:
    world.file()
    assert bell_of(world, "officer").get().kind == NoticeKind.REFERRAL_SENT
    assert bell_of(world, "culture").get().kind == NoticeKind.INCIDENT_FILED
    assert bell_of(world, "doet").get().kind == NoticeKind.INCIDENT_FILED
    for who in ("principal", "other_principal", "chief", "province_police", "leader"):
        assert not bell_of(world, who).exists(), who


def test_a_notice_lives_and_dies_with_its_act(world: World) -> None:
    class Refused(Exception):
        pass

    with pytest.raises(Refused), world.acting("principal"):
        world.file()
        raise Refused
    world.see_all()
    assert not Notice.objects.unscoped("test").exists() and not Job.objects.exists()


def test_the_bell_shows_the_number_and_opening_takes_it_away(world: World) -> None:
    world.file()
    client = world.client("officer")
    page = client.get("/thong-bao/").content.decode()
    assert "Có vụ việc mới chuyển đến" in page and "ĐX-26-0001" in page
    notice = bell_of(world, "officer").get()
    assert re.search(r'href="/thong-bao/"[^<]*(<[^>]+>)*[^<]*\b1\b', client.get("/").content.decode())
    assert client.post(f"/thong-bao/{notice.pk}/mo/").url == notice.link
    assert bell_of(world, "officer").get().read_at is not None
    assert not notices.unread(world.actor("officer")).exists()


def test_looking_at_the_bell_opens_nothing(world: World) -> None:
    world.file()
    client = world.client("officer")
    client.get("/thong-bao/")
    assert bell_of(world, "officer").get().read_at is None
    assert client.get(f"/thong-bao/{bell_of(world, 'officer').get().pk}/mo/").status_code == 405


def test_another_posts_notice_is_not_there(world: World) -> None:
    world.file()
    notice = bell_of(world, "officer").get()
    for who in ("principal", "chief", "culture", "province_police"):
        assert world.client(who).post(f"/thong-bao/{notice.pk}/mo/").status_code == 404, who
        assert "Có vụ việc mới chuyển đến" not in world.client(who).get("/thong-bao/").content.decode(), who
    assert bell_of(world, "officer").get().read_at is None


def test_a_link_that_leads_outside_is_not_followed(world: World) -> None:
    world.file()
    notice = bell_of(world, "officer").get()
    for link in ("https://vi-du.example/", "//vi-du.example/", "javascript:alert(1)", "\\\\vi-du.example"):
        bell_of(world, "officer").update(link=link)
        assert world.client("officer").post(f"/thong-bao/{notice.pk}/mo/").url == "/thong-bao/", link


def test_the_mail_says_a_code_and_a_link_and_no_content(world: World) -> None:
    incident = world.file(place_detail="Nhà vệ sinh tầng hai")
    mails = dict(all_mails(world))
    assert set(mails) == {f"{ACCOUNTS[who]}@example.vn" for who in ("officer", "culture", "doet")}
    for text in mails.values():
        assert "ĐX-26-0001" in text and f"/vu-viec/{incident.code}/" in text
        for secret in (SUMMARY, "dao gọt", "Nhà vệ sinh", "Ánh Dương", "THCS"):
            assert secret not in text


def test_a_restricted_case_is_mailed_without_its_kind(world: World) -> None:
    incident = world.file(kind="child_sexual_abuse", severity="s4")
    world.see_all()
    label = str(incident.kind.label)
    for _recipient, text in all_mails(world):
        assert "ĐX-26-" in text and label not in text
    for notice in Notice.objects.unscoped("test"):
        assert "Hồ sơ hạn chế" in notice.about_words and label not in notice.about_words


def test_only_those_who_hold_the_post_today_are_mailed(world: World) -> None:
    officer = world.actor("officer")
    today = clocks.local(NOW).date()
    for name, starts, ends, active in (
        ("truc.hom.nay", today, None, True),
        ("truc.hom.qua", today - timedelta(days=5), today, True),
        ("truc.ngay.mai", today + timedelta(days=1), None, True),
        ("truc.da.khoa", today, None, False),
    ):
        user = User.objects.create(username=name, email=f"{name}@example.vn", is_active=active)
        Appointment.objects.create(user=user, post=officer.post, starts_on=starts, ends_on=ends)
    world.file()
    told = {recipient for recipient, _text in all_mails(world)}
    assert "truc.hom.nay@example.vn" in told and f"{ACCOUNTS['officer']}@example.vn" in told
    assert not told & {"truc.hom.qua@example.vn", "truc.ngay.mai@example.vn", "truc.da.khoa@example.vn"}


def test_a_notice_that_was_taken_out_of_the_bell_is_not_mailed(world: World) -> None:
    world.file()
    bell_of(world, "officer").delete()
    assert world.actor("officer").user.email not in {recipient for recipient, _text in all_mails(world)}
    assert not Job.objects.filter(kind="mail_notice", done_at=None).exists()


def test_the_sample_mailbox_shows_ones_own_mails_in_the_demo_alone(world: World, settings: Any) -> None:
    world.file()
    all_mails(world)
    SampleMail.objects.get_or_create(recipient=f"{ACCOUNTS['officer']}@example.vn", subject="Thư của trực ban", body="ĐX-26-0001")
    assert world.client("officer").get("/hop-thu-mau/").status_code == 404
    settings.DEMO = True
    assert "Thư của trực ban" in world.client("officer").get("/hop-thu-mau/").content.decode()
    assert "Thư của trực ban" not in world.client("principal").get("/hop-thu-mau/").content.decode()


def test_every_mail_has_a_job_of_its_own(world: World) -> None:
    world.file()
    world.see_all()
    mails = NoticeMail.objects.all()
    assert set(Job.objects.values_list("key", flat=True)) == {f"mail_notice:{mail.pk}" for mail in mails}
    assert {mail.notice_id for mail in mails} == set(Notice.objects.unscoped("test").values_list("pk", flat=True))
    assert jobs.add("mail_notice", mails[0].pk).key == f"mail_notice:{mails[0].pk}"
