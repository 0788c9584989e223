"""What the ground itself holds of people: its sealed columns, and the data of a member of staff."""

from django.utils.translation import gettext_lazy as _

from coordination.keeping.disposal import RUNNING
from coordination.keeping.subject import Found, Part, Sealed, Section
from coordination.models import Appointment, DataRequest, DisposalBatch, Organisation, User
from coordination.models.keeping import RequestStatus
from coordination.paper.documents import clock_time, table_date
from coordination.territory.handovers import Order

OPEN_REQUESTS = (RequestStatus.RECEIVED, RequestStatus.ACKNOWLEDGED, RequestStatus.UNDER_WAY)
BETWEEN_OFFICES = "words between offices about their own work"
OF_A_DAY = "a copy that is emptied by itself"
OF_ANOTHER_PERSON = "of the person who asks, known to him"
SEALED = {
    ("coordination.Paper", "content"): Sealed("stay", OF_A_DAY),
    ("coordination.ListImport", "table"): Sealed("stay", OF_A_DAY),
    ("coordination.SubjectExport", "data"): Sealed("stay", OF_A_DAY),
    ("coordination.Hold", "reason"): Sealed("stay", BETWEEN_OFFICES),
    ("coordination.Hold", "end_reason"): Sealed("stay", BETWEEN_OFFICES),
    ("coordination.DisposalBatch", "refusal"): Sealed("stay", BETWEEN_OFFICES),
    **{("coordination.DataRequest", name): Sealed("stay", OF_ANOTHER_PERSON) for name in ("asker", "contact", "wish", "extension_reason", "answer")},
    ("coordination.DataRequest", "prepared"): Sealed("stay", BETWEEN_OFFICES),
    ("coordination.Breach", "description"): Sealed("stay", BETWEEN_OFFICES),
    ("coordination.Breach", "measures"): Sealed("stay", BETWEEN_OFFICES),
}


def find_staff(actor: Appointment, code: str, who: str, school: Organisation | None) -> Found | None:
    """A member of staff by user name, inside the actor's body and what it manages; of a request about a school, who is or was there."""
    near = Organisation.objects.filter(school__managing_body=actor.body_id).values("pk")
    held = Appointment.objects.filter(user__username=who).select_related("user", "post__organisation")
    held = held.filter(post__organisation=school) if school else held
    found = next((one for one in held if one.body_id == actor.body_id or near.filter(pk=one.post.organisation_id).exists()), None)
    return Found(found.user_id, code or "–") if found else None


def staff_sections(user_id: int, who: str) -> list[Section]:
    """The account and every post that was held with it. No name of staff is kept."""
    user = User.objects.get(pk=user_id)
    rows = [("Tên đăng nhập", user.username), ("Thư điện tử", user.email), ("Lần đăng nhập gần nhất", clock_time(user.last_login) if user.last_login else "–")]
    held = Appointment.objects.with_post().filter(user=user).order_by("starts_on", "pk")
    posts = [(str(one.post_label), f"{one.organisation_name}, từ {table_date(one.starts_on)}" + (f" đến {table_date(one.ends_on)}" if one.ends_on else "")) for one in held]
    return [Section("Tài khoản", tuple(rows)), Section("Vị trí công tác", tuple(posts))]


STAFF = Part("tai-khoan", _("Tài khoản cán bộ, nhà giáo (tên đăng nhập)"), find_staff, staff_sections)


def hand_over(order: Order) -> dict[str, int]:
    """Open requests about the schools pass to who answers for them from now on; a batch to who answers for its body."""
    asked = DataRequest.objects.unscoped("requests about schools that pass over").filter(school__in=order.schools, office__in=order.bodies, status__in=OPEN_REQUESTS)
    proposed = DisposalBatch.objects.unscoped("batches of a body that another replaces").filter(office__in=order.bodies, status__in=RUNNING)
    moved = [*asked, *proposed]
    for row in moved:
        row.office_id, row.parties = order.now(row.office_id), order.follow(row.parties)
        row.save(update_fields=["office", "parties"])
    return {"keeping": len(moved)} if moved else {}
