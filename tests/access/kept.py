"""What keeping holds, for the stage: holds, batches, requests, exports and leaks, in the state from which their acts start."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from coordination.keeping import breach, disposal, holds, requests, subject
from coordination.models import SYSTEM, Breach, DataRequest, DisposalBatch, DisposalItem, Hold, SubjectExport
from coordination.models.keeping import Capacity, RequestKind
from coordination.scope import reading_as
from incidents import actions, keeping
from incidents.models import Incident
from tests.world import World

WISH = {"kind": RequestKind.SEE, "capacity": Capacity.REPRESENTATIVE, "asker": "Phụ huynh mẫu", "contact": "Địa chỉ mẫu", "case_code": "", "wish": "Xin bản sao."}
LEAK = {"serious": True, "cases": 1, "people": 2, "description": "Mất máy tính."}


@dataclass
class Kept:
    """One of each, for one reader."""

    hold: Hold
    asked: Hold
    held: Hold
    batch: DisposalBatch
    reviewed: DisposalBatch
    received: DataRequest
    acknowledged: DataRequest
    under_way: DataRequest
    prepared: SubjectExport
    ready: SubjectExport
    leak: Breach
    notified: Breach


def make(world: World, at: datetime, case: Incident, police_case: Incident, person: Any) -> tuple[Kept, Kept]:
    """The ward's: as child protection and the data-protection officer see it, and as the police do."""
    with world.acting("chief", at) as chief:
        asked = holds.place(keeping.of_cases(), case, by=chief, reason="Đang xác minh.", ends_on=None, to=world.actor("province_police_head").organisation)
    with world.acting("province_police_head", at) as head:
        held = holds.place(keeping.of_cases(), police_case, by=head, reason="Đang xác minh.", ends_on=None)
    with world.acting("guardian", at) as guardian:
        child = holds.place(keeping.of_cases(), case, by=guardian, reason="Đang theo dõi.", ends_on=None)
    reviewed = proposed(world, at - timedelta(days=40))
    with world.acting("guardian", at) as guardian:
        reviewed = disposal.review(reviewed, by=guardian)
    received, acknowledged, under_way = (asked_for(world, at, steps) for steps in range(3))
    leak, notified = (leaked(world, at) for _ in range(2))
    with world.acting("dpo", at) as officer:
        notified = breach.notify(notified, by=officer)
    prepared = exported(world, at, under_way, part="vu-viec", code=person.incident.spoken_code, who=person.pseudonym)
    ready = exported(world, at, under_way, part="tai-khoan", code="", who=world.actor("principal").user.username)
    with world.acting("dpo", at) as officer:
        subject.approve(ready, by=officer)
    with world.acting("system", at):
        subject.gather(ready.pk)
        ready = SubjectExport.objects.visible_to(SYSTEM).get(pk=ready.pk)
        keeping.CaseLife.objects.visible_to(SYSTEM).create(incident=case, proceedings_ended_on=at.date())
    rest = {"batch": proposed(world, at), "reviewed": reviewed, "received": received, "acknowledged": acknowledged, "under_way": under_way, "prepared": prepared, "ready": ready, "leak": leak, "notified": notified}
    return Kept(hold=child, asked=asked, held=child, **rest), Kept(hold=asked, asked=asked, held=held, **rest)


def proposed(world: World, at: datetime) -> DisposalBatch:
    """A batch of one forgotten draft."""
    with world.acting("other_principal", at - timedelta(days=35)) as principal:
        actions.save_draft(uuid.uuid4(), by=principal, answers={"summary": "Ghi dở."})
    with world.acting("system", at):
        disposal.propose()
        return DisposalBatch.objects.visible_to(SYSTEM).get(month=at.date().replace(day=1))


def asked_for(world: World, at: datetime, steps: int) -> DataRequest:
    """A request that the school wrote down, answered, and prepared."""
    with world.acting("principal", at) as principal:
        found = requests.record(by=principal, answers=WISH | {"received_at": at})
    if steps:
        with world.acting("dpo", at) as officer:
            found = requests.acknowledge(found, by=officer)
    if steps > 1:
        with world.acting("guardian", at) as guardian:
            found = requests.prepare(found, by=guardian, prepared="Đã tìm thấy.")
    return found


def exported(world: World, at: datetime, found: DataRequest, **who: str) -> SubjectExport:
    """An export that waits for the second person."""
    with world.acting("guardian", at) as guardian:
        return subject.prepare(found, by=guardian, **who)


def leaked(world: World, at: datetime) -> Breach:
    """A serious leak."""
    with world.acting("dpo", at) as officer:
        return breach.record(by=officer, answers=LEAK | {"discovered_at": at, "began_at": at, "ended_at": at})


def make_far(at: datetime, case: Incident, by: Any) -> Kept:
    """The same things of bodies far away, written as they lie in the tables."""
    body, department = case.jurisdiction, case.department
    parties = [body.pk, department.pk]
    with reading_as(SYSTEM):
        held = Hold.objects.visible_to(SYSTEM).create(
            kind="child", about_model="incidents.incident", about_id=case.pk, about_code=case.spoken_code, addressed_to=body, parties=parties, starts_on=at.date(), asked_by=by, asked_at=at
        )
        batch = DisposalBatch.objects.visible_to(SYSTEM).create(month=at.date().replace(day=1), body=body, office=body, department=department, parties=parties, proposed_at=at)
        DisposalItem.objects.visible_to(SYSTEM).create(batch=batch, about_model="incidents.incident", about_id=case.pk, about_code=case.spoken_code, rule="case_s1", due_on=at.date())
        asked = DataRequest.objects.visible_to(SYSTEM).create(
            kind=RequestKind.SEE, capacity=Capacity.CHILD, asked_from=by.organisation, office=body, department=department, parties=[*parties, by.body_id], received_at=at, recorded_by=by, recorded_at=at, due_at=at
        )
        export = SubjectExport.objects.visible_to(SYSTEM).create(request=asked, part="vu-viec", about_id=case.pk, about_code=case.spoken_code, who="HS-1", prepared_by=by, prepared_at=at, parties=parties)
        leak = Breach.objects.visible_to(SYSTEM).create(department=department, parties=[department.pk], discovered_at=at, began_at=at, ended_at=at, recorded_by=by, recorded_at=at)
        keeping.CaseLife.objects.visible_to(SYSTEM).create(incident=case, proceedings_ended_on=at.date())
    return Kept(held, held, held, batch, batch, asked, asked, asked, export, export, leak, leak)
