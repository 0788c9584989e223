"""Nhật ký: what one's side did and read, what one did oneself, and the newest signed checkpoint. Neither content nor names."""

import re
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from coordination import audit, clocks, codes, policy, policy_words
from coordination.access import action
from coordination.models import Organisation, Role
from coordination.people.account_lists import EVENTS
from coordination.trail import checkpoints, shown, tree
from coordination.trail.shown import Shown
from coordination.web import params
from coordination.web.paging import PAGE

# Acts that no table of moves and no line of the policy has words for.
ACTS = {
    audit.READ: gettext_lazy("Đọc hồ sơ, tải văn bản"),
    audit.SEARCH: gettext_lazy("Tìm kiếm trong danh sách"),
    audit.REFUSED: gettext_lazy("Bị từ chối"),
    "open_person": gettext_lazy("Mở thông tin người liên quan"),
    "open_restricted": gettext_lazy("Mở hồ sơ hạn chế"),
    "open_informant": gettext_lazy("Mở thông tin người báo tin"),
    "open_file": gettext_lazy("Mở tệp kèm theo"),
    "close_openings": gettext_lazy("Đóng lại thông tin đang mở"),
    "request_identity": gettext_lazy("Đề nghị xem họ tên"),
    "break_glass": gettext_lazy("Dùng quyền khẩn cấp"),
    "glass_missed": gettext_lazy("Dùng quyền khẩn cấp, không có hồ sơ đúng mã"),
    "close_glass": gettext_lazy("Đóng lại quyền khẩn cấp"),
    "suspend_glass": gettext_lazy("Tạm dừng quyền khẩn cấp"),
    "restore_glass": gettext_lazy("Khôi phục quyền khẩn cấp"),
    "signin.done": gettext_lazy("Đăng nhập"),
    "signin.by_provider": gettext_lazy("Đăng nhập bằng tài khoản công vụ"),
    "signin.linked": gettext_lazy("Liên kết tài khoản công vụ"),
    "signin.unlinked": gettext_lazy("Thôi liên kết tài khoản công vụ"),
    "signin.ended_elsewhere": gettext_lazy("Đăng xuất thiết bị khác"),
    "signin.left": gettext_lazy("Đăng xuất"),
    "signin.refused": gettext_lazy("Nhập sai mật khẩu"),
    "signin.password_changed": gettext_lazy("Đổi mật khẩu đăng nhập"),
    "pages.too_many": gettext_lazy("Mở quá nhiều trang trong một phút"),
    "signin.factor_proved": gettext_lazy("Xác thực lại"),
    "signin.factor_refused": gettext_lazy("Nhập sai mã xác thực"),
    "signin.factor_added": gettext_lazy("Thêm cách xác thực"),
    "signin.factor_removed": gettext_lazy("Gỡ cách xác thực"),
    "signin.recovery_codes_renewed": gettext_lazy("Tạo mã dự phòng mới"),
    "order": gettext_lazy("Đặt in văn bản"),
    "submit": gettext_lazy("Gửi"),
    "refer": gettext_lazy("Chuyển Công an"),
    "amend": gettext_lazy("Bổ sung, đính chính"),
    "add_person": gettext_lazy("Ghi người liên quan"),
    "add_informant": gettext_lazy("Ghi người báo tin"),
    "log_call": gettext_lazy("Ghi giờ gọi điện"),
    "reclassify": gettext_lazy("Đổi loại vụ việc"),
    "name_handler": gettext_lazy("Nhận trực tiếp giải quyết"),
    "complete": gettext_lazy("Gửi báo cáo đầy đủ"),
    "follow_up": gettext_lazy("Ghi thông tin ban đầu, tiến độ"),
    "note": gettext_lazy("Ghi chú nội bộ Công an"),
    "attend": gettext_lazy("Điểm danh cuộc họp"),
    "conclude": gettext_lazy("Ghi kết luận giao ban"),
    "withdraw": gettext_lazy("Rút, bỏ"),
    "propose": gettext_lazy("Đề xuất đợt hủy dữ liệu"),
    "refresh": gettext_lazy("Cập nhật số liệu cuộc họp"),
    "renew": gettext_lazy("Lưu bản in có phần lời mới"),
    "upload_list": gettext_lazy("Tải danh sách lên"),
    "import_list": gettext_lazy("Nhập danh sách"),
    "discard_list": gettext_lazy("Bỏ danh sách đã tải lên"),
    "hand_over_post": gettext_lazy("Bàn giao công việc"),
    "dispose": gettext_lazy("Hủy dữ liệu hết thời hạn"),
    "rotate": gettext_lazy("Đổi khóa mã hóa"),
    "retire": gettext_lazy("Bỏ khóa mã hóa cũ"),
    "download": gettext_lazy("Tải tệp"),
    "block": gettext_lazy("Chặn tệp có mã độc"),
    "discharge": gettext_lazy("Ghi nhận việc đã làm"),
    "hand_over": gettext_lazy("Bàn giao"),
    **EVENTS,
}
THINGS = {
    "coordination.user": gettext_lazy("Tài khoản"),
    "coordination.accountrequest": gettext_lazy("Đề nghị về tài khoản"),
    "coordination.duty": gettext_lazy("Việc phải làm"),
    "coordination.paper": gettext_lazy("Văn bản"),
    "coordination.handover": gettext_lazy("Bàn giao địa bàn"),
    "coordination.staffhandover": gettext_lazy("Bàn giao công việc"),
    "coordination.appointment": gettext_lazy("Vị trí công tác"),
    "coordination.accountreview": gettext_lazy("Rà soát tài khoản"),
    "coordination.hold": gettext_lazy("Tạm giữ hồ sơ"),
    "coordination.disposalbatch": gettext_lazy("Đợt hủy dữ liệu"),
    "coordination.datarequest": gettext_lazy("Yêu cầu về dữ liệu cá nhân"),
    "coordination.subjectexport": gettext_lazy("Bản trích xuất dữ liệu"),
    "coordination.breach": gettext_lazy("Sự cố lộ lọt dữ liệu"),
    "coordination.fieldkey": gettext_lazy("Khóa mã hóa"),
    "coordination.listimport": gettext_lazy("Danh sách nhập"),
    "coordination.trailline": gettext_lazy("Nhật ký"),
    "": "",
}


