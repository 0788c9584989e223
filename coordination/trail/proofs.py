"""A proof for outsiders: that one line stood in the trail when a checkpoint was signed. docs/check-proof.py checks it without the portal."""

from typing import Any

from coordination.models.trail import TrailCheckpoint, TrailLine, TrailSeal
from coordination.trail import tree
from coordination.trail.checkpoints import Checkpoint, parse
from coordination.trail.sealing import nodes_between
from coordination.trail.verifying import content_of, rows_between


class NotYet(Exception):
    """The line cannot be proved, with the reason in words."""


def prove(line: TrailLine) -> dict[str, Any]:
    """The line, its way up its seal's tree, the links from there to the next checkpoint, and the checkpoint."""
    seal = TrailSeal.objects.filter(first__lte=line.position, last__gt=line.position).first()
    if seal is None:
        raise NotYet("the line is not sealed yet; the next seal comes within seconds")
    if seal.tree is None:
        raise NotYet("the line was sealed before single proofs were kept; verify the whole trail instead")
    point = checkpoint_behind(seal)
    nodes = nodes_between(seal.first, seal.last)
    row = next(row for row in rows_between(line.position, line.position + 1) if row[0] == str(line.pk))
    links = TrailSeal.objects.filter(last__gt=seal.last, last__lte=point.last).order_by("last")
    return {
        "line": content_of(row),
        "id": line.pk,
        "position": line.position,
        "path": tree.path_of(nodes, nodes.index(tree.node_of(line.pk, line.position, bytes(line.leaf)))),
        "before": bytes(seal.before).hex(),
        "seal": [seal.first, seal.last, seal.lines],
        "links": [[link.first, link.last, link.lines, bytes(link.tree).hex()] for link in links],
        "checkpoint": point.text,
    }


def checkpoint_behind(seal: TrailSeal) -> Checkpoint:
    """The first checkpoint that covers a seal."""
    for text in TrailCheckpoint.objects.order_by("pk").values_list("text", flat=True):
        point = parse(text)
        if point.last >= seal.last:
            return point
    raise NotYet("no checkpoint covers the line yet; `audit checkpoint` makes one")
