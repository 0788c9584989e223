"""Files of a case: all or none come in, nobody gets one before it was checked, each opening has a purpose, each download is asked anew and told."""

import random
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.test.utils import CaptureQueriesContext

from coordination import clocks, fields, jobs
from coordination.intake import scanner
from coordination.intake.gate import Taken, take
from coordination.models import SYSTEM, Job, Notice, TrailLine
from coordination.models.notices import NoticeKind
from coordination.scope import reading_as
from coordination.workflow import Refused, Stale
from incidents import attachments, keeping
from incidents.models import Attachment, AttachmentBytes, AttachmentOpening, Incident
from tests.intake.corpus import AUTHOR, EICAR, PLACE, commented, exif, office, pdf, saved, with_segment, word
from tests.intake.double import ScannerDouble
from tests.world import NOW, World

NAME = "Trần Văn Kiểm Thử lớp 8A.jpg"
PHOTO = saved("jpg", exif=exif(6))
READERS = ("principal", "deputy", "officer", "chief", "culture", "leader", "doet", "province_police", "clerk", "dpo")


@pytest.fixture
def without_scanner(settings: Any) -> None:
    """The owner decided to go without one."""
    settings.CLAMAV = "off"


@pytest.fixture
def case(world: World) -> Incident:
    """A case that the ward's officer has received."""
    return world.received().incident


@pytest.fixture
def photo(world: World, case: Incident, without_scanner: None) -> Attachment:
    """A picture of the case that was let pass."""
    return passed(world, sent(world, case)[0])


def sent(world: World, case: Incident, who: str = "principal", *files: tuple[bytes, str], at: Any = NOW) -> list[Attachment]:
    """Files through the gate into the case."""
    with world.acting(who, at) as actor:
        return attachments.send(case, by=actor, files=[through_the_gate(data, name) for data, name in files or ((PHOTO, NAME),)])[0]


@cache
def through_the_gate(data: bytes, name: str) -> Taken:
    """The gate is asked once for each file; tests/intake is about the gate."""
    return take(data, name)


def passed(world: World, file: Attachment) -> Attachment:
    """The file after its check."""
    with world.acting("system"):
        attachments.scan(file.pk)
        return Attachment.objects.visible_to(SYSTEM).get(pk=file.pk)


def upload(client: Client, case: Incident, *files: tuple[bytes, str], **more: str) -> Any:
    """Send files as a browser does."""
    with clocks.set_to(NOW):
        return client.post(f"/vu-viec/{case.code}/gui-tep/", {"files": [SimpleUploadedFile(name, data) for data, name in files], "__end": "1"} | more)


def kept(case: Incident) -> list[Attachment]:
    """Every file of the case."""
    with reading_as(SYSTEM):
        return list(Attachment.objects.visible_to(SYSTEM).filter(incident=case).order_by("number"))


def open_it(world: World, who: str, file: Attachment, at: Any = NOW, purpose: str = "case") -> Any:
    """Press "open" with a purpose."""
    with clocks.set_to(at):
        return world.client(who).post(f"/tep/{file.uid}/mo/", {"purpose": purpose, "__end": "1"})


def fetch(world: World, who: str, file: Attachment, at: Any = NOW, which: str = "") -> Any:
    """Ask for the bytes."""
    with clocks.set_to(at):
        return world.client(who).get(f"/tep/{file.uid}/{which}")


def page(world: World, who: str, case: Incident, at: Any = NOW) -> str:
    """The page of the case."""
    with clocks.set_to(at):
        return world.client(who).get(f"/vu-viec/{case.code}/").content.decode()


# Coming in


def test_the_school_and_the_handler_send_and_the_others_are_told(world: World, case: Incident) -> None:
    answer = upload(world.client("principal"), case, (PHOTO, NAME), (pdf(), "biên bản.pdf"))
    assert (answer.status_code, answer.url) == (302, f"/vu-viec/{case.code}/#tep-kem-theo")
    assert upload(world.client("officer"), case, (office("docx"), "công văn.docx")).status_code == 302
    first, second, third = kept(case)
    assert [(file.number, file.kind, file.status) for file in (first, second, third)] == [(1, "jpg", "checking"), (2, "pdf", "checking"), (3, "docx", "checking")]
    with reading_as(SYSTEM):
        told = set(Notice.objects.visible_to(SYSTEM).filter(kind=NoticeKind.FILE_SENT).values_list("post__role", flat=True))
        assert Job.objects.filter(kind=attachments.SCAN).count() == 3
        assert TrailLine.objects.filter(act="send", about_id=first.pk, detail__original_hash=first.original_hash).count() == 1
    assert told >= {"commune_police_officer", "principal"}


