"""The acts of a list: upload, look at what it would do, confirm, throw away; what waits too long is forgotten."""

import hashlib
import json
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from coordination import audit, clocks, policy
from coordination.importing.accounts import ACCOUNTS, role_labels
from coordination.importing.bodies import BODIES, kind_labels
from coordination.importing.schools import SCHOOLS, type_labels
from coordination.importing.sheets import Plan, Sheet, cut_table, lines_of
from coordination.models import Appointment
from coordination.models.imports import ListImport
from coordination.paper.spreadsheets import read_table
from coordination.workflow import Stale

SHEETS: dict[str, Sheet] = {sheet.kind: sheet for sheet in (SCHOOLS, BODIES, ACCOUNTS)}
WORDS_OF = {SCHOOLS.kind: type_labels, BODIES.kind: kind_labels, ACCOUNTS.kind: role_labels}
KEPT = timedelta(hours=24)


def kinds_for(actor: Any) -> list[str]:
    """The kinds of list that the actor may bring in."""
    return [kind for kind, sheet in SHEETS.items() if policy.can(actor, sheet.act)]


class Faulty(Exception):
    """The list has rows that must be mended first; nothing was written. Answered 422."""


@transaction.atomic
def upload(kind: str, data: bytes, *, by: Appointment) -> ListImport:
    """Keep the rows of a file, sealed, for a day. Raises Unreadable in words when it is no such table.

    The same file brought in again while it waits is the same upload.
    """
    if not policy.can(by, SHEETS[kind].act):
        raise PermissionDenied(SHEETS[kind].act)
    table = cut_table(read_table(data), SHEETS[kind])
    now, fingerprint = clocks.now(), hashlib.sha256(data).hexdigest()
    waiting = ListImport.objects.visible_to(by).filter(kind=kind, file_hash=fingerprint, confirmed_at=None, keep_until__gt=now).first()
    if waiting:
        return waiting
    sealed = json.dumps(table, ensure_ascii=False)
    made = ListImport.objects.visible_to(by).create(kind=kind, by=by, uploaded_at=now, keep_until=now + KEPT, file_hash=fingerprint, table=sealed, rows=len(table["rows"]))
    audit.record("upload_list", made, by=by, kind=kind, rows=made.rows, file=fingerprint)
    return made


def waiting_for(actor: Any) -> Any:
    """The actor's uploads, the newest first; those that were not confirmed in time are as good as gone."""
    rows = ListImport.objects.visible_to(actor).defer("table").order_by("-uploaded_at", "-pk")
    return rows.exclude(confirmed_at=None, keep_until__lte=clocks.now())


def plan_of(item: ListImport, *, by: Appointment) -> tuple[Plan, list[str]]:
    """What the list would do as things stand now, and the columns that were left out. Raises Stale when its rows are gone."""
    if not item.table:
        raise Stale("confirmed, thrown away or forgotten")
    table, sheet = json.loads(item.table), SHEETS[item.kind]
    return sheet.check(lines_of(table, sheet), by), table["ignored"]


@transaction.atomic
def confirm(item: ListImport, *, by: Appointment) -> ListImport:
    """Write every row, or none (ORG-4). A second press finds the list confirmed and changes nothing.

    Raises Faulty while a row is wrong, Stale when somebody wrote one of its codes at the same moment or it is too late.
    """
    sheet = SHEETS[item.kind]
    if not policy.can(by, sheet.act):
        raise PermissionDenied(sheet.act)
    locked = ListImport.objects.visible_to(by).select_for_update(of=("self",)).get(pk=item.pk)
    if locked.confirmed_at:
        return locked
    if locked.keep_until <= clocks.now():
        raise Stale("kept for a day only")
    plan, _ignored = plan_of(locked, by=by)
    if plan.faults:
        raise Faulty(locked.code)
    try:
        with transaction.atomic():
            sheet.write(plan, by)
    except IntegrityError as error:
        raise Stale("written by somebody else meanwhile") from error
    locked.added, locked.already, locked.confirmed_at, locked.table = len(plan.new), plan.already, clocks.now(), ""
    locked.save(update_fields=["added", "already", "confirmed_at", "table"])
    audit.record("import_list", locked, by=by, kind=locked.kind, rows=locked.rows, added=locked.added, already=locked.already, file=locked.file_hash)
    return locked


@transaction.atomic
def discard(item: ListImport, *, by: Appointment) -> None:
    """Throw an upload away before it is confirmed."""
    locked = ListImport.objects.visible_to(by).select_for_update(of=("self",)).get(pk=item.pk)
    if locked.confirmed_at:
        raise Stale("confirmed already")
    audit.record("discard_list", locked, by=by, kind=locked.kind, rows=locked.rows)
    locked.delete()


def forget() -> int:
    """The loop's chore: what was not confirmed within its day is removed."""
    late = ListImport.objects.unscoped("the clocks forget every late upload").filter(confirmed_at=None, keep_until__lte=clocks.now())
    return late.delete()[0]
