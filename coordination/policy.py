"""Who may do what: one table, one question. Buttons, checks and the page "Ai được làm gì" read it here (ground.md 3).

A cell says in which relation to the thing a role may do the act. Relations come from the thing itself (`relations_to`), so
rights narrow: role, then relation; place and party were decided before, by the scope that fetched the thing.
Sources: security.md 3.2 tables A to D as settled by ground.md 2, 5, 6, 7, 10, 33, 34.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from coordination.models.people import Role

PRINCIPAL, OFFICER, COUNSELLOR = Role.PRINCIPAL, Role.SCHOOL_OFFICER, Role.COUNSELLOR
DESK, CHIEF, REVIEWER, SUPERVISOR = Role.COMMUNE_OFFICER, Role.COMMUNE_CHIEF, Role.PROVINCE_POLICE, Role.PROVINCE_POLICE_HEAD
CULTURE, LEADER = Role.COMMUNE_EDUCATION, Role.COMMUNE_LEADER
DOET, DOET_HEAD, GUARDIAN = Role.DOET_OFFICER, Role.DOET_LEADER, Role.CHILD_PROTECTION
CLERK, DPO, SYSADMIN = Role.CLERK, Role.DPO, Role.SYSADMIN
SERVICE = "service"

RELATIONS = {
    "any": _("không giới hạn"),
    "own": _("do mình lập hoặc được giao"),
    "school": _("của trường mình"),
    "colleague": _("hồ sơ hạn chế của trường mình (chỉ thấy mã và mức độ)"),
    "stand_in": _("vụ việc có liên quan đến lãnh đạo trường, mình thay mặt nhà trường"),
    "managing": _("của trường mình quản lý (không có họ tên, không có nội dung)"),
    "department": _("mức Phức tạp, Khẩn cấp trong tỉnh (không có họ tên, không có nội dung)"),
    "referred": _("vụ việc chuyển đến đơn vị mình"),
    "handler": _("vụ việc mình trực tiếp giải quyết"),
    "copy": _("vụ việc đơn vị mình đã chuyển tiếp và giữ bản sao (chỉ xem)"),
    "to": _("chuyển đến đơn vị mình"),
    "ruler": _("vụ việc đề nghị đơn vị mình cho ý kiến"),
    "host": _("do đơn vị mình chủ trì"),
    "guest": _("đơn vị mình được mời"),
    "issuer": _("đơn vị mình lập"),
    "unclerked": _("đơn vị mình lập và đơn vị không có văn thư"),
    "receiver": _("trường nộp số liệu về đơn vị mình"),
    "province": _("trong tỉnh mình"),
    "party": _("có đơn vị mình, hoặc thuộc phạm vi của đơn vị mình"),
    "public": _("văn bản đã ký, công khai"),
}

SCHOOL = {PRINCIPAL: "school", OFFICER: "school"}
# In a case that concerns the school's leadership the managing body may do what the school does (practice.md 2.3).
SCHOOL_PART = SCHOOL | {CULTURE: "stand_in", GUARDIAN: "stand_in", DOET: "stand_in"}
POLICE = {DESK: "to", CHIEF: "to", REVIEWER: "to", SUPERVISOR: "to"}
EVERYBODY = {role: "any" for role in Role}
PRINTERS = dict.fromkeys((PRINCIPAL, OFFICER, DESK, CHIEF, REVIEWER, SUPERVISOR, CULTURE, LEADER), "own")

GRANTS: dict[str, dict[str, str]] = {
    # the ground
    "home.read": EVERYBODY,
    "notice.read": {role: "own" for role in Role},
    "area.read": EVERYBODY,
    "policy.read": EVERYBODY,
    "mailbox.read": EVERYBODY,
    "paper.order": EVERYBODY,  # of a thing that its own act lets one print
    "paper.read": PRINTERS,
    "paper.retry": PRINTERS,
    "paper.finish": {SERVICE: "any"},
    "paper.expire": {SERVICE: "any"},
    "register.import": {SYSADMIN: "any", DOET: "any"},
    "register.import_schools": {SYSADMIN: "any", DOET: "any"},
    "register.import_bodies": {SYSADMIN: "any"},
    "register.import_accounts": {SYSADMIN: "any"},
    "register.read": {SYSADMIN: "own", DOET: "own"},
    "register.confirm": {SYSADMIN: "own", DOET: "own"},
    "handover.list": {DOET: "any", DOET_HEAD: "any"},
    "handover.read": {DOET: "province", DOET_HEAD: "province"},
    "handover.record": {DOET: "any", SERVICE: "any"},
    "duty.discharge": {SERVICE: "any"},
    "duty.confirm": {SERVICE: "any"},
    "duty.waive": {SERVICE: "any"},
    "duty.lapse": {SERVICE: "any"},
    # what was promised
    "agreement.list": EVERYBODY,
    "agreement.read": {role: "party public" for role in Role},
    "agreement.draft": {CULTURE: "issuer", DOET: "issuer", CLERK: "issuer"},
    "agreement.sign": {LEADER: "issuer", DOET_HEAD: "issuer", CLERK: "issuer", SERVICE: "any"},
    "agreement.terminate": {LEADER: "issuer", DOET_HEAD: "issuer", CLERK: "issuer"},
    "agreement.replace": {LEADER: "issuer", DOET_HEAD: "issuer", CLERK: "issuer"},
    # what happened
    "incident.list": {PRINCIPAL: "any", OFFICER: "any", CULTURE: "any", GUARDIAN: "any", DOET: "any", DOET_HEAD: "any"},
    "incident.file": {PRINCIPAL: "any", OFFICER: "any"},
    "incident.file_conflict": {OFFICER: "any"},
    "incident.file_instead": {CULTURE: "any", GUARDIAN: "any", DOET: "any"},
    "incident.submit": {PRINCIPAL: "own", OFFICER: "own", CULTURE: "own", GUARDIAN: "own", DOET: "own"},
    "incident.take_call": {DESK: "own", CHIEF: "own"},
    "incident.discard": {PRINCIPAL: "own", OFFICER: "own"},
    "incident.read": SCHOOL | {OFFICER: "school colleague", DESK: "referred copy", CHIEF: "referred copy", REVIEWER: "referred", SUPERVISOR: "referred", CULTURE: "managing", GUARDIAN: "managing department", DOET: "managing department", DOET_HEAD: "managing department ruler"},
    "incident.read_text": SCHOOL_PART | {DESK: "referred copy", CHIEF: "referred copy", REVIEWER: "referred", SUPERVISOR: "referred"},
    "incident.read_restricted": {PRINCIPAL: "school", OFFICER: "own stand_in", CULTURE: "stand_in", GUARDIAN: "stand_in", DOET: "stand_in", DESK: "referred", CHIEF: "referred", REVIEWER: "referred", SUPERVISOR: "referred"},
    "incident.flag": SCHOOL_PART,
    "incident.complete": SCHOOL_PART,
    "incident.amend": SCHOOL_PART,
    "incident.call": SCHOOL_PART,
    "incident.withdraw": {PRINCIPAL: "school", OFFICER: "own stand_in", CULTURE: "stand_in", GUARDIAN: "stand_in", DOET: "stand_in"},
    "incident.merge": SCHOOL_PART,
    "incident.keep_out": {OFFICER: "school", CULTURE: "managing", GUARDIAN: "managing", DOET: "managing"},
    "incident.look": {CULTURE: "managing", GUARDIAN: "managing", DOET: "managing"},
    "incident.close": {PRINCIPAL: "school", OFFICER: "stand_in", CULTURE: "stand_in", GUARDIAN: "stand_in", DOET: "stand_in", SERVICE: "any"},
    "incident.print": SCHOOL,
    "person.add": SCHOOL_PART,
    "person.open": {PRINCIPAL: "school", OFFICER: "own stand_in", CULTURE: "stand_in", GUARDIAN: "stand_in", DOET: "stand_in", DESK: "handler", CHIEF: "referred", REVIEWER: "handler", SUPERVISOR: "referred"},
    "person.receipts": {PRINCIPAL: "school", OFFICER: "stand_in", CULTURE: "stand_in", GUARDIAN: "stand_in", DOET: "stand_in"},
    # referral
    "referral.list": {DESK: "any", CHIEF: "any", REVIEWER: "any", SUPERVISOR: "any"},
    "referral.read": POLICE | SCHOOL | {CULTURE: "managing", GUARDIAN: "managing department", DOET: "managing department", DOET_HEAD: "managing department ruler"},
    "referral.see": POLICE,
    "referral.receive": POLICE,
    "referral.forward": POLICE,
    "referral.follow_up": POLICE,
    "referral.ask": POLICE,
    "referral.answer": POLICE,
    "referral.note": POLICE,
    "referral.reply": SCHOOL_PART,
    "referral.acknowledge": SCHOOL_PART,
    "referral.discuss": SCHOOL_PART,
    "referral.recall": SCHOOL_PART,
    "referral.print": POLICE | SCHOOL,
    "referral.ask_ruling": SCHOOL_PART | POLICE,
    "referral.rule": {LEADER: "ruler", DOET_HEAD: "ruler"},
    "referral.settle_by_silence": {SERVICE: "any"},
    # where they meet
    "briefing.list": {PRINCIPAL: "any", OFFICER: "any", DESK: "any", CHIEF: "any", CULTURE: "any", GUARDIAN: "any", LEADER: "any"},
    "briefing.plan": {CULTURE: "any", LEADER: "any", CHIEF: "any"},
    "briefing.read": {PRINCIPAL: "guest", OFFICER: "guest", DESK: "host guest", CHIEF: "host guest", CULTURE: "host guest", GUARDIAN: "host guest", LEADER: "host guest"},
    "briefing.open": {CULTURE: "host", LEADER: "host", CHIEF: "host"},
    "briefing.conclude": {CULTURE: "host", LEADER: "host", CHIEF: "host"},
    "briefing.close": {CULTURE: "host", LEADER: "host", CHIEF: "host"},
    "briefing.print": {DESK: "host", CHIEF: "host", CULTURE: "host", LEADER: "host"},
    "conclusion.carry_out": {PRINCIPAL: "own", OFFICER: "own", DESK: "own", CHIEF: "own", CULTURE: "own", LEADER: "own"},
    "conclusion.confirm": {CULTURE: "host", LEADER: "host", CHIEF: "host"},
    # what goes up the line
    "return.list": {PRINCIPAL: "any", OFFICER: "any"},
    "return.read": SCHOOL | {CULTURE: "receiver", LEADER: "receiver", DOET: "receiver", DOET_HEAD: "receiver"},
    "return.submit": {PRINCIPAL: "school"},
    "return.grid": {CULTURE: "any", LEADER: "any", DOET: "any", DOET_HEAD: "any"},
    "return.remind": {CULTURE: "receiver", DOET: "receiver"},
    "return.leave_out": {CULTURE: "receiver", DOET: "receiver"},
    "return.take_back": {CULTURE: "receiver", DOET: "receiver"},
    "report.list": {CHIEF: "any", REVIEWER: "any", SUPERVISOR: "any", CULTURE: "any", LEADER: "any", GUARDIAN: "any", DOET: "any", DOET_HEAD: "any", CLERK: "any"},
    "report.order": {CHIEF: "any", REVIEWER: "any", SUPERVISOR: "any", CULTURE: "any", DOET: "any", DOET_HEAD: "any"},
    "report.read": {CHIEF: "issuer", REVIEWER: "issuer", SUPERVISOR: "issuer", CULTURE: "issuer", LEADER: "issuer", GUARDIAN: "issuer", DOET: "issuer", DOET_HEAD: "issuer", CLERK: "issuer"},
    "report.retry": {CHIEF: "issuer", REVIEWER: "issuer", SUPERVISOR: "issuer", CULTURE: "issuer", DOET: "issuer", DOET_HEAD: "issuer", CLERK: "issuer"},
    "report.write": {CHIEF: "issuer", REVIEWER: "issuer", SUPERVISOR: "issuer", CULTURE: "issuer", DOET: "issuer", DOET_HEAD: "issuer"},
    "report.issue": {CHIEF: "unclerked", REVIEWER: "unclerked", SUPERVISOR: "unclerked", CULTURE: "unclerked", CLERK: "issuer"},
    "report.sign": {CHIEF: "unclerked", REVIEWER: "unclerked", SUPERVISOR: "unclerked", CULTURE: "unclerked", CLERK: "issuer"},
    "report.finish": {SERVICE: "any"},
    "report.print": {SERVICE: "any"},
}

# For how many minutes a proof of the second factor is fresh enough for the act: opening an identity, exporting, signing (security.md 2.4 rows 9 and 12, 3.3).
STEP_UP: dict[str, int] = {
    "person.open": 15,
    "paper.order": 15,
    "report.order": 15,
    "report.issue": 5,
    "report.sign": 5,
    "agreement.sign": 5,
}

# What shows sealed things of a case, and of which level (security.md 2.1): one line of the trail for each answer.
SEALED_READS: dict[str, str] = {
    "incident.read": "L3",
    "paper.read": "L3",
}

TABLE: dict[tuple[str, str], frozenset[str]] = {(role, act): frozenset(cell.split()) for act, cells in GRANTS.items() for role, cell in cells.items()}

ACT_WORDS = {
    "home.read": _("Xem việc của mình"),
    "notice.read": _("Đọc thông báo của vị trí"),
    "area.read": _("Tra cứu địa bàn, trường học"),
    "policy.read": _("Xem bảng “Ai được làm gì”"),
    "mailbox.read": _("Xem hộp thư mẫu"),
    "paper.order": _("Đặt in văn bản mà mình được in"),
    "paper.read": _("Tải văn bản đã in"),
    "paper.retry": _("Tạo lại văn bản lỗi"),
    "paper.finish": _("Lưu văn bản đã tạo"),
    "paper.expire": _("Xóa tệp hết hạn lưu"),
    "register.import": _("Mở trang nhập danh sách"),
    "register.import_schools": _("Nhập danh sách cơ sở giáo dục trong tỉnh"),
    "register.import_bodies": _("Nhập danh sách cơ quan trong tỉnh"),
    "register.import_accounts": _("Nhập danh sách tài khoản, vị trí công tác"),
    "register.read": _("Xem trước danh sách đã tải lên"),
    "register.confirm": _("Xác nhận hoặc bỏ danh sách đã tải lên"),
    "handover.list": _("Xem các lần bàn giao địa bàn"),
    "handover.read": _("Xem một lần bàn giao địa bàn"),
    "handover.record": _("Ghi bàn giao địa bàn khi đơn vị bị chia"),
    "duty.discharge": _("Ghi nhận việc đã làm"),
    "duty.confirm": _("Ghi nhận việc đã được xác nhận"),
    "duty.waive": _("Miễn việc"),
    "duty.lapse": _("Đóng việc hết hạn"),
    "agreement.list": _("Xem danh sách quy chế, kế hoạch phối hợp"),
    "agreement.read": _("Đọc quy chế, kế hoạch phối hợp"),
    "agreement.draft": _("Soạn, sửa dự thảo quy chế, kế hoạch phối hợp"),
    "agreement.sign": _("Ghi nhận văn bản đã ký"),
    "agreement.terminate": _("Ghi nhận chấm dứt văn bản"),
    "agreement.replace": _("Ghi nhận văn bản được thay thế"),
    "incident.list": _("Xem danh sách vụ việc"),
    "incident.file": _("Mở phiếu báo nhanh"),
    "incident.file_conflict": _("Báo vụ việc có liên quan đến lãnh đạo trường"),
    "incident.file_instead": _("Báo thay nhà trường (vụ việc có liên quan đến lãnh đạo trường)"),
    "incident.submit": _("Gửi báo nhanh"),
    "incident.take_call": _("Ghi tin báo qua điện thoại, thông báo của Công an"),
    "incident.discard": _("Xóa bản nháp"),
    "incident.read": _("Xem vụ việc"),
    "incident.read_text": _("Đọc nội dung vụ việc"),
    "incident.read_restricted": _("Xem hồ sơ hạn chế"),
    "incident.flag": _("Chuyển Công an"),
    "incident.complete": _("Gửi báo cáo đầy đủ"),
    "incident.amend": _("Bổ sung, đính chính"),
    "incident.call": _("Ghi giờ gọi điện"),
    "incident.withdraw": _("Rút vụ việc (báo nhầm)"),
    "incident.merge": _("Nhập vào vụ khác"),
    "incident.keep_out": _("Ghi nhận vụ việc có liên quan đến lãnh đạo trường"),
    "incident.look": _("Xác nhận cấp quản lý đã nhận"),
    "incident.close": _("Kết thúc vụ việc"),
    "incident.print": _("In phiếu báo nhanh, biên bản vụ việc"),
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
    "referral.print": _("In thông báo kết quả"),
    "referral.ask_ruling": _("Đề nghị cấp có thẩm quyền cho ý kiến"),
    "referral.rule": _("Cho ý kiến giải quyết"),
    "referral.recall": _("Rút, nhập vụ việc đã chuyển Công an"),
    "referral.settle_by_silence": _("Tự kết thúc sau 5 ngày làm việc"),
    "briefing.list": _("Xem danh sách giao ban"),
    "briefing.plan": _("Lập cuộc giao ban"),
    "briefing.read": _("Xem giao ban"),
    "briefing.open": _("Mở cuộc họp, chốt số liệu"),
    "briefing.conclude": _("Ghi kết luận"),
    "briefing.close": _("Kết thúc cuộc họp"),
    "briefing.print": _("In biên bản giao ban"),
    "conclusion.carry_out": _("Báo đã thực hiện kết luận"),
    "conclusion.confirm": _("Xác nhận kết luận đã thực hiện"),
    "return.list": _("Xem các kỳ số liệu của trường"),
    "return.read": _("Xem số liệu kỳ của trường"),
    "return.submit": _("Nộp số liệu kỳ"),
    "return.grid": _("Xem bảng theo dõi nộp số liệu"),
    "return.remind": _("Nhắc nộp"),
    "return.leave_out": _("Miễn nộp một kỳ, có lý do"),
    "return.take_back": _("Bỏ miễn nộp"),
    "report.list": _("Xem báo cáo"),
    "report.order": _("Lập báo cáo"),
    "report.read": _("Tải báo cáo"),
    "report.retry": _("Tạo lại báo cáo lỗi"),
    "report.write": _("Soạn phần lời của báo cáo"),
    "report.issue": _("Ban hành báo cáo: cho số, ngày"),
    "report.sign": _("Tải lên bản đã ký số"),
    "report.finish": _("Lưu báo cáo đã tạo"),
    "report.print": _("In bản ban hành"),
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
