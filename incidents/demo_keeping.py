"""Sample data of keeping: a draft forgotten for forty days in a batch to be reviewed, a case that child protection holds, a parent's request under way."""

import uuid
from datetime import timedelta

from coordination import clocks
from coordination.keeping import disposal, holds, requests
from coordination.models import SYSTEM, Appointment
from coordination.models.keeping import Capacity, RequestKind
from coordination.scope import reading_as
from incidents import actions, keeping
from incidents.models import Incident

PRINCIPAL, GUARDIAN, OFFICER = "hieutruong.bk-cs-01", "treem.ducxuan", "dpo"
FORGOTTEN = timedelta(days=40)
WISH = {"kind": RequestKind.SEE, "capacity": Capacity.REPRESENTATIVE, "asker": "Phụ huynh (mẫu)", "contact": "Địa chỉ mẫu", "case_code": "", "wish": "Xin bản sao dữ liệu về con em đang lưu."}


def load() -> None:
    """Through the ordinary actions, each under its own hour; nothing where the ward is not loaded."""
    held = {one.user.username: one for one in Appointment.objects.with_post().filter(user__username__in=(PRINCIPAL, GUARDIAN, OFFICER))}
    if len(held) < 3:
        return
    now = clocks.now()
    with clocks.set_to(now - FORGOTTEN), reading_as(held[PRINCIPAL]):
        actions.save_draft(uuid.uuid4(), by=held[PRINCIPAL], answers={"summary": "Ghi dở, chưa rõ sự việc."})
    with reading_as(SYSTEM):
        disposal.propose()
    with reading_as(held[GUARDIAN]):
        case = Incident.objects.visible_to(held[GUARDIAN]).reported().order_by("-pk").first()
        if case:
            holds.place(keeping.of_cases(), case, by=held[GUARDIAN], reason="Cơ quan bảo vệ trẻ em đang theo dõi, hỗ trợ.", ends_on=None)
    with clocks.set_to(now - timedelta(hours=30)), reading_as(held[PRINCIPAL]):
        asked = requests.record(by=held[PRINCIPAL], answers=WISH | {"received_at": clocks.now()})
    with reading_as(held[OFFICER]):
        requests.acknowledge(asked, by=held[OFFICER])
