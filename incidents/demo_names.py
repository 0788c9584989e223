"""Sample data of who asks to see more: people and who told it in a few cases, a request that waits, a use of the emergency right that waits for its review."""

from typing import Any

from coordination.models import Appointment
from coordination.scope import reading_as
from incidents import actions, break_glass, grants, informants
from incidents.models import Incident
from incidents.workflow import IncidentStatus

SCHOOL = "bk-cs-04"
PEOPLE = (
    {"role": "affected", "age_band": "14_15", "full_name": "Học sinh Mẫu Một", "class_name": "8A", "contact": "Gia đình: 0900 000 001"},
    {"role": "involved", "age_band": "14_15", "full_name": "Học sinh Mẫu Hai", "class_name": "8B", "contact": ""},
)
TOLD = {"full_name": "Phụ huynh Mẫu", "contact": "0900 000 003", "how": "Gọi điện cho giáo viên chủ nhiệm sau giờ học."}


def load() -> None:
    """One case of one school, where its bodies are there: its people, who told it, the office's request, the department's broken glass."""
    there = {held.user.username: held for held in Appointment.objects.with_post().select_related("user")}
    head = there.get(f"hieutruong.{SCHOOL}")
    if head is None or "pa03.bk" not in there:
        return
    incident = told_of(head)
    if incident:
        ask(incident, there)
        break_it(incident, there["pa03.bk"])


def told_of(head: Appointment) -> Incident | None:
    """The school's newest open case, with its people and who told it."""
    with reading_as(head):
        incident = Incident.objects.visible_to(head).filter(status=IncidentStatus.SUBMITTED).order_by("-filed_at").first()
        if incident:
            for answers in PEOPLE:
                actions.add_person(incident, by=head, answers=answers)
            informants.write(incident, by=head, answers=TOLD)
    return incident


def ask(incident: Incident, there: dict[str, Any]) -> None:
    """The office that manages the school asks its focal point."""
    office = next(held for held in there.values() if held.role == "commune_education_officer" and held.body_id == incident.jurisdiction_id)
    with reading_as(office):
        case = Incident.objects.visible_to(office).get(pk=incident.pk)
        grants.ask(case, by=office, purpose="child", reason="Hỗ trợ học sinh trở lại lớp; cần gặp gia đình trong tuần này.", days=3)


def break_it(incident: Incident, officer: Appointment) -> None:
    """The department for schools reads it in a hurry."""
    with reading_as(officer):
        found = break_glass.find(officer, code=incident.spoken_code, school=incident.school.name)
        reason = "Có tin báo hai nhóm hẹn đánh nhau tối nay, cần biết học sinh nào để ngăn."
        break_glass.break_glass(found, by=officer, cause="life", reason=reason, paper="Sổ trực PA03 số 118")