SPOKEN = re.compile(r"[^\W\d_]{1,6}-\d{2}-\d{1,6}")  # ĐX-26-0147


def code(raw: str) -> str:
    """The code in the address of a record, or the one people say."""
    if codes.is_code(raw):
        return raw
    if not SPOKEN.fullmatch(raw.upper()):
        raise BadRequest("code")
    return raw.upper()


def in_address(code: str, reader: Any) -> str:
    """The code of the address for the one people say; itself when the reader sees no such record, or two wards use it."""
    found = list(shown.spoken([code], reader)) if code and not codes.is_code(code) else []
    return found[0] if len(found) == 1 else code


def day(raw: str) -> Any:
    """A day as a browser's date field sends it."""
    try:
        return datetime.strptime(raw, "%Y-%m-%d").date()
    except ValueError as error:
        raise BadRequest("day") from error


class TrailFilterForm(forms.Form):
    """What the trail can be narrowed by; rendered from the address."""

    act = forms.ChoiceField(label=gettext_lazy("Việc"), required=False, choices=[("", gettext_lazy("Tất cả")), *ACTS.items()])
    day = forms.DateField(label=gettext_lazy("Ngày"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    code = forms.CharField(label=gettext_lazy("Mã vụ việc, hoặc mã trong địa chỉ hồ sơ"), required=False)


@action("trail.read")
@require_GET
def side(request: HttpRequest) -> HttpResponse:
    """The lines of the reader's side; PostgreSQL decides which those are (security.md 3.2, table D)."""
    return page(request, own=False)


@action("trail.own")
@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """Việc tôi đã làm: what the trail holds of this post's own acts."""
    return page(request, own=True)


def page(request: HttpRequest, *, own: bool) -> HttpResponse:
    """A keyset page, newest first; filters stay in the address."""
    asked = params.read(request, after=params.cursor, act=params.one_of(ACTS), day=day, code=code)
    hours = {"since": midnight(asked["day"]), "until": midnight(asked["day"] + timedelta(days=1))} if asked["day"] else {}
    found = shown.lines(own=own, act=asked["act"] or "", code=in_address(asked["code"] or "", request.actor), below=below(asked["after"]), most=PAGE + 1, **hours)
    rows = found[:PAGE]
    filters = {name: asked[name] for name in ("act", "day", "code")}
    if not own:
        request.shown = (None, {"lines": len(rows)})
    context = {
        "own": own,
        "rows": rows_of(rows, shown.spoken((line.code for line in rows), request.actor)),
        "older": params.make_cursor([rows[-1].id]) if len(found) > PAGE else "",
        "filters": TrailFilterForm(initial=filters),
        "active": sum(1 for value in filters.values() if value),
        "checkpoint": checkpoints.latest() if policy.can(request.actor, "trail.checkpoint") else None,
    }
    return render(request, "coordination/trail.html", context)


def midnight(of: Any) -> datetime:
    """The beginning of a day here; 400 for days that no clock knows."""
    if not 2000 <= of.year <= 2200:
        raise BadRequest("day")
    return clocks.midnight(of)


def below(cursor: tuple[Any, ...] | None) -> int:
    """The number of the line behind which the page begins."""
    if cursor is None:
        return tree.ABOVE_ALL
    if len(cursor) != 1 or not isinstance(cursor[0], int):
        raise BadRequest("cursor")
    return cursor[0]


def rows_of(lines: list[Shown], spoken: dict[str, str]) -> list[dict[str, Any]]:
    """Lines in words: hour, post, act, about what, for which purpose."""
    offices = Organisation.objects.in_bulk({int(line.actor_post.partition("@")[2]) for line in lines if "@" in line.actor_post})
    return [
        {
            "id": line.id,
            "at": clocks.local(line.recorded_at),
            "post": post_words(line, offices),
            "act": act_words(line),
            "thing": thing_words(line.about_model),
            "code": spoken.get(line.code, line.code),
            "purpose": audit.PURPOSE_WORDS.get(line.detail.get("purpose"), ""),
            "refused": line.act == audit.REFUSED,
        }
        for line in lines
    ]


def post_words(line: Shown, offices: dict[int, Organisation]) -> str:
    """The post and its unit, never a person."""
    role, _at, office = line.actor_post.partition("@")
    if not office:
        return _("Hệ thống")
    held = Role(role).label if role in Role.values else role
    return f"{held} · {offices[int(office)].called}" if int(office) in offices else str(held)


def act_words(line: Shown) -> str:
    """What was done: of a reading or a refusal, the words of the policy; of a move, those of its table, or else of the policy."""
    if line.act in (audit.READ, audit.REFUSED):
        words = policy_words.ACT_WORDS.get(line.detail.get("act"), "")
        return _("Bị từ chối: %(act)s") % {"act": words} if line.act == audit.REFUSED else str(words)
    model = model_of(line.about_model)
    label = getattr(getattr(model, "MOVES", {}).get(line.act), "label", "")
    return str(label or policy_words.ACT_WORDS.get(f"{getattr(model, 'policy_name', '')}.{line.act}") or ACTS.get(line.act) or line.act)


def model_of(name: str) -> Any:
    """The model a line names, or None."""
    try:
        return apps.get_model(name)
    except (LookupError, ValueError):
        return None


def thing_words(name: str) -> str:
    """Which kind of thing: of the ground by its own word, of an app by the app's."""
    if name in THINGS:
        return str(THINGS[name])
    label = name.partition(".")[0]
    return str(apps.get_app_config(label).verbose_name) if apps.is_installed(label) else name


@action("trail.checkpoint")
@require_GET
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest signed checkpoint as a file, for each side to keep on its own."""
    newest = checkpoints.latest()
    if newest is None:
        raise Http404("no checkpoint yet")
    return HttpResponse(newest.text, content_type="text/plain; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{newest.file_name}"'})
