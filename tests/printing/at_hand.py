"""Every kind of paper the portal prints, made the way people make it: an order, the worker, the file."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from briefings import actions as meeting
from briefings import pages
from briefings.models import Briefing
from coordination import clocks
from coordination.models import SYSTEM, Paper
from coordination.paper import papers
from coordination.paper.documents import OfficialPaper
from coordination.people import staff_handovers
from coordination.scope import reading_as
from coordination.tasks import render_paper
from incidents import actions
from incidents.models import Incident, Referral
from reports import files
from reports.papers import fill
from tests.access.stage import PERSON, REPORT, divide
from tests.briefings import meetings
from tests.incidents import test_keeping as life
from tests.reports import quarter
from tests.world import NOW, World

QUICK, RECORD, RESULT, MINUTES = "phieu-bao-nhanh", "bien-ban-vu-viec", "thong-bao-ket-qua", "bien-ban-giao-ban"
# Nobody is called so. The first two are sealed as people of the case, the third is only written, against the advice of the page.
SEALED = ("Nông Thị Thử Nghiệm", "Vừ A Giả Định")
WRITTEN = "Lường Văn Ví Dụ"
CONTACT = "0912 345 678"
SCHOOL = "Ánh Dương"
AFTER = meetings.MEETS_AT + timedelta(hours=3)


@dataclass(frozen=True)
class Made:
    """A printed file, and what it was printed from."""

    content: bytes
    source: OfficialPaper


def order(world: World, who: str, kind: str, thing: Any, at: datetime = NOW) -> Paper:
    """An order that waits for the worker."""
    with world.acting(who, at) as actor:
        offer = papers.offered(kind)
        mine = offer.find(actor, pk=thing.pk)
        assert offer.may(mine, actor)
        return papers.order(offer, mine, by=actor)


def work(paper: Paper, at: datetime = NOW) -> Paper:
    """What the worker makes of it."""
    with clocks.set_to(at):
        render_paper(papers.job_of(paper).pk)
    return fresh(paper)


def fresh(paper: Paper) -> Paper:
    """The row as it stands."""
    with reading_as(SYSTEM):
        return Paper.objects.visible_to(SYSTEM).get(pk=paper.pk)


def made(world: World, who: str, kind: str, thing: Any, at: datetime = NOW) -> Made:
    """A paper from its order to its file."""
    paper = order(world, who, kind, thing, at)
    with clocks.set_to(at), reading_as(SYSTEM):
        source = papers.filled(paper)
    return Made(papers.content_of(work(paper, at)), source)


def told_in_full(world: World) -> Referral:
    """A case with everything that can be said about it, names where they belong and one where it does not; answered by the police."""
    summary = f"Phát hiện em {SEALED[0]} mang dao gọt hoa quả trong cặp, em {WRITTEN} chứng kiến; đã yêu cầu giao nộp. Mẹ em: {CONTACT}."
    referral = world.answered(place_detail="sân sau, gần nhà để xe", summary=summary)
    with world.acting("principal") as principal:
        case = referral.incident
        for called in ("113", "duty_desk", "family"):
            actions.log_call(case, by=principal, called=called, called_at=NOW)
        for name, role in zip(SEALED, ("involved", "witness"), strict=True):
            actions.add_person(case, by=principal, answers=PERSON | {"full_name": name, "role": role, "contact": CONTACT})
        story = f"Khoảng 8 giờ, giáo viên chủ nhiệm thấy {SEALED[0].lower()} có dao trong cặp.\nKhông có ai bị thương; {STACKED}."
        actions.complete(case, by=principal, answers=REPORT | {"narrative": story, "measures": f"Gặp gia đình {SEALED[1]}; nhắc nhở chung."})
        actions.amend(case, by=principal, text=f"Gia đình em {SEALED[0]} đã có mặt lúc 9 giờ 30.")
    return referral


STACKED = "thế nữ cộng đặc ngỡ ngàng"


def met(world: World) -> Briefing:
    """A meeting that ended: a conclusion of last time, a case open, one conclusion about it that names its school."""
    meetings.closed(world)
    world.file(severity="s3")
    briefing = meetings.held(world)
    with world.acting("culture", meetings.MEETS_AT) as culture:
        came = {body: (place != 3, "tập huấn") for place, body in enumerate(briefing.parties)}
        meeting.attend(briefing, by=culture, came=came)
        about = next(item for item in pages.agenda_of(briefing) if item.about_model == Referral._meta.label_lower)
        text = f"Trường THCS {SCHOOL} phối hợp xác minh, gặp gia đình em {WRITTEN}."
        meeting.conclude(briefing, by=culture, text=text, owner_post=world.actor("principal").post, due_on=meetings.DUE, item=about)
        meeting.conclude(briefing, by=culture, text="Gửi lịch trực cổng trường.", owner_post=world.actor("officer").post, due_on=meetings.DUE)
    with world.acting("culture", meetings.MEETS_AT + timedelta(hours=2)) as culture:
        return meeting.close(briefing, by=culture)


def reported(world: World) -> dict[str, Made]:
    """The quarter of the province, for education and for police."""
    quarter.expect()
    quarter.happened(world, full={})
    quarter.happened(world, "other_principal", kind="theft", severity="s2", place_kind="gate")
    quarter.hand_in(world)
    found = {}
    for audience in ("education", "police"):
        report = quarter.rendered(quarter.ordered(world, audience=audience))
        with clocks.set_to(NOW), reading_as(SYSTEM):
            found[f"báo cáo, {audience}"] = Made(files.read(report.pdf_hash), fill(report, report.figures, report.snapshot_at))
    return found


def longest(world: World) -> Incident:
    """A case whose quick report says as much as the form lets one say, with many calls."""
    sentence = "Hai học sinh lớp tám xô xát sau giờ tan học trước cổng trường, một em trầy xước nhẹ, đã sơ cứu. "
    case = world.file(place_detail=("trước cổng phụ, cạnh nhà để xe của học sinh khối tám, " * 3)[:120], summary=(sentence * 7)[:600])
    with world.acting("principal") as principal:
        for called in ("113", "114", "115", "111", "duty_desk", "family", "managing"):
            actions.log_call(case, by=principal, called=called, called_at=NOW)
    return case


def handed_over(world: World) -> dict[str, Made]:
    """A divided unit, one of its schools; and what a deputy had in hand."""
    world.see_all()
    territory = divide(world, world.actor("leader").organisation, "doet", "09998")
    with world.acting("principal") as principal:
        post = staff_handovers.record(world.actor("deputy"), principal, on=NOW.date(), reason="Quyết định điều động số 12/QĐ mẫu", by=principal)
    return {"biên bản bàn giao địa bàn": made(world, "doet", "bien-ban-ban-giao", territory), "biên bản bàn giao công việc": made(world, "principal", "bien-ban-giao-viec", post)}


def at_the_end_of_life(world: World) -> dict[str, Made]:
    """What one person is given of an old case, and the record of its destruction, a held case beside it."""
    old, _held = life.told(world), life.hold(world, life.told(world))
    export = life.asked_for(world, old)
    life.gathered(world, export)
    given = made(world, "guardian", "ban-cung-cap", export, life.TODAY)
    batch = life.proposed(world)[0]
    life.work_off(world, life.approved(world, batch))
    return {"bản cung cấp dữ liệu": given, "biên bản hủy dữ liệu": made(world, "guardian", "bien-ban-huy", batch, life.TODAY)}


def everything(world: World) -> dict[str, Made]:
    """One of each."""
    referral = told_in_full(world)
    case = referral.incident
    return {
        "phiếu báo nhanh": made(world, "principal", QUICK, case),
        "phiếu báo nhanh, dài": made(world, "deputy", QUICK, longest(world)),
        "biên bản vụ việc": made(world, "deputy", RECORD, case),
        "thông báo kết quả": made(world, "officer", RESULT, referral),
        "thông báo kết quả, bản của trường": made(world, "principal", RESULT, referral),
        "biên bản giao ban": made(world, "culture", MINUTES, met(world), AFTER),
        **reported(world),
        **handed_over(world),
        **at_the_end_of_life(world),
    }