def test_one_bad_file_and_none_is_kept_and_each_is_named_with_its_reason(world: World, case: Incident) -> None:
    answer = upload(world.client("principal"), case, (PHOTO, "tốt.jpg"), (b"<svg onload=alert(1)>", "<script>x</script>.jpg"), (word("MẬT"), "mat.docx"))
    body = answer.content.decode()
    assert answer.status_code == 422 and kept(case) == []
    assert "Dòng 2" in body and "Không nhận loại tệp này" in body and "Dòng 3" in body and "Không gửi tài liệu bí mật nhà nước" in body
    assert "<script>x" not in body and "tốt.jpg" not in body


@pytest.mark.parametrize("files", [[], [(b"", "rong.jpg")], [(PHOTO, f"{n}.jpg") for n in range(6)], [(b"\xff\xd8\xff" + bytes(10_000_000), "to.jpg")]], ids=["none", "empty", "six", "large"])
def test_too_many_too_large_or_none_at_all_is_said(world: World, case: Incident, files: list[tuple[bytes, str]]) -> None:
    answer = upload(world.client("principal"), case, *files)
    assert answer.status_code == 422 and 'class="error"' in answer.content.decode()
    assert kept(case) == []


def test_an_upload_that_is_cut_on_its_way_keeps_nothing(world: World, case: Incident) -> None:
    whole = encode_multipart(BOUNDARY, {"files": SimpleUploadedFile("a.jpg", PHOTO), "__end": "1"})
    client, dice = world.client("principal"), random.Random(5)
    for length in [*(dice.randrange(len(whole) - len(BOUNDARY) - 10) for _cut in range(50)), len(whole) - len(BOUNDARY) - 9]:
        with clocks.set_to(NOW), transaction.atomic():
            answer = client.generic("POST", f"/vu-viec/{case.code}/gui-tep/", content_type=MULTIPART_CONTENT, CONTENT_LENGTH=str(len(whole)), **{"wsgi.input": BytesIO(whole[:length])})
            assert answer.status_code in {400, 403, 422}, length
    assert kept(case) == []


def test_the_same_file_is_kept_once_and_said(world: World, case: Incident) -> None:
    client = world.client("principal")
    upload(client, case, (PHOTO, NAME))
    answer = upload(client, case, (PHOTO, "tên khác.jpg"), (pdf(), "a.pdf"), (pdf(), "b.pdf"))
    assert answer.status_code == 302 and len(kept(case)) == 2
    with clocks.set_to(NOW):
        assert "2 tệp đã có trong hồ sơ" in client.get(f"/vu-viec/{case.code}/").content.decode()


