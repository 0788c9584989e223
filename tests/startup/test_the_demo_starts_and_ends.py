"""`manage.py demo`: one at a time, with data that fit the code, ended cleanly by a signal."""

import http.client
import os
import signal
import subprocess
from collections.abc import Callable

import pytest


pytestmark = pytest.mark.faults

def address_of(demo: subprocess.Popen[str]) -> str:
    """Read what the demo prints until it has named its address."""
    lines = []
    while not lines or not lines[-1].startswith("http://"):
        lines.append(demo.stdout.readline())
        assert lines[-1], demo.stderr.read()
    assert any("hieutruong  Hiệu trưởng  Trường mẫu  mật khẩu" in line for line in lines)
    return lines[-1].strip()


def answers(address: str) -> bool:
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def test_the_demo_serves_heals_shares_and_ends(checkout, until: Callable[..., None]) -> None:
    demo = checkout.start("demo")
    address = address_of(demo)
    assert answers(address)
    assert checkout.calls()[:3] == ["migrate", "load_reference", "load_demo"]

    again = checkout.say("demo")
    assert again.returncode == 1
    assert f"running already: {address}" in again.stderr

    beside = checkout.say("stack", "--", "sh", "-c", "echo $DEMO $PORTAL_ORIGIN")
    assert beside.stdout == f"true {address}\n"
    assert answers(address)

    masters = [pid for pid, command in checkout.alive().items() if "gunicorn" in command]
    os.kill(min(masters), signal.SIGKILL)
    until(lambda: not set(masters) & set(checkout.alive()))
    until(lambda: answers(address))

    demo.send_signal(signal.SIGTERM)
    demo.communicate(timeout=40)
    assert demo.returncode == 0
    assert checkout.alive() == {}


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_ctrl_c_and_even_a_kill_leave_no_part_running(checkout, until: Callable[..., None], ending: signal.Signals) -> None:
    demo = checkout.start("demo")
    address_of(demo)
    (os.killpg if ending is signal.SIGINT else os.kill)(demo.pid, ending)
    demo.communicate(timeout=40)
    until(lambda: not [command for command in checkout.alive().values() if "python" in command])
    checkout.say("stack", "--", "true")
    assert checkout.alive() == {}


def test_older_data_are_set_aside_and_loaded_anew(checkout) -> None:
    checkout.say("stack", "--", "true")
    checkout.state.note(demo="the code of last month")
    (checkout.state.media / "old.pdf").touch()
    demo = checkout.start("demo")
    address_of(demo)
    demo.send_signal(signal.SIGTERM)
    assert "older than this code" in demo.communicate(timeout=40)[1]
    assert (checkout.state.folder.with_suffix(".before") / "media" / "old.pdf").exists()
    assert not (checkout.state.media / "old.pdf").exists()


def test_a_loading_that_broke_off_is_shown_and_begun_again(checkout) -> None:
    (checkout.root / "broken").touch()
    failed = checkout.say("demo")
    assert failed.returncode == 1
    assert "no such school" in failed.stderr
    assert checkout.alive() == {}
    (checkout.root / "broken").unlink()
    demo = checkout.start("demo")
    address_of(demo)
    assert checkout.calls().count("load_demo") == 2


def test_a_second_start_loads_nothing_and_fresh_loads_everything(checkout) -> None:
    for words, loaded in ((["demo"], 1), (["demo"], 1), (["demo", "--fresh"], 2)):
        demo = checkout.start(*words)
        address_of(demo)
        demo.send_signal(signal.SIGTERM)
        demo.communicate(timeout=40)
        assert checkout.calls().count("load_demo") == loaded
