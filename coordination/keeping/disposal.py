"""Destruction: the loop proposes once a month, two people agree, a worker carries it out in small transactions, a record is printed (privacy.md 6)."""

from collections import defaultdict
from typing import Any

from django.db import transaction

from coordination import audit, clocks, duties, jobs, notices
from coordination.keeping import holds
from coordination.keeping.retention import Due, keeper_of, keepers
from coordination.models import SYSTEM, Appointment, DisposalBatch, DisposalItem, Organisation
from coordination.models.keeping import BatchStatus
from coordination.models.notices import NoticeKind
from coordination.people.postings import dpo_of, guardian_of
from coordination.scope import beyond_the_reader
from coordination.workflow import move

REVIEW, APPROVE = "review_disposal", "approve_disposal"
REVIEW_CLOCK = APPROVE_CLOCK = "office:10d"
MOST_IN_A_BATCH = 500
AT_ONCE = 25
RUNNING = (BatchStatus.PROPOSED, BatchStatus.REVIEWED, BatchStatus.APPROVED)


def items_of(batch: DisposalBatch, actor: Any) -> Any:
    """The things of a batch as far as a reader sees them, by rule and code."""
    return DisposalItem.objects.visible_to(actor).filter(batch=batch).order_by("rule", "due_on", "about_code")


# Proposing


def propose() -> int:
    """The loop's chore, as SYSTEM: for every body one batch a month of what its time is over and what nobody holds. Says how many."""
    today = clocks.today()
    found: dict[tuple[int, int], list[Due]] = defaultdict(list)
    for keeper in keepers():
        apart = set(under_way(keeper.label))
        for due in keeper.due(today):
            if due.about_id not in apart:
                found[(due.body_id, due.department_id)].append(due)
    return sum(propose_for(body, department, due) for (body, department), due in sorted(found.items()))


def under_way(label: str) -> Any:
    """What already lies in a batch that is not over."""
    items = DisposalItem.objects.unscoped("what is proposed once is not proposed again").filter(about_model=label, batch__status__in=RUNNING)
    return items.values_list("about_id", flat=True)


@transaction.atomic
def propose_for(body_id: int, department_id: int, due: list[Due]) -> bool:
    """One body's batch of the month, unless there is one; its reviewer owes a look."""
    body, department = (Organisation.objects.select_related("unit").get(pk=pk) for pk in (body_id, department_id))
    reviewer = guardian_of(body, department, {user for each in due[:MOST_IN_A_BATCH] for user in each.kept_out})
    office = reviewer.organisation.body_id
    batch, made = DisposalBatch.objects.visible_to(SYSTEM).get_or_create(
        body=body, department=department, month=clocks.today().replace(day=1), defaults={"office_id": office, "parties": sorted({office, department.pk}), "proposed_at": clocks.now()}
    )
    if not made:
        return False
    DisposalItem.objects.bulk_create(
        DisposalItem(batch=batch, about_model=each.about_model, about_id=each.about_id, about_code=each.code, rule=each.rule, due_on=each.due_on, kept_out=list(each.kept_out))
        for each in due[:MOST_IN_A_BATCH]
    )
    duties.open(REVIEW, batch, owed_by=reviewer, clock=REVIEW_CLOCK, parties=batch.parties)
    notices.tell(reviewer, NoticeKind.DISPOSAL_PROPOSED, batch)
    audit.record("propose", batch, by=SYSTEM, items=min(len(due), MOST_IN_A_BATCH))
    return True


# Two people


def leave_unseen(batch: DisposalBatch, by: Appointment) -> None:
    """Nobody agrees to what he does not see: things kept from whoever looks leave the batch without a word, and are proposed again later."""
    with beyond_the_reader("what is kept from the reader is not in his sight"):
        DisposalItem.objects.unscoped("things of a batch that its reader may not know of").filter(batch=batch, kept_out__contains=[by.user_id]).delete()


@transaction.atomic
def review(batch: DisposalBatch, *, by: Appointment) -> DisposalBatch:
    """The first of two: child protection of the office has looked at every code; the data-protection officer is asked."""
    reviewed = move(batch, "review", by=by, reviewed_by=by, reviewed_at=clocks.now())
    leave_unseen(reviewed, by)
    duties.discharge(REVIEW, reviewed)
    officer = dpo_of(reviewed.department)
    duties.open(APPROVE, reviewed, owed_by=officer, clock=APPROVE_CLOCK, parties=reviewed.parties)
    notices.tell(officer, NoticeKind.DISPOSAL_REVIEWED, reviewed)
    return reviewed


@transaction.atomic
def approve(batch: DisposalBatch, *, by: Appointment) -> DisposalBatch:
    """The second of two, never the first: the worker may begin."""
    approved = move(batch, "approve", by=by, approved_by=by, approved_at=clocks.now())
    leave_unseen(approved, by)
    duties.discharge(APPROVE, approved)
    jobs.add("dispose", approved.pk, key=f"dispose:{approved.pk}:0")
    return approved


@transaction.atomic
def refuse(batch: DisposalBatch, *, by: Appointment, reason: str) -> DisposalBatch:
    """Nothing of the batch is destroyed; next month proposes again what is then over."""
    refused = move(batch, "refuse", by=by, refused_at=clocks.now(), refusal=reason)
    for kind in (REVIEW, APPROVE):
        duties.discharge(kind, refused)
    return refused


# Carrying out


@transaction.atomic
def carry_on(batch_id: int) -> bool:
    """The worker's part, as SYSTEM: the next few things, each locked, asked again, emptied. Whether more is left.

    What was done stays done: a second delivery finds it marked and goes on behind it.
    """
    batch = DisposalBatch.objects.visible_to(SYSTEM).filter(pk=batch_id, status=BatchStatus.APPROVED).first()
    if batch is None:
        return False
    waiting = items_of(batch, SYSTEM).filter(done_at=None).order_by("pk")
    for item in waiting.select_for_update(of=("self",))[:AT_ONCE]:
        carry_out(item)
    last = waiting.order_by("pk").first()
    if last:
        jobs.add("dispose", batch.pk, key=f"dispose:{batch.pk}:{last.pk}")
        return True
    over = move(batch, "carry_out", by=SYSTEM, carried_out_at=clocks.now())
    for post in (over.reviewed_by.post, over.approved_by.post):
        notices.tell(post, NoticeKind.DISPOSAL_DONE, over)
    return False


def carry_out(item: DisposalItem) -> None:
    """Empty one thing, unless it is held by now or its time is no longer over: the hold and this wait for the same lock."""
    keeper = keeper_of(item.about_model)
    thing = keeper.lock(item.about_id)
    if holds.is_held(keeper.holder(thing)):
        item.left_out = DisposalItem.LeftOut.HELD
    elif (due_on := keeper.due_on(thing, item.rule)) is None or due_on > clocks.today():
        item.left_out = DisposalItem.LeftOut.CHANGED
    else:
        done = keeper.empty(thing, item.rule)
        item.people, item.texts = done.people, done.texts
        audit.record("dispose", thing, by=SYSTEM, batch=item.batch_id, rule=item.rule, people=done.people, texts=done.texts)
    item.done_at = clocks.now()
    item.save(update_fields=["done_at", "left_out", "people", "texts"])