def test_a_case_has_twenty_files_and_a_body_its_quota(world: World, case: Incident, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MOST_PER_CASE", 2)
    sent(world, case, "principal", (PHOTO, NAME), (pdf(), "a.pdf"))
    with pytest.raises(Refused, match="tối đa 2 tệp"):
        sent(world, case, "principal", (saved("png"), "b.png"))
    answer = upload(world.client("principal"), case, (saved("png"), "b.png"))
    assert answer.status_code == 422 and "tối đa 2 tệp" in answer.content.decode()
    monkeypatch.setattr(attachments, "MOST_PER_CASE", 20)
    monkeypatch.setattr(attachments, "MOST_A_DAY", sum(file.stored for file in kept(case)))
    with pytest.raises(Refused, match="hết dung lượng"):
        sent(world, case, "principal", (saved("png"), "b.png"))
    assert len(sent(world, case, "principal", (saved("png"), "b.png"), at=NOW + timedelta(days=1))) == 1
    assert len(sent(world, case, "officer", (saved("webp"), "c.webp"))) == 1


def test_nothing_of_a_file_lies_open_in_the_database_and_no_value_opens_elsewhere(world: World, photo: Attachment) -> None:
    world.see_all()
    with connection.cursor() as cursor:
        cursor.execute("select t::text from incidents_attachment t union all select t::text from incidents_attachmentbytes t")
        raw = " ".join(row[0] for row in cursor.fetchall())
    assert "Kiểm Thử" not in raw and PHOTO[20:60].hex() not in raw
    copy, original = (AttachmentBytes.objects.visible_to(SYSTEM).get(attachment=photo, is_original=each) for each in (False, True))
    assert original.opened() == PHOTO and copy.opened() != PHOTO
    copy.content = original.content
    with pytest.raises(fields.SealBroken):
        copy.opened()


def test_every_sealed_value_is_offered_to_a_rotation_of_the_keys(world: World, photo: Attachment) -> None:
    world.see_all()
    for sealed in attachments.sealed_values():
        fresh = fields.seal_bytes(fields.open_bytes(sealed.value, sealed.bound_to), sealed.bound_to)
        assert sealed.put(fresh) is True and sealed.put(fresh) is False
    assert attachments.content_of(photo, original=True) == PHOTO


# Being checked


def test_nobody_gets_a_file_before_it_was_checked(world: World, case: Incident, settings: Any) -> None:
    settings.CLAMAV = ""
    file = sent(world, case)[0]
    assert "Đang kiểm tra" in page(world, "principal", case) and "Mở tệp" not in page(world, "principal", case)
    assert open_it(world, "principal", file).status_code == fetch(world, "principal", file).status_code == 409
    with world.acting("system"), pytest.raises(scanner.ScannerDown):
        attachments.scan(file.pk)
    assert kept(case)[0].status == "checking"


def test_without_a_scanner_by_decision_it_passes_and_the_page_says_so(world: World, case: Incident, photo: Attachment) -> None:
    text = page(world, "principal", case)
    assert photo.status == "unscanned" and "Không có bộ quét" in text and "không có bộ quét mã độc" in text


def test_a_job_waits_for_the_scanner_and_the_loop_begins_anew_once_it_answers(world: World, case: Incident, settings: Any) -> None:
    settings.CLAMAV = "unix:/nowhere/clamd.ctl"
    file = sent(world, case)[0]
    job = Job.objects.get(kind=attachments.SCAN, target=file.pk)
    with jobs.lease(job.pk, jobs.THREE_DAYS) as mine:
        assert mine
        with reading_as(SYSTEM):
            attachments.scan(file.pk)
    job.refresh_from_db()
    assert (job.state, job.fault) == ("waiting", "ScannerDown") and kept(case)[0].status == "checking"
    Job.objects.filter(pk=job.pk).update(parked_at=NOW)
    with world.acting("system"):
        assert attachments.scan_again() == 0
        settings.CLAMAV = "off"
        assert attachments.scan_again() == 1
    job.refresh_from_db()
    assert job.state == "waiting" and job.attempts == 0


def test_what_the_scanner_finds_is_blocked_for_good_and_the_sender_is_told(world: World, case: Incident, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.CLAMAV = "unix:/run/clamd"
    monkeypatch.setattr(scanner, "found_in", lambda data: "Eicar-Test" if EICAR in data else "")
    bad, good = sent(world, case, "principal", (with_segment(0xFE, EICAR), "a.jpg"), (PHOTO, NAME))
    assert (passed(world, bad).status, passed(world, good).status) == ("blocked", "clear")
    for who in ("principal", "officer"):
        assert open_it(world, who, bad).status_code == fetch(world, who, bad).status_code == 409
    assert "Bị chặn" in page(world, "principal", case)
    with reading_as(SYSTEM):
        assert Notice.objects.visible_to(SYSTEM).filter(kind=NoticeKind.FILE_BLOCKED, post=world.actor("principal").post).count() == 1


# Being handed out


def test_a_file_opens_for_a_purpose_for_a_quarter_of_an_hour_for_that_post_alone(world: World, case: Incident, photo: Attachment) -> None:
    assert fetch(world, "officer", photo).status_code == 302
    assert NAME[:8] not in page(world, "officer", case)
    assert open_it(world, "officer", photo).url == f"/vu-viec/{case.code}/#tep-kem-theo"
    assert NAME in page(world, "officer", case, NOW + timedelta(minutes=14)) and NAME not in page(world, "officer", case, NOW + timedelta(minutes=15))
    assert fetch(world, "officer", photo, NOW + timedelta(minutes=14)).status_code == 200
    assert fetch(world, "officer", photo, NOW + timedelta(minutes=15)).status_code == 302
    assert fetch(world, "principal", photo).status_code == 302
    assert "tệp 1" in page(world, "principal", case) and "Giải quyết vụ việc" in page(world, "principal", case)
    with reading_as(SYSTEM):
        assert AttachmentOpening.objects.visible_to(SYSTEM).filter(attachment=photo, body_id=world.actor("officer").body_id, purpose="case").count() == 1
        assert Notice.objects.visible_to(SYSTEM).filter(kind=NoticeKind.FILE_OPENED).count() == 1


def test_without_a_purpose_nothing_opens(world: World, photo: Attachment) -> None:
    for purpose in ("", "curious"):
        answer = open_it(world, "officer", photo, purpose=purpose)
        assert answer.status_code == 422 and "mục đích" in answer.content.decode()
    assert fetch(world, "officer", photo).status_code == 302


def test_a_download_runs_nowhere_is_kept_nowhere_and_leaves_one_line(world: World, photo: Attachment) -> None:
    open_it(world, "officer", photo)
    world.see_all()
    before = TrailLine.objects.filter(about_model="incidents.attachment", about_id=photo.pk).count()
    answer = fetch(world, "officer", photo)
    assert TrailLine.objects.filter(about_model="incidents.attachment", about_id=photo.pk).count() == before + 1
    assert answer["Content-Type"] == "image/jpeg" and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'") and "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"].startswith("attachment;") and "%E1%BA%A7n" in answer["Content-Disposition"]
    assert b"Exif" not in answer.content and AUTHOR.encode() not in answer.content
    assert fetch(world, "officer", photo, which="?xem=1")["Content-Disposition"].startswith("inline")


def test_only_pictures_are_shown(world: World, case: Incident, without_scanner: None) -> None:
    paper = passed(world, sent(world, case, "principal", (pdf(), "a.pdf"))[0])
    open_it(world, "principal", paper)
    assert fetch(world, "principal", paper, which="?xem=1")["Content-Disposition"].startswith("attachment")


def test_the_original_is_for_the_police_who_handle_the_case(world: World, photo: Attachment) -> None:
    for who in ("officer", "principal"):
        open_it(world, who, photo)
    answer = fetch(world, "officer", photo, which="ban-goc/")
    assert answer.content == PHOTO and answer["Content-Type"] == "application/octet-stream" and answer["Content-Disposition"].startswith("attachment")
    assert fetch(world, "principal", photo, which="ban-goc/").status_code == 403
    assert fetch(world, "chief", photo, which="ban-goc/").status_code == 302


def test_who_may_is_asked_each_time(world: World, case: Incident, photo: Attachment) -> None:
    """A way that was copied, and a handler who is one no longer."""
    open_it(world, "officer", photo)
    assert {who: fetch(world, who, photo).status_code for who in READERS} == {
        "principal": 302, "deputy": 403, "officer": 200, "chief": 302, "culture": 403, "leader": 403, "doet": 403, "province_police": 404, "clerk": 404, "dpo": 404,
    }  # fmt: skip
    world.see_all()
    world.referral(case).__class__.objects.visible_to(SYSTEM).filter(incident=case).update(handler=None)
    assert fetch(world, "officer", photo).status_code == 403


def test_a_deputy_opens_what_he_sent_himself(world: World, case: Incident, without_scanner: None) -> None:
    his = passed(world, sent(world, case, "deputy", (pdf(), "a.pdf"))[0])
    assert open_it(world, "deputy", his).status_code == 302 and fetch(world, "deputy", his).status_code == 200


def test_a_restricted_case_keeps_its_files_until_it_is_opened(world: World, without_scanner: None) -> None:
    case = world.received(kind="child_sexual_abuse", severity="s4").incident
    file = passed(world, sent(world, case)[0])
    assert open_it(world, "officer", file, NOW + timedelta(hours=2)).status_code == 403
    assert "Tệp kèm theo" not in page(world, "officer", case, NOW + timedelta(hours=2))


def test_stored_bytes_that_were_changed_are_not_handed_out(world: World, case: Incident, photo: Attachment) -> None:
    world.see_all()
    row = AttachmentBytes.objects.visible_to(SYSTEM).get(attachment=photo, is_original=False)
    row.seal(b"something else")
    row.save()
    with pytest.raises(attachments.Spoiled):
        attachments.content_of(photo)


def test_office_files_lose_their_authors_on_the_way(world: World, case: Incident, without_scanner: None) -> None:
    paper = passed(world, sent(world, case, "principal", (commented(), "a.docx"))[0])
    open_it(world, "principal", paper)
    content = fetch(world, "principal", paper).content
    assert content.startswith(b"PK") and AUTHOR.encode() not in content and PLACE.encode() not in content


# The end


def test_the_school_takes_its_own_file_down_with_a_reason(world: World, case: Incident, photo: Attachment) -> None:
    open_it(world, "officer", photo)
    assert "Gỡ tệp" in page(world, "principal", case) and "Gỡ tệp" not in page(world, "officer", case)
    client = world.client("principal")
    assert client.post(f"/tep/{photo.uid}/go/", {"text": "", "__end": "1"}).status_code == 422
    assert client.post(f"/tep/{photo.uid}/go/", {"text": "Gửi nhầm vụ.", "__end": "1"}).status_code == 302
    assert client.post(f"/tep/{photo.uid}/go/", {"text": "Gửi nhầm vụ.", "__end": "1"}).status_code == 409
    assert fetch(world, "officer", photo).status_code == 409 and "Đã gỡ" in page(world, "officer", case)
    world.see_all()
    gone = Attachment.objects.visible_to(SYSTEM).get(pk=photo.pk)
    assert gone.ended_reason == "Gửi nhầm vụ." and attachments.content_of(gone, original=True) == PHOTO


def test_a_file_of_the_police_is_not_the_schools_to_take_down(world: World, case: Incident, without_scanner: None) -> None:
    theirs = passed(world, sent(world, case, "officer", (pdf(), "a.pdf"))[0])
    for who, answer in (("principal", 403), ("officer", 403), ("chief", 302)):
        assert world.client(who).post(f"/tep/{theirs.uid}/go/", {"text": "Gửi nhầm.", "__end": "1"}).status_code == answer


def test_a_verified_picture_is_noted_once_and_due(world: World, case: Incident, photo: Attachment) -> None:
    with world.acting("system"):
        assert list(attachments.images_to_destroy(NOW)) == []
        assert list(attachments.images_to_destroy(NOW + timedelta(days=90))) == [photo]
    client = world.client("officer")
    assert [client.post(f"/tep/{photo.uid}/da-xac-minh/", {"__end": "1"}).status_code for _press in range(2)] == [302, 409]
    assert world.client("principal").post(f"/tep/{photo.uid}/da-xac-minh/", {"__end": "1"}).status_code == 403
    with world.acting("system"):
        assert list(attachments.images_to_destroy(NOW)) == [], "the case is in hand: the picture may still be asked for"
        Incident.objects.unscoped("test").filter(pk=case.pk).update(status="closed", closed_at=NOW, closed_how="settled")
        assert list(attachments.images_to_destroy(NOW)) == [photo]
        assert [due.code for due in keeping.due_files(clocks.today())] == [f"{case.spoken_code}/1"]


def test_what_is_destroyed_leaves_its_number_and_its_hash(world: World, case: Incident, photo: Attachment) -> None:
    with world.acting("system"):
        gone = attachments.destroy(photo)
        assert (gone.status, gone.name, gone.number, gone.original_hash) == ("destroyed", "", 1, photo.original_hash)
        assert not AttachmentBytes.objects.visible_to(SYSTEM).filter(attachment=photo).exists()
        with pytest.raises(Stale):
            attachments.destroy(photo)
    assert "Đã hủy" in page(world, "principal", case)
    assert sent(world, case)[0].number == 2


def test_the_page_asks_as_often_for_twenty_files_as_for_one(world: World, case: Incident, without_scanner: None) -> None:
    def asked() -> int:
        client = world.client("principal")
        with clocks.set_to(NOW), CaptureQueriesContext(connection) as queries:
            client.get(f"/vu-viec/{case.code}/")
        return len(queries)

    passed(world, sent(world, case)[0])
    first = asked()
    for number in range(2, 8):
        with world.acting("principal") as actor:
            more = attachments.send(case, by=actor, files=[Taken("png", "a.png", PHOTO, PHOTO + bytes([number]))])[0][0]
        passed(world, more)
    assert asked() <= first + 1


@pytest.fixture
def double(tmp_path: Any) -> Iterator[Any]:
    """A socket that speaks INSTREAM as clamd does."""
    with ScannerDouble(str(tmp_path / "clamd.ctl")) as running:
        yield running


def test_a_file_is_checked_over_the_socket(world: World, case: Incident, settings: Any, double: Any) -> None:
    settings.CLAMAV = f"unix:{double.path}"
    bad, good = sent(world, case, "principal", (with_segment(0xFE, EICAR), "a.jpg"), (PHOTO, NAME))
    assert (passed(world, bad).status, passed(world, bad).found, passed(world, good).status) == ("blocked", "Eicar-Test", "clear")

