"""The sealer: every ten seconds the lines whose transactions have certainly ended become one more link of the chain."""

from django.db import connection, transaction

from coordination.models.trail import TrailLine, TrailSeal
from coordination.trail import tree

LOCK = 4_021_981


@transaction.atomic
def seal() -> TrailSeal | None:
    """Chain every line whose transaction has certainly ended, under SYSTEM. Two sealers at once wait for each other; no writer waits."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        last = cursor.fetchone()[0]
    newest = TrailSeal.objects.order_by("-last").first()
    first, before = (newest.last, bytes(newest.root)) if newest else (0, tree.GENESIS)
    nodes = nodes_between(first, last)
    if not nodes:
        return None
    top = tree.tree_of(nodes)
    return TrailSeal.objects.create(first=first, last=last, lines=len(nodes), before=before, tree=top, root=tree.root_of(before, first, last, len(nodes), top))


def nodes_between(first: int, last: int) -> list[bytes]:
    """The lines of a range of positions, in order, as leaves of their tree."""
    lines = TrailLine.objects.filter(position__gte=first, position__lt=last).order_by("position", "pk").values_list("pk", "position", "leaf")
    return [tree.node_of(pk, position, bytes(leaf)) for pk, position, leaf in lines.iterator(chunk_size=5000)]
