"""The arithmetic of the trail: what a line says as bytes, leaves, trees, the chain of seals. Plain functions over plain values."""

import hashlib
import json
from collections.abc import Sequence

LEAF, SEAL = b"portal-trail-v1|", b"portal-seal-v2|"
GENESIS = bytes(32)
ABOVE_ALL = 2**63 - 1  # behind the number and the position of every line

encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
quoted = json.encoder.encode_basestring


def content_of(uid: str, recorded: str, happened: str, actor: int | str | None, post: str, act: str, model: str, about: int | str | None, request: str, detail: str, code: str, wrote: str) -> str:
    """Everything a line says, as canonical JSON; hours are given as seconds, `detail` and `wrote` as canonical JSON. Written out because verification does it for every line."""
    where = f'"code":{quoted(code)},' if code else ""
    rows = "" if wrote == "{}" else f',"wrote":{wrote}'
    return (
        f'{{"act":{quoted(act)},"actor":{"null" if actor is None else actor},{where}"detail":{detail},"happened_at":{happened},'
        f'"id":{"null" if about is None else about},"model":{quoted(model)},"post":{quoted(post)},"recorded_at":{recorded},'
        f'"request":{quoted(request)},"uid":{quoted(uid)}{rows}}}'
    )


def leaf_of(content: str) -> bytes:
    """SHA-256 over what a line says."""
    return hashlib.sha256(LEAF + content.encode("utf-8", "surrogatepass")).digest()


def node_of(pk: int, position: int, leaf: bytes) -> bytes:
    """A line as a leaf of its seal's tree: its place counts too."""
    return hashlib.sha256(b"\0%d|%d|" % (pk, position) + leaf).digest()


def level_above(nodes: Sequence[bytes]) -> list[bytes]:
    """One level up: pairs are hashed, one that is left over moves up as it is (the tree of RFC 9162)."""
    return [hashlib.sha256(b"\1" + left + right).digest() for left, right in zip(nodes[::2], nodes[1::2], strict=False)] + list(nodes[len(nodes) // 2 * 2 :])


def tree_of(nodes: Sequence[bytes]) -> bytes:
    """The root of a tree of at least one node."""
    while len(nodes) > 1:
        nodes = level_above(nodes)
    return nodes[0]


def path_of(nodes: Sequence[bytes], place: int) -> list[tuple[str, str]]:
    """What must be hashed to one's left ("L") or right ("R") on the way up from a place to the root."""
    path = []
    while len(nodes) > 1:
        beside = place ^ 1
        if beside < len(nodes):
            path.append(("L" if beside < place else "R", nodes[beside].hex()))
        nodes, place = level_above(nodes), place // 2
    return path


def root_of(before: bytes, first: int, last: int, lines: int, tree: bytes) -> bytes:
    """The root of a seal: the chain so far, the range, how many lines, their tree."""
    return hashlib.sha256(SEAL + before + b"%d|%d|%d|" % (first, last, lines) + tree).digest()


def flat_root_of(before: bytes, first: int, last: int, leaves: Sequence[bytes]) -> bytes:
    """The root of a seal of the first days, which hashed its leaves in a row."""
    return hashlib.sha256(LEAF + before + b"%d|%d|" % (first, last) + b"".join(leaves)).digest()
