"""The list of accounts: a key to the door and the post it opens. No password comes with a list; each holder is invited with a code of his own (coordination.people.invitations)."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from coordination import clocks
from coordination.folding import fold
from coordination.importing.places import reach_of, within
from coordination.importing.sheets import Column, Line, Plan, Sheet
from coordination.models import AccountRequest, Appointment, Organisation, Post, Role, User
from coordination.models.accounts import SECOND_PERSON_ROLES, RequestKind
from coordination.models.imports import ListKind
from coordination.models.people import POLICE_ROLES
from coordination.people import account_requests
from coordination.people.account_requests import ROLES_AT, Wanted

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,79}")
COLUMNS = (
    Column("username", "Tên đăng nhập", gettext_lazy("Chữ thường không dấu, số, dấu chấm, gạch nối; từ 3 ký tự."), required=True, longest=80),
    Column("email", "Thư điện tử", gettext_lazy("Để nhận thông báo. Mã mở tài khoản do quản trị báo riêng, không gửi thư."), required=True, longest=254),
    Column("body", "Đơn vị", gettext_lazy("Mã hoặc tên đầy đủ của cơ quan, cơ sở giáo dục."), required=True),
    Column("role", "Vị trí", gettext_lazy("Một vị trí trong danh sách bên dưới, đúng loại đơn vị. Vị trí của Công an và đầu mối bảo vệ trẻ em chờ người thứ hai xác nhận."), required=True),
    Column("starts", "Từ ngày", gettext_lazy("Ngày/tháng/năm. Để trống: từ hôm nay.")),
    Column("ends", "Đến hết ngày", gettext_lazy("Ngày/tháng/năm. Để trống: chưa định.")),
)


@dataclass(frozen=True)
class NewAppointment:
    """A row that may be written; the user may be there already. `ends` is the first day on which he no longer holds the post."""

    username: str
    email: str
    body: Organisation
    role: str
    starts: date
    ends: date | None


def role_labels() -> dict[str, str]:
    """The posts that a list may give, in Vietnamese."""
    with override(settings.LANGUAGE_CODE):
        return {str(Role(role).label): role for role in Role.values if any(role in roles for roles in ROLES_AT.values())}


def check(lines: list[Line], by: Any) -> Plan:
    """Every row against the bodies within reach, the users that are there and the other rows."""
    plan, bodies = Plan(lines), bodies_named(lines, by)
    users = {user.username: user for user in User.objects.filter(username__in=[line.text("username").lower() for line in lines])}
    held = held_by(users) | asked_for(by)
    seen: dict[tuple[str, int, str], int] = {}
    mails: dict[str, str] = {name: user.email.lower() for name, user in users.items()}
    for line in lines:
        row = new_appointment(line, bodies, by)
        if row is None or not same_mail(line, row, mails):
            continue
        key = (row.username, row.body.pk, row.role)
        if key in held:
            plan.already += 1
        elif seen.setdefault(key, line.number) != line.number:
            line.wrong("role", _("Trùng với dòng %(row)d của tệp.") % {"row": seen[key]})
        else:
            plan.new.append(row)
    return plan


def bodies_named(lines: list[Line], by: Any) -> dict[str, list[Organisation]]:
    """The bodies that the rows name, by code and by name, within the importer's reach."""
    said = {line.text("body") for line in lines} - {""}
    found: dict[str, list[Organisation]] = defaultdict(list)
    for body in within(reach_of(by)).filter(Q(register__code__in=said) | Q(folded__in={fold(name) for name in said})).select_related("register"):
        for name in {body.folded, fold(body.register.code) if hasattr(body, "register") else ""} - {""}:
            found[name].append(body)
    return found


def held_by(users: dict[str, User]) -> set[tuple[str, int, str]]:
    """The posts that these users hold from today on."""
    today = clocks.today()
    rows = Appointment.objects.filter(Q(ends_on=None) | Q(ends_on__gt=today), user__in=users.values())
    return set(rows.values_list("user__username", "post__organisation_id", "post__role"))


def asked_for(by: Any) -> set[tuple[str, int, str]]:
    """The posts that wait for a second person."""
    waiting = account_requests.waiting_for(by).filter(kind=RequestKind.APPOINT)
    return set(waiting.values_list("username", "post__organisation_id", "post__role"))


def new_appointment(line: Line, bodies: dict[str, list[Organisation]], by: Any) -> NewAppointment | None:
    """The row with its body and post, or its faults."""
    username, email = line.text("username").lower(), line.text("email").lower()
    check_name_and_mail(line, username, email, by)
    role, starts, ends = line.one_of("role", role_labels()), line.day("starts") or clocks.today(), line.day("ends")
    if ends and ends < starts:
        line.wrong("ends", _("Ngày kết thúc sớm hơn ngày bắt đầu."))
    body = body_of(line, bodies)
    if role and body:
        refuse_wrong_post(line, role, body, by)
    return None if line.faults else NewAppointment(username, email, body, role, starts, ends + clocks.ONE_DAY if ends else None)


