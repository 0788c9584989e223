"""Who may do what: one table, one question. Buttons, checks and the page "Ai được làm gì" read it here (ground.md 3).

A cell says in which relation to the thing a role may do the act. Relations come from the thing itself (`relations_to`), so
rights narrow: role, then relation; place and party were decided before, by the scope that fetched the thing.
Sources: security.md 3.2 tables A to D as settled by ground.md 2, 5, 6, 7, 10, 33, 34.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from coordination.models.people import HEADS_OF_UNITS, Role

PRINCIPAL, OFFICER, COUNSELLOR = Role.PRINCIPAL, Role.SCHOOL_OFFICER, Role.COUNSELLOR
DESK, CHIEF, REVIEWER, SUPERVISOR = Role.COMMUNE_OFFICER, Role.COMMUNE_CHIEF, Role.PROVINCE_POLICE, Role.PROVINCE_POLICE_HEAD
CULTURE, LEADER = Role.COMMUNE_EDUCATION, Role.COMMUNE_LEADER
DOET, DOET_HEAD, GUARDIAN = Role.DOET_OFFICER, Role.DOET_LEADER, Role.CHILD_PROTECTION
CLERK, DPO, SYSADMIN = Role.CLERK, Role.DPO, Role.SYSADMIN
SERVICE = "service"

RELATIONS = {
    "any": _("được làm, trong phạm vi của vai"),
    "own": _("do mình lập hoặc được giao"),
    "school": _("của trường mình"),
    "colleague": _("hồ sơ hạn chế của trường mình (chỉ thấy mã và mức độ)"),
    "stand_in": _("vụ việc có liên quan đến lãnh đạo trường, mình thay mặt nhà trường"),
    "managing": _("của trường mình quản lý (không có họ tên, không có nội dung)"),
    "department": _("mức Phức tạp, Khẩn cấp trong tỉnh (không có họ tên, không có nội dung)"),
    "granted": _("vụ việc mình được cấp quyền xem họ tên, có thời hạn"),
    "approver": _("đề nghị của người khác gửi vị trí mình trả lời"),
    "writer": _("do chính mình ghi"),
    "reviewer": _("lần dùng của người dưới quyền, vị trí mình soát xét"),
    "overseer": _("mọi lần dùng với hồ sơ trong phạm vi mình bảo vệ dữ liệu, trừ của mình"),
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
    "unit": _("của đơn vị mình"),
    "province": _("trong tỉnh mình"),
    "administered": _("tài khoản trong phạm vi quản trị, không phải của mình"),
    "reached": _("tài khoản có vị trí trong phạm vi quản trị, và có vị trí được giám sát ở nơi khác"),
    "holder": _("về tài khoản của mình"),
    "office": _("của đơn vị, địa bàn mình phụ trách, không phải về mình"),
    "confirmer": _("đã được người khác duyệt, chờ người thứ hai xác nhận"),
    "second": _("trong tỉnh mình, khi người khác đã soát xét trước"),
    "filed": _("đơn vị mình gửi"),
    "party": _("có đơn vị mình, hoặc thuộc phạm vi của đơn vị mình"),
    "public": _("văn bản đã ký, công khai"),
}

SCHOOL = {PRINCIPAL: "school", OFFICER: "school"}
# In a case that concerns the school's leadership the managing body may do what the school does (practice.md 2.3).
SCHOOL_PART = SCHOOL | {CULTURE: "stand_in", GUARDIAN: "stand_in", DOET: "stand_in"}
POLICE = {DESK: "to", CHIEF: "to", REVIEWER: "to", SUPERVISOR: "to"}
SCHOOL_PART_WRITER = dict.fromkeys(SCHOOL_PART, "writer")
GLASS_USERS = (DESK, CHIEF, REVIEWER, SUPERVISOR, CULTURE, GUARDIAN, DOET)
OPENERS = (PRINCIPAL, OFFICER, *GLASS_USERS)
EVERYBODY = {role: "any" for role in Role}
PRINTERS = {role: "own" for role in Role}

GRANTS: dict[str, dict[str, str]] = {
    # the ground
    "home.read": EVERYBODY,
    "notice.read": {role: "own" for role in Role},
    "area.read": EVERYBODY,
    "policy.read": EVERYBODY,
    "mailbox.read": EVERYBODY,
    "paper.order": EVERYBODY,  # of a thing that its own act lets one print
    "paper.read": PRINTERS,
    "paper.download": PRINTERS,
    "paper.retry": PRINTERS,
    "paper.finish": {SERVICE: "any"},
    "paper.expire": {SERVICE: "any"},
    "account.list": {SYSADMIN: "any", DPO: "any"},
    "account.read": {SYSADMIN: "administered reached own", DPO: "administered reached own"},
    "account.invite": {SYSADMIN: "administered"},
    "account.suspend": {SYSADMIN: "administered reached", SERVICE: "any"},
    "account.reopen": {SYSADMIN: "administered"},
    "account.end": {SYSADMIN: "administered reached"},
    "account.review": {SYSADMIN: "any"},
    "account.propose": {PRINCIPAL: "any", CHIEF: "any", SUPERVISOR: "any", GUARDIAN: "any", SYSADMIN: "any"},
    "account.ask_reset": EVERYBODY,
    "account_request.list": EVERYBODY,
    "account_request.read": {role: "own holder" for role in Role} | dict.fromkeys((*HEADS_OF_UNITS, SYSADMIN), "own holder office"),
    "account_request.approve": {SYSADMIN: "office"},
    "account_request.confirm": dict.fromkeys((*HEADS_OF_UNITS, SYSADMIN), "confirmer"),
    "account_request.finish": {SERVICE: "any"},
    "account_request.refuse": dict.fromkeys(HEADS_OF_UNITS, "confirmer") | {SYSADMIN: "office"},
    "account_request.withdraw": {role: "own" for role in Role},
    "register.import": {SYSADMIN: "any", DOET: "any"},
    "register.import_schools": {SYSADMIN: "any", DOET: "any"},
    "register.import_bodies": {SYSADMIN: "any"},
    "register.import_accounts": {SYSADMIN: "any"},
    "register.read": {SYSADMIN: "own", DOET: "own"},
    "register.confirm": {SYSADMIN: "own", DOET: "own"},
    "handover.list": {DOET: "any", DOET_HEAD: "any"},
    "handover.read": {DOET: "province", DOET_HEAD: "province"},
    "handover.record": {DOET: "any", SERVICE: "any"},
    "handover.print": {DOET: "province", DOET_HEAD: "province"},
    "staff_handover.list": EVERYBODY,
    "staff_handover.record": EVERYBODY,  # his own work; as head of a unit that of its staff (coordination/people/staff_handovers.py)
    "staff_handover.read": {role: "own" for role in Role} | dict.fromkeys(HEADS_OF_UNITS, "own unit"),
    "staff_handover.print": {role: "own" for role in Role} | dict.fromkeys(HEADS_OF_UNITS, "own unit"),
    # the life of data (security.md 3.2, table D)
    "keeping.read": EVERYBODY,
    "hold.list": {CHIEF: "any", SUPERVISOR: "any", GUARDIAN: "any", DPO: "any"},
    "hold.read": {CHIEF: "own", SUPERVISOR: "own to", GUARDIAN: "own", DPO: "province"},
    "hold.place": EVERYBODY,  # of a thing that hold.ask or hold.set lets one hold
    "hold.ask": {CHIEF: "referred"},
    "hold.set": {SUPERVISOR: "referred to", GUARDIAN: "managing department own"},
    "hold.decline": {SUPERVISOR: "to"},
    "hold.lift": {SUPERVISOR: "to", GUARDIAN: "own"},
    "disposal.list": {GUARDIAN: "any", DPO: "any"},
    "disposal.read": {GUARDIAN: "to", DPO: "province"},
    "disposal.review": {GUARDIAN: "to"},
    "disposal.approve": {DPO: "second"},
    "disposal.refuse": {GUARDIAN: "to", DPO: "province"},
    "disposal.carry_out": {SERVICE: "any"},
    "disposal.print": {GUARDIAN: "to", DPO: "province"},
    "request.list": {PRINCIPAL: "any", GUARDIAN: "any", DPO: "any"},
    "request.ask": {PRINCIPAL: "any", DPO: "any"},
    "request.read": {PRINCIPAL: "own", GUARDIAN: "to", DPO: "province"},
    "request.acknowledge": {DPO: "province"},
    "request.prepare": {GUARDIAN: "to"},
    "request.finish": {DPO: "second"},
    "request.refuse": {DPO: "province"},
    "request.extend": {DPO: "province"},
    "export.prepare": {GUARDIAN: "to"},
    "export.read": {GUARDIAN: "to", DPO: "province"},
    "export.approve": {DPO: "second"},
    "export.refuse": {DPO: "province"},
    "export.gather": {SERVICE: "any"},
    "export.take": {GUARDIAN: "to"},
    "export.hand_over": {GUARDIAN: "to"},
    "breach.list": {DPO: "any"},
    "breach.record": {DPO: "any"},
    "breach.read": {DPO: "province"},
    "breach.tell_first": {DPO: "province"},
    "breach.notify": {DPO: "province"},
    "breach.close": {DPO: "province"},
    "duty.discharge": {SERVICE: "any"},
    "duty.confirm": {SERVICE: "any"},
    "duty.waive": {SERVICE: "any"},
    "duty.lapse": {SERVICE: "any"},
    # the trail (security.md 3.2, table D)
    "trail.read": {CHIEF: "any", SUPERVISOR: "any", GUARDIAN: "any", DPO: "any", SYSADMIN: "any"},
    "trail.own": EVERYBODY,
    "trail.checkpoint": {CHIEF: "any", SUPERVISOR: "any", GUARDIAN: "any", DOET_HEAD: "any", DPO: "any"},
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
    "incident.discard": {PRINCIPAL: "own", OFFICER: "own", SERVICE: "any"},
    "incident.read": SCHOOL | {OFFICER: "school colleague", DESK: "referred copy", CHIEF: "referred copy", REVIEWER: "referred", SUPERVISOR: "referred", CULTURE: "managing", GUARDIAN: "managing department", DOET: "managing department", DOET_HEAD: "managing department ruler"},
    "incident.read_text": SCHOOL_PART | {DESK: "referred copy", CHIEF: "referred copy", REVIEWER: "referred", SUPERVISOR: "referred"},
    "incident.read_restricted": {PRINCIPAL: "school", OFFICER: "own stand_in", CULTURE: "stand_in", GUARDIAN: "stand_in", DOET: "stand_in", DESK: "referred", CHIEF: "referred", REVIEWER: "referred", SUPERVISOR: "referred"},
    "incident.flag": SCHOOL_PART | {GUARDIAN: "managing stand_in"},
    "incident.ask_to_flag": {CULTURE: "managing", DOET: "managing department"},
    "incident.complete": SCHOOL_PART,
    "incident.amend": SCHOOL_PART,
    "incident.call": SCHOOL_PART,
    "incident.withdraw": {PRINCIPAL: "school", OFFICER: "own stand_in", CULTURE: "stand_in", GUARDIAN: "stand_in", DOET: "stand_in"},
    "incident.merge": SCHOOL_PART,
    "incident.keep_out": {OFFICER: "school", CULTURE: "managing", GUARDIAN: "managing", DOET: "managing"},
    "incident.tell_head": {OFFICER: "own stand_in", GUARDIAN: "stand_in", CHIEF: "referred"},
    "incident.look": {CULTURE: "managing", GUARDIAN: "managing", DOET: "managing"},
    "incident.close": {PRINCIPAL: "school", OFFICER: "stand_in", CULTURE: "stand_in", GUARDIAN: "stand_in", DOET: "stand_in", SERVICE: "any"},
    "incident.print": SCHOOL,
    "incident.proceedings": dict.fromkeys((DESK, CHIEF, REVIEWER, SUPERVISOR), "referred"),
    "person.add": SCHOOL_PART,
    "person.open": {PRINCIPAL: "school", OFFICER: "own stand_in", CULTURE: "stand_in granted", GUARDIAN: "managing stand_in", DOET: "stand_in granted", DESK: "handler", CHIEF: "referred", REVIEWER: "handler", SUPERVISOR: "referred"},
    "person.close": {PRINCIPAL: "school", OFFICER: "own stand_in", CULTURE: "managing", GUARDIAN: "managing", DOET: "managing", DESK: "referred", CHIEF: "referred", REVIEWER: "referred", SUPERVISOR: "referred"},
    "person.history": {role: "any" for role in OPENERS},
    "person.request": {CULTURE: "managing", DOET: "managing"},
    "person.requests": {CULTURE: "any", DOET: "any", GUARDIAN: "any"},
    "person.read_request": {CULTURE: "own", DOET: "own", GUARDIAN: "approver"},
    "person.grant": {GUARDIAN: "approver"},
    "person.refuse": {GUARDIAN: "approver"},
    "person.revoke": {GUARDIAN: "approver"},
    "informant.write": SCHOOL_PART | dict.fromkeys((DESK, CHIEF, REVIEWER, SUPERVISOR), "referred"),
    "informant.read": SCHOOL_PART_WRITER | dict.fromkeys((DESK, CHIEF, REVIEWER, SUPERVISOR), "handler writer"),
    # break-glass (security.md 3.3 and table D)
    "glass.mine": {role: "any" for role in GLASS_USERS},
    "glass.break": {role: "any" for role in GLASS_USERS},
    "glass.read": {role: "own" for role in GLASS_USERS},
    "glass.close": {role: "own" for role in GLASS_USERS},
    "glass.reviews": {CHIEF: "any", SUPERVISOR: "any", GUARDIAN: "any", DPO: "any"},
    "glass.review": {CHIEF: "reviewer", SUPERVISOR: "reviewer", GUARDIAN: "reviewer", DPO: "overseer"},
    "glass.restore": {DPO: "overseer"},
    "person.receipts": {PRINCIPAL: "school", OFFICER: "stand_in", CULTURE: "stand_in", GUARDIAN: "stand_in", DOET: "stand_in"},
    "attachment.send": SCHOOL_PART | {DESK: "handler", CHIEF: "referred", REVIEWER: "handler", SUPERVISOR: "referred"},
    "attachment.read": {PRINCIPAL: "school", OFFICER: "own stand_in", CULTURE: "stand_in granted", GUARDIAN: "managing stand_in", DOET: "stand_in granted", DESK: "handler", CHIEF: "referred", REVIEWER: "handler", SUPERVISOR: "referred"},
    "attachment.read_original": {DESK: "handler", CHIEF: "referred", REVIEWER: "handler", SUPERVISOR: "referred"},
    "attachment.verify": {GUARDIAN: "managing stand_in", DESK: "handler", CHIEF: "referred", REVIEWER: "handler", SUPERVISOR: "referred"},
    "attachment.take_down": {PRINCIPAL: "filed", OFFICER: "stand_in", CULTURE: "stand_in", GUARDIAN: "stand_in", DOET: "stand_in", CHIEF: "filed", SUPERVISOR: "filed"},
    "attachment.clear": {SERVICE: "any"},
    "attachment.let_pass": {SERVICE: "any"},
    "attachment.block": {SERVICE: "any"},
    "attachment.destroy": {SERVICE: "any"},
    # referral
    "referral.list": {DESK: "any", CHIEF: "any", REVIEWER: "any", SUPERVISOR: "any"},
    "referral.read": POLICE | SCHOOL | {CULTURE: "managing", GUARDIAN: "managing department", DOET: "managing department", DOET_HEAD: "managing department ruler"},
    "referral.see": POLICE,
    "referral.receive": POLICE,
    "referral.assign": {CHIEF: "to", SUPERVISOR: "to"},
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
    "account.invite": 15,
    "account.reopen": 15,
    "account_request.approve": 15,
    "account_request.confirm": 15,
    "person.open": 15,
    "attachment.read": 15,
    "attachment.read_original": 15,
    "person.grant": 15,
    "informant.read": 15,
    "glass.break": 5,
    "paper.order": 15,
    "report.order": 15,
    "report.issue": 5,
    "report.sign": 5,
    "agreement.sign": 5,
    "hold.place": 15,
    "hold.set": 15,
    "hold.lift": 15,
    "disposal.review": 15,
    "disposal.approve": 5,
    "request.finish": 5,
    "export.prepare": 15,
    "export.approve": 5,
    "export.take": 5,
    "breach.notify": 15,
}

# What shows sealed things of a case, and of which level (security.md 2.1): one line of the trail for each answer.
SEALED_READS: dict[str, str] = {
    "incident.read": "L3",
    "glass.read": "L4",
    "incident.submit": "L3",  # a draft opened again
    "referral.reply": "L3",
    "attachment.read": "L3",
    "attachment.read_original": "L3",
    "referral.rule": "L3",
    "paper.download": "L3",
    "trail.read": "K",
    "hold.read": "L3",
    "request.read": "L3",
    "export.take": "L3",
    "breach.read": "L3",
}

TABLE: dict[tuple[str, str], frozenset[str]] = {(role, act): frozenset(cell.split()) for act, cells in GRANTS.items() for role, cell in cells.items()}


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
