"""What the briefing's pages show, put together in a fixed number of queries and cut to what the reader may see."""

from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from briefings.actions import conclusions_of
from briefings.forms import AttendanceForm, ConclusionForm, posts_of
from briefings.models import AgendaItem, Attendance, Briefing, Conclusion, Heading
from briefings.workflow import BriefingStatus, ConclusionStatus
from coordination import clocks, policy
from coordination.models import Organisation
from coordination.web.words import hour_words
from incidents.figures import WORDS


def list_rows(briefings: list[Briefing], actor: Any) -> list[dict[str, Any]]:
    """The rows of the list, each with the number of its conclusions still owed."""
    owed = Conclusion.objects.visible_to(actor).filter(briefing__in=briefings, briefing__status=BriefingStatus.CLOSED, status=ConclusionStatus.AGREED)
    counts = dict(owed.order_by().values_list("briefing").annotate(Count("pk")))
    return [{"briefing": briefing, "owed": counts.get(briefing.pk, 0)} for briefing in briefings]


def conclusion_row(conclusion: Conclusion, actor: Any) -> dict[str, Any]:
    """One conclusion as every page shows it."""
    return {"conclusion": conclusion, "owner": conclusion.owner_words(actor), "acts": conclusion.moves_open_to(actor)}


def conclusion_detail(conclusion: Conclusion, actor: Any) -> dict[str, Any]:
    """The page of one conclusion; it can be worked on once the meeting has ended."""
    work = open_work(agenda_of(conclusion.briefing), actor) if conclusion.referral_id else []
    row = conclusion_row(conclusion, actor)
    running = conclusion.briefing.status == BriefingStatus.CLOSED
    return row | {"about": about(conclusion, work), "briefing": conclusion.briefing, "acts": row["acts"] if running else []}


def about(conclusion: Conclusion, work: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The line of the agenda to which a conclusion belongs, as this reader may see it."""
    return next((line for line in work if conclusion.referral_id and line["item"].about_id == conclusion.referral_id), None)


def agenda_of(briefing: Briefing) -> list[AgendaItem]:
    """The agenda of a briefing already in scope, in its order."""
    return list(AgendaItem.objects.unscoped("reached from a briefing already in scope").filter(briefing=briefing).select_related("own_school").order_by("place"))


def open_work(items: list[AgendaItem], actor: Any) -> list[dict[str, Any]]:
    """Open referrals by code and kind; the school and the way to the case only for whom they are."""
    return [{"item": item, "school": item.school_for(actor), "link": item.link_for(actor)} for item in items if item.heading == Heading.REFERRALS]


def last_conclusions(items: list[AgendaItem], actor: Any) -> list[dict[str, Any]]:
    """What was agreed before: how it stood when the agenda was made, and the conclusion itself."""
    found = {item.about_id: item for item in items if item.heading == Heading.LAST_CONCLUSIONS}
    rows = Conclusion.objects.visible_to(actor).filter(pk__in=found).select_related("briefing", "owner_post__organisation")
    return sorted(
        ({"item": found[row.pk], "then": found[row.pk].get_state_display()} | conclusion_row(row, actor) for row in rows), key=lambda shown: shown["item"].place
    )


def tables_of(figures: dict[str, Any]) -> list[dict[str, Any]]:
    """The figures as tables: columns in words, one row for each label."""
    tables = []
    for rows in figures.get("tables", {}).values():
        names = list(dict.fromkeys(name for row in rows for name in row["numbers"]))
        cells = [(row["label"], [(WORDS[name], row["numbers"].get(name, 0)) for name in names]) for row in rows]
        tables.append({"columns": [WORDS[name] for name in names], "rows": cells})
    return [table for table in tables if table["rows"]]


def attendance_form(briefing: Briefing, data: Any = None) -> AttendanceForm:
    """The lines of every invited body, with what was said before."""
    bodies = Organisation.objects.filter(pk__in=briefing.parties).order_by("kind", "name")
    return AttendanceForm(data, bodies=bodies, said={row.body_id: row for row in attendance_of(briefing)})


def attendance_of(briefing: Briefing) -> list[Attendance]:
    """Who came to a briefing already in scope."""
    rows = Attendance.objects.unscoped("reached from a briefing already in scope").filter(briefing=briefing)
    return list(rows.select_related("body").order_by("body__kind", "body__name"))


def conclusion_form(briefing: Briefing, items: list[AgendaItem], data: Any = None) -> ConclusionForm:
    """A new conclusion: an owner among the bodies that meet, perhaps a case of the agenda."""
    return ConclusionForm(data, posts=posts_of(briefing.parties, "conclusion.carry_out"), items=items)


def detail(briefing: Briefing, actor: Any, **forms: Any) -> dict[str, Any]:
    """Everything the page of one briefing shows; the forms of whoever keeps the minutes only while it is held."""
    items = agenda_of(briefing)
    writes = briefing.status == BriefingStatus.HELD and policy.can(actor, "briefing.conclude", briefing)
    came = attendance_of(briefing)
    work = open_work(items, actor)
    agreed = conclusions_of(briefing, actor).select_related("briefing", "owner_post__organisation")
    context = {
        "briefing": briefing,
        "acts": briefing.moves_open_to(actor),
        "last": last_conclusions(items, actor),
        "work": work,
        "tables": tables_of(briefing.figures),
        "came": came,
        "present": sum(row.present for row in came),
        "conclusions": [conclusion_row(row, actor) | {"about": about(row, work)} for row in agreed],
        "writes": writes,
    }
    if writes:
        context |= {"attendance": attendance_form(briefing), "conclude": conclusion_form(briefing, items)} | forms
    return context


def hold_consequences(briefing: Briefing) -> list[str]:
    """What opening the meeting does, before it is done; a meeting opened before its day is said to be early."""
    early = clocks.local(briefing.meets_at).date() > clocks.today()
    planned = _("Cuộc họp được lên lịch lúc %(when)s; mở bây giờ là họp sớm hơn lịch.") % {"when": hour_words(briefing.meets_at)}
    return [
        *([planned] if early else []),
        _("Số liệu và chương trình họp được tính lại lúc này rồi giữ nguyên; vụ việc báo sau không làm đổi số liệu của cuộc họp."),
        _("%(count)d đơn vị được mời xem được chương trình và kết luận.") % {"count": len(briefing.parties)},
        _("Không quay lại được bước chuẩn bị."),
    ]


def close_consequences(conclusions: list[Conclusion]) -> list[str]:
    """What ending the meeting does: who owes what by when."""
    if not conclusions:
        return [_("Chưa có kết luận nào. Sau khi kết thúc không ghi thêm được.")]
    sentence = _("Kết luận %(number)d: %(owner)s, xong trước 17:00 ngày %(day)s.")
    owed = [sentence % {"number": row.number, "owner": row.owner_post, "day": f"{row.due_on:%d/%m/%Y}"} for row in conclusions]
    return [*owed, _("Mỗi kết luận thành một việc trong “Việc của tôi” của người chịu trách nhiệm. Sau khi kết thúc không sửa, không ghi thêm được.")]
