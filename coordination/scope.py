"""Querysets that will not run until they know for whom, and the reader that PostgreSQL holds them to."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from django.db import connection, models, transaction
from django.db.models import sql


class ScopeMissing(Exception):
    """A scoped queryset was about to become SQL without a reader."""


class ScopedQuery(sql.Query):
    """A query that refuses to compile until somebody said for whom."""

    scope_known = False

    def require_scope(self) -> None:
        """Raise unless visible_to() or unscoped() was called on the way here."""
        if not self.scope_known:
            raise ScopeMissing(f"{self.model.__name__}: call visible_to(actor) first")

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        """The only way to SQL for reads; inserts build their own query class and pass."""
        self.require_scope()
        return super().get_compiler(*args, **kwargs)

    def chain(self, klass: type | None = None) -> Any:
        """Keep the answer through clones, also when Django changes the class for update and delete."""
        clone = super().chain(klass)
        clone.scope_known = self.scope_known
        return clone

    def combine(self, rhs: Any, connector: str) -> None:
        """`|` and `&` know their scope only when both sides do."""
        super().combine(rhs, connector)
        self.scope_known = self.scope_known and getattr(rhs, "scope_known", True)


class ScopedQuerySet(models.QuerySet):
    """The base of every queryset over records: filter at will, run only when scoped."""

    def __init__(self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None) -> None:
        super().__init__(model, query or ScopedQuery(model), using, hints)

    def visible_to(self, actor: Any) -> Self:
        """The rows this appointment may see (Model.scope_for); everything for SYSTEM; nothing for nobody."""
        rows = self._scoped()
        if actor is None:
            return rows.none()
        return rows if actor.is_system else rows.filter(self.model.scope_for(actor))

    def unscoped(self, reason: str) -> Self:
        """Every row, for a stated reason. Rare: a test lists the files that may say it."""
        if not reason:
            raise ScopeMissing("unscoped() needs a reason")
        return self._scoped()

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        """Never: SQL written by hand goes round the scope."""
        raise ScopeMissing("raw() goes round the scope")

    def _scoped(self) -> Self:
        rows = self._chain()
        rows.query.scope_known = True
        return rows

    def update(self, **kwargs: Any) -> int:
        """Refused without scope; never used for status (workflow.move is)."""
        self.query.require_scope()
        return super().update(**kwargs)

    update.alters_data = True

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused without scope."""
        self.query.require_scope()
        return super().delete()

    delete.alters_data = True


class ScopedManager(models.Manager.from_queryset(ScopedQuerySet)):
    """The default manager of a record model."""


def set_reader(actor: Any) -> None:
    """Tell PostgreSQL for whom this transaction reads; row-level security does the rest (ground.md 24).

    The setting is local to the transaction, so a pooled connection never carries a reader over.
    """
    system = actor.is_system
    values = ("system", "", "") if system else (str(actor.pk), str(actor.body_id), str(actor.organisation.unit_id or ""))
    role = "portal_police" if not system and actor.is_police else "portal_app"
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('portal.reader', %s, true), set_config('portal.body', %s, true), set_config('portal.unit', %s, true), set_config('role', %s, true)",
            [*values, role],
        )


READER = ("portal.reader", "portal.body", "portal.unit", "role")


@contextmanager
def reading_as(actor: Any) -> Iterator[None]:
    """A transaction in which PostgreSQL shows the rows of this actor and no others; inside another reader's, his stands again after."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        before = reader_now() if nested else None
        set_reader(actor)
        yield
        if before:
            restore_reader(before)


@contextmanager
def beyond_the_reader(reason: str) -> Iterator[None]:
    """For the few writes that reach another post (its duty, its notice): the wall steps aside, then stands again."""
    if not reason:
        raise ScopeMissing("beyond_the_reader() needs a reason")
    with transaction.atomic():
        before = reader_now()
        with connection.cursor() as cursor:
            cursor.execute("select set_config('portal.reader', 'system', true), set_config('role', 'portal_app', true)")
        yield
        restore_reader(before)


def reader_now() -> tuple[str, ...]:
    """The settings PostgreSQL reads for whom by, as they stand."""
    with connection.cursor() as cursor:
        cursor.execute("select " + ", ".join(f"coalesce(current_setting('{name}', true), '')" for name in READER))
        return cursor.fetchone()


def restore_reader(before: tuple[str, ...]) -> None:
    """Put the settings back, for the rest of the transaction."""
    values = [value or ("none" if name == "role" else "") for name, value in zip(READER, before, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute("select " + ", ".join(f"set_config('{name}', %s, true)" for name in READER), values)
