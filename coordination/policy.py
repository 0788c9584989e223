"""Who may do what: one table, one question. Buttons, checks and the page "Ai được làm gì" read it here (ground.md 3).

A cell says in which relation to the thing a role may do the act. Relations come from the thing itself (`relations_to`), so
rights narrow: role, then relation; place and party were decided before, by the scope that fetched the thing.
Sources: security.md 3.2 tables A to D as settled by ground.md 2, 5, 6, 7, 10, 33, 34.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from coordination.models.people import Role

PRINCIPAL, OFFICER, COUNSELLOR = Role.PRINCIPAL, Role.SCHOOL_OFFICER, Role.COUNSELLOR
DESK, CHIEF, REVIEWER = Role.COMMUNE_OFFICER, Role.COMMUNE_CHIEF, Role.PROVINCE_POLICE
CULTURE, LEADER = Role.COMMUNE_EDUCATION, Role.COMMUNE_LEADER
DOET, DOET_HEAD = Role.DOET_OFFICER, Role.DOET_LEADER
CLERK, DPO, SYSADMIN = Role.CLERK, Role.DPO, Role.SYSADMIN
SERVICE = "service"

RELATIONS = {
    "any": _("không giới hạn"),
    "own": _("do mình lập hoặc được giao"),
    "school": _("của trường mình"),
    "colleague": _("hồ sơ hạn chế của trường mình (chỉ thấy mã và mức độ)"),
    "managing": _("của trường mình quản lý (không có họ tên, không có nội dung)"),
    "department": _("mức Phức tạp, Khẩn cấp trong tỉnh (không có họ tên, không có nội dung)"),
    "referred": _("vụ việc chuyển đến đơn vị mình"),
    "handler": _("vụ việc mình trực tiếp giải quyết"),
    "to": _("chuyển đến đơn vị mình"),
    "host": _("do đơn vị mình chủ trì"),
    "guest": _("đơn vị mình được mời"),
    "issuer": _("đơn vị mình lập"),
    "receiver": _("trường nộp số liệu về đơn vị mình"),
}

SCHOOL = {PRINCIPAL: "school", OFFICER: "school"}
POLICE = {DESK: "to", CHIEF: "to", REVIEWER: "to"}
EVERYBODY = {role: "any" for role in Role}

GRANTS: dict[str, dict[str, str]] = {
    # the ground
    "home.read": EVERYBODY,
    "notice.read": {role: "own" for role in Role},
    "area.read": EVERYBODY,
    "policy.read": EVERYBODY,
    "mailbox.read": EVERYBODY,
    "duty.discharge": {SERVICE: "any"},
    "duty.confirm": {SERVICE: "any"},
    "duty.waive": {SERVICE: "any"},
    "duty.lapse": {SERVICE: "any"},
    # what happened
    "incident.list": {PRINCIPAL: "any", OFFICER: "any", CULTURE: "any", DOET: "any", DOET_HEAD: "any"},
    "incident.file": {PRINCIPAL: "any", OFFICER: "any"},
    "incident.submit": {PRINCIPAL: "own", OFFICER: "own"},
    "incident.discard": {PRINCIPAL: "own", OFFICER: "own"},
    "incident.read": SCHOOL | {OFFICER: "school colleague", DESK: "referred", CHIEF: "referred", REVIEWER: "referred", CULTURE: "managing", DOET: "managing department", DOET_HEAD: "managing department"},
    "incident.read_text": SCHOOL | {DESK: "referred", CHIEF: "referred", REVIEWER: "referred"},
    "incident.read_restricted": {PRINCIPAL: "school", OFFICER: "own", DESK: "referred", CHIEF: "referred", REVIEWER: "referred"},
    "incident.flag": SCHOOL,
    "incident.complete": SCHOOL,
    "incident.amend": SCHOOL,
    "incident.call": SCHOOL,
    "incident.look": {CULTURE: "managing", DOET: "managing"},
    "incident.close": {PRINCIPAL: "school", SERVICE: "any"},
    "person.add": SCHOOL,
    "person.open": {PRINCIPAL: "school", OFFICER: "own", DESK: "handler", CHIEF: "referred", REVIEWER: "handler"},
    "person.receipts": {PRINCIPAL: "school"},
    # referral
    "referral.list": {DESK: "any", CHIEF: "any", REVIEWER: "any"},
    "referral.read": POLICE | SCHOOL | {CULTURE: "managing", DOET: "managing department", DOET_HEAD: "managing department"},
    "referral.see": POLICE,
    "referral.receive": POLICE,
    "referral.forward": POLICE,
    "referral.follow_up": POLICE,
    "referral.ask": POLICE,
    "referral.answer": POLICE,
    "referral.note": POLICE,
    "referral.reply": SCHOOL,
    "referral.acknowledge": SCHOOL,
    "referral.discuss": SCHOOL,
    "referral.settle_by_silence": {SERVICE: "any"},
    # where they meet
    "briefing.list": {PRINCIPAL: "any", OFFICER: "any", DESK: "any", CHIEF: "any", CULTURE: "any", LEADER: "any"},
    "briefing.plan": {CULTURE: "any", LEADER: "any", CHIEF: "any"},
    "briefing.read": {PRINCIPAL: "guest", OFFICER: "guest", DESK: "host guest", CHIEF: "host guest", CULTURE: "host guest", LEADER: "host guest"},
    "briefing.open": {CULTURE: "host", LEADER: "host", CHIEF: "host"},
    "briefing.conclude": {CULTURE: "host", LEADER: "host", CHIEF: "host"},
    "briefing.close": {CULTURE: "host", LEADER: "host", CHIEF: "host"},
    "conclusion.carry_out": {PRINCIPAL: "own", OFFICER: "own", DESK: "own", CHIEF: "own", CULTURE: "own", LEADER: "own"},
    "conclusion.confirm": {CULTURE: "host", LEADER: "host", CHIEF: "host"},
    # what goes up the line
    "return.list": {PRINCIPAL: "any", OFFICER: "any"},
    "return.read": SCHOOL | {CULTURE: "receiver", LEADER: "receiver", DOET: "receiver", DOET_HEAD: "receiver"},
    "return.submit": {PRINCIPAL: "school"},
    "return.grid": {CULTURE: "any", LEADER: "any", DOET: "any", DOET_HEAD: "any"},
    "return.remind": {CULTURE: "receiver", DOET: "receiver"},
    "report.list": {CULTURE: "any", LEADER: "any", DOET: "any", DOET_HEAD: "any"},
    "report.order": {CULTURE: "any", DOET: "any", DOET_HEAD: "any"},
    "report.read": {CULTURE: "issuer", LEADER: "issuer", DOET: "issuer", DOET_HEAD: "issuer"},
    "report.retry": {CULTURE: "issuer", DOET: "issuer", DOET_HEAD: "issuer"},
    "report.finish": {SERVICE: "any"},
}

TABLE: dict[tuple[str, str], frozenset[str]] = {(role, act): frozenset(cell.split()) for act, cells in GRANTS.items() for role, cell in cells.items()}

ACT_WORDS = {
    "home.read": _("Xem việc của mình"),
    "notice.read": _("Đọc thông báo của vị trí"),
    "area.read": _("Tra cứu địa bàn, trường học"),
    "policy.read": _("Xem bảng “Ai được làm gì”"),
    "mailbox.read": _("Xem hộp thư mẫu"),
    "duty.discharge": _("Ghi nhận việc đã làm"),
    "duty.confirm": _("Ghi nhận việc đã được xác nhận"),
    "duty.waive": _("Miễn việc"),
    "duty.lapse": _("Đóng việc hết hạn"),
    "incident.list": _("Xem danh sách vụ việc"),
    "incident.file": _("Mở phiếu báo nhanh"),
    "incident.submit": _("Gửi báo nhanh"),
    "incident.discard": _("Xóa bản nháp"),
    "incident.read": _("Xem vụ việc"),
    "incident.read_text": _("Đọc nội dung vụ việc"),
    "incident.read_restricted": _("Xem hồ sơ hạn chế"),
    "incident.flag": _("Chuyển Công an"),
    "incident.complete": _("Gửi báo cáo đầy đủ"),
    "incident.amend": _("Bổ sung, đính chính"),
    "incident.call": _("Ghi giờ gọi điện"),
    "incident.look": _("Xác nhận cấp quản lý đã nhận"),
    "incident.close": _("Kết thúc vụ việc"),
    "person.add": _("Ghi người liên quan"),
    "person.open": _("Mở thông tin người liên quan (phải nêu mục đích)"),
    "person.receipts": _("Xem ai đã mở thông tin người liên quan"),
    "referral.list": _("Xem vụ việc chuyển đến"),
    "referral.read": _("Xem quá trình chuyển Công an"),
    "referral.see": _("Xem vụ việc được chuyển"),
    "referral.receive": _("Nhận tin"),
    "referral.forward": _("Chuyển đơn vị có thẩm quyền"),
    "referral.follow_up": _("Ghi thông tin ban đầu, tiến độ"),
    "referral.ask": _("Đề nghị nhà trường bổ sung"),
    "referral.answer": _("Báo kết quả"),
    "referral.note": _("Ghi chú nội bộ Công an"),
    "referral.reply": _("Trả lời đề nghị bổ sung"),
    "referral.acknowledge": _("Nhận kết quả"),
    "referral.discuss": _("Đề nghị trao đổi thêm"),
    "referral.settle_by_silence": _("Tự kết thúc sau 5 ngày làm việc"),
    "briefing.list": _("Xem danh sách giao ban"),
    "briefing.plan": _("Lập cuộc giao ban"),
    "briefing.read": _("Xem giao ban"),
    "briefing.open": _("Mở cuộc họp, chốt số liệu"),
    "briefing.conclude": _("Ghi kết luận"),
    "briefing.close": _("Kết thúc cuộc họp"),
    "conclusion.carry_out": _("Báo đã thực hiện kết luận"),
    "conclusion.confirm": _("Xác nhận kết luận đã thực hiện"),
    "return.list": _("Xem các kỳ số liệu của trường"),
    "return.read": _("Xem số liệu kỳ của trường"),
    "return.submit": _("Nộp số liệu kỳ"),
    "return.grid": _("Xem bảng theo dõi nộp số liệu"),
    "return.remind": _("Nhắc nộp"),
    "report.list": _("Xem báo cáo"),
    "report.order": _("Lập báo cáo"),
    "report.read": _("Tải báo cáo"),
    "report.retry": _("Tạo lại báo cáo lỗi"),
    "report.finish": _("Lưu báo cáo đã tạo"),
}


def can(actor: Any, act: str, thing: Any = None) -> bool:
    """Whether the actor may do the act: at all (no thing named), or to this thing.

    An act that the table does not know is a fault of ours and raises KeyError.
    """
    if act not in GRANTS:
        raise KeyError(act)
    if actor is None:
        return False
    cell = TABLE.get((actor.role, act))
    if cell is None:
        return False
    return thing is None or "any" in cell or bool(cell & thing.relations_to(actor))
