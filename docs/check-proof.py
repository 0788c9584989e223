#!/usr/bin/env python3
"""Check that a line stood in the portal's trail when a checkpoint was signed. Needs Python alone, neither the portal nor its database.

    python3 check-proof.py PROOF.json PUBLICKEY

PROOF.json is what `audit prove` printed. PUBLICKEY is the portal's key in hex, as it stands in the checkpoints that you were given
before. Says what the line says and exits with 0, or says what does not fit and exits with 1.
"""

import base64
import hashlib
import json
import sys

# Ed25519 as in RFC 8032, for checking alone: the curve -x² + y² = 1 + d·x²·y² over the field of 2²⁵⁵ - 19.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def sha256(data):
    return hashlib.sha256(data).digest()


def add(a, b):
    """Two points (X, Y, Z, X·Y/Z) of the curve added."""
    e, f = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    g, h = 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    w, x, y, z = f - e, h - g, h + g, f + e
    return (w * x % P, y * z % P, x * y % P, w * z % P)


def times(number, point):
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = add(total, point)
        point, number = add(point, point), number >> 1
    return total


def point_of(packed):
    """A point from its 32 bytes: y, and the last bit of x."""
    y = int.from_bytes(packed, "little")
    odd, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or y >= P or len(packed) != 32:
        sys.exit("not a point of the curve")
    return (P - x if x & 1 != odd else x, y, 1, (P - x if x & 1 != odd else x) * y % P)


BASE = point_of((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def signature_holds(key, message, signature):
    number = int.from_bytes(signature[32:], "little")
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    left, right = times(number, BASE), add(point_of(signature[:32]), times(challenge, point_of(key)))
    same = (left[0] * right[2] - right[0] * left[2]) % P == 0 == (left[1] * right[2] - right[1] * left[2]) % P
    return len(signature) == 64 and number < ORDER and same


def root_of(before, first, last, lines, tree):
    return sha256(b"portal-seal-v2|" + before + b"%d|%d|%d|" % (first, last, lines) + tree)


def proved_root(proof):
    """From the line up its tree, then along the links of the chain: the root that the checkpoint must state."""
    node = sha256(b"\0%d|%d|" % (proof["id"], proof["position"]) + sha256(b"portal-trail-v1|" + proof["line"].encode()))
    for side, other in proof["path"]:
        node = sha256(b"\1" + (bytes.fromhex(other) + node if side == "L" else node + bytes.fromhex(other)))
    root = root_of(bytes.fromhex(proof["before"]), *proof["seal"], node)
    for first, last, lines, tree in proof["links"]:
        root = root_of(root, first, last, lines, bytes.fromhex(tree))
    return root.hex()


def main(file, key):
    proof = json.load(open(file, encoding="utf-8"))
    body, signature = proof["checkpoint"].rsplit("signature ", 1)
    stated = dict(line.split(" ", 1) for line in body.splitlines()[1:])
    if not signature_holds(bytes.fromhex(key), body.encode(), base64.b64decode(signature)):
        sys.exit("The checkpoint is not signed by this key.")
    if proved_root(proof) != stated["root"]:
        sys.exit("The line did not stand under this checkpoint, or not in these words.")
    print(f"{proof['line']}\nstood in the trail of {stated['size']} lines at {stated['time']} under root {stated['root']}")


if __name__ == "__main__":
    main(*sys.argv[1:])