def check_name_and_mail(line: Line, username: str, email: str, by: Any) -> None:
    """A name that can be typed anywhere, an address that can be written to, and nobody's own account."""
    if username and not USERNAME.fullmatch(username):
        line.wrong("username", _("Chỉ dùng chữ thường không dấu, số, dấu chấm, gạch nối, gạch dưới; từ 3 ký tự."))
    elif username == by.user.username.lower():
        line.wrong("username", _("Không tự giao vị trí cho tài khoản của mình."))
    try:
        if email:
            validate_email(email)
    except ValidationError:
        line.wrong("email", _("Địa chỉ thư điện tử không đúng."))


def body_of(line: Line, bodies: dict[str, list[Organisation]]) -> Organisation | None:
    """The one body that the cell names."""
    if not line.text("body"):
        return None
    found = bodies.get(fold(line.text("body")), [])
    if len(found) != 1:
        line.wrong("body", _("Có nhiều đơn vị cùng tên. Ghi mã đơn vị.") if found else _("Không thấy đơn vị này trong phạm vi quản trị. Ghi mã hoặc tên đầy đủ."))
        return None
    return found[0]


def refuse_wrong_post(line: Line, role: str, body: Organisation, by: Any) -> None:
    """A post that such a body has; and posts of the police only from an administrator of the police, who gives no others (security.md 3.2 D)."""
    if role not in ROLES_AT.get(body.kind, ()):
        line.wrong("role", _("Đơn vị này không có vị trí đó."))
    elif (role in POLICE_ROLES) != by.organisation.is_police:
        line.wrong("role", _("Tài khoản của Công an do quản trị của Công an lập, của nhà trường và ngành giáo dục do quản trị của ngành giáo dục lập."))


def same_mail(line: Line, row: NewAppointment, mails: dict[str, str]) -> bool:
    """One user has one address: a row that gives another is at fault."""
    if mails.setdefault(row.username, row.email) == row.email:
        return True
    line.wrong("email", _("Tên đăng nhập này đã có với thư điện tử khác."))
    return False


def write(plan: Plan, by: Any) -> None:
    """Users without a password that works, posts, appointments; where two people are needed, a request that the importer has approved."""
    rows: list[NewAppointment] = [row for row in plan.new if row.role not in SECOND_PERSON_ROLES]
    for row in plan.new:
        if row.role in SECOND_PERSON_ROLES:
            ask(row, by)
    wanted = {row.username: row.email for row in rows}
    there = set(User.objects.filter(username__in=wanted).values_list("username", flat=True))
    User.objects.bulk_create([User(username=name, email=email, password=make_password(None)) for name, email in wanted.items() if name not in there], batch_size=1000)
    users = {user.username: user for user in User.objects.filter(username__in=wanted)}
    posts = posts_of(rows)
    Appointment.objects.bulk_create(
        [Appointment(user=users[row.username], post=posts[row.body.pk, row.role], starts_on=row.starts, ends_on=row.ends) for row in rows], batch_size=1000
    )


def ask(row: NewAppointment, by: Any) -> AccountRequest:
    """One post that nobody gives alone (security.md 3.2 D)."""
    wanted = Wanted(row.username, row.email, row.body, row.role, row.starts, row.ends, _("Theo danh sách đã nhập."))
    return account_requests.approve(account_requests.propose(wanted, by=by), by=by)


def posts_of(rows: list[NewAppointment]) -> dict[tuple[int, str], Post]:
    """The posts of the rows, made where they are missing."""
    wanted = {(row.body.pk, row.role) for row in rows}
    Post.objects.bulk_create([Post(organisation_id=body, role=role) for body, role in sorted(wanted)], batch_size=1000, ignore_conflicts=True)
    found = Post.objects.filter(organisation_id__in={body for body, _role in wanted})
    return {(post.organisation_id, post.role): post for post in found}


ACCOUNTS = Sheet(
    kind=ListKind.ACCOUNTS,
    act="register.import_accounts",
    columns=COLUMNS,
    check=check,
    write=write,
    shown=(gettext_lazy("Tên đăng nhập"), gettext_lazy("Đơn vị"), gettext_lazy("Vị trí"), gettext_lazy("Từ ngày")),
    show=lambda row: (row.username, row.body.called, str(Role(row.role).label), f"{row.starts:%d/%m/%Y}"),
)
