"""A form that is cut on its way is no report: nothing half is stored, and the same press may be repeated (security.md 0.1, F4, F5)."""

import os
import signal
import socket
from urllib.parse import urlencode

import pytest

from tests.faults.ledger import reported
from tests.live import Live, Visitor
from tests.world import World

pytestmark = pytest.mark.faults


def raw(live: Live, visitor: Visitor, fields: dict[str, str], *, cut: int) -> bytes:
    """Send the form's request and hang up after so many bytes of its body; whatever the server still says."""
    token = visitor.token("/vu-viec/bao-nhanh/")
    body = urlencode(fields | {"csrfmiddlewaretoken": token}).encode()
    head = "\r\n".join(
        ["POST /vu-viec/bao-nhanh/ HTTP/1.1", f"Host: {live.base_url.removeprefix('http://')}", f"Cookie: {visitor.cookie_line()}", f"Origin: {live.base_url}"]
        + ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}", "Connection: close", "", ""]
    )
    with socket.create_connection(("127.0.0.1", live.listener.getsockname()[1]), timeout=20) as line:
        line.sendall(head.encode() + body[: cut if cut >= 0 else len(body) + cut])
        line.shutdown(socket.SHUT_WR)
        return line.recv(100)


@pytest.mark.parametrize("cut", [0, 1, 60, -60, -8, -1])
def test_a_form_cut_at_any_place_stores_nothing(live: Live, principal: Visitor, cut: int) -> None:
    before, form = reported(live), World().form()
    said = raw(live, principal, form, cut=cut)
    assert not said.startswith(b"HTTP/1.1 2") and not said.startswith(b"HTTP/1.1 3")
    assert reported(live) == before
    assert principal.post("/vu-viec/bao-nhanh/", form).status == 302, "and the same form, whole, is taken"
    assert reported(live) == before + 1


def test_a_web_worker_killed_is_replaced_and_the_same_press_gives_the_same_receipt(live: Live, principal: Visitor) -> None:
    form = World().form()
    first = principal.post("/vu-viec/bao-nhanh/", form)
    for pid in live.children_of(live.web):
        os.kill(pid, signal.SIGKILL)
    live.until(lambda: len(live.children_of(live.web)) == 2)
    again = principal.post("/vu-viec/bao-nhanh/", form)
    assert first.status == again.status == 302
    assert again.headers["Location"] == first.headers["Location"]
