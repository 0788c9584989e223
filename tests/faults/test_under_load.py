"""A hundred filings and a clerk's orders while something is being taken away again and again: nothing lost, nothing twice (security.md 6.6).

Long: `python3 manage.py selftest tests/faults -m long` runs it; the ordinary run leaves it out.
"""

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain

import pytest

from coordination.trail import verifying
from tests.faults.ledger import Filing, file, mailed, order, printed_once, reported, settled
from tests.live import Live, Visitor

pytestmark = [pytest.mark.faults, pytest.mark.long]
SCHOOLS = [f"hieutruong.bk-{school}" for school in ("mn-01", "th-01", "cs-01", "cs-04")]
OFFICES = ["vhxh.ducxuan", "chuyenvien.so.bk"]
EACH, CALM = 25, 3
MOST_SECONDS = 2.0  # on a machine that has nothing else to do; a busy one may be as slow as it is without any fault


def stop_redis(live: Live) -> None:
    """Gone for two seconds, and all that it held."""
    live.stop_redis()
    rest(live, 2)
    live.resume_redis()


def hang_redis(live: Live) -> None:
    """Silent for four seconds."""
    live.hang_redis()
    rest(live, 4)
    live.resume_redis()


def kill_web(live: Live) -> None:
    """The processes that answer pages."""
    for pid in live.children_of(live.web):
        os.kill(pid, signal.SIGKILL)


def kill_loop(live: Live) -> None:
    """Relay, sweeper, sealer and clocks."""
    if live.loop.process:
        os.killpg(live.loop.process.pid, signal.SIGKILL)


FAULTS: dict[str, Callable[[Live], None]] = {
    "the worker's processes killed": lambda live: live.kill_worker(child=True),
    "the worker killed": lambda live: live.kill_worker(),
    "Redis stopped": stop_redis,
    "Redis hanging": hang_redis,
    "the loop killed": kill_loop,
    "the web server's processes killed": kill_web,
}


def rest(live: Live, seconds: float) -> None:
    """Time passes, and the supervisor does its work."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        live.look_after()
        time.sleep(0.05)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_hundred_filings_are_each_kept_once_and_told_once(live: Live, fault: str, capsys: pytest.CaptureFixture[str]) -> None:
    schools, offices = [live.visitor(name) for name in SCHOOLS], [live.visitor(name) for name in OFFICES]
    with ThreadPoolExecutor(len(schools)) as pool:
        calm = max(filing.seconds for filings in pool.map(lambda school: file_many(live, school, CALM), schools) for filing in filings)
    live.until(lambda: settled(live), 120)
    before, begun = reported(live), time.monotonic()
    with ThreadPoolExecutor(len(schools)) as pool:
        running = [pool.submit(file_many, live, school, EACH) for school in schools]
        faults, papers = break_while(live, FAULTS[fault], running, offices)
        filings = list(chain.from_iterable(each.result() for each in running))
    filed = time.monotonic() - begun
    live.until(lambda: settled(live), 300)
    lost = len(filings) - (reported(live) - before)
    slowest = max(filing.seconds for filing in filings)
    with capsys.disabled():
        print(f"\n{fault} {faults} times: {len(filings)} filings in {filed:.0f} s, {lost} lost or twice, {len(papers)} papers, all done after {time.monotonic() - begun:.0f} s")
        print(f"  slowest filing {slowest:.2f} s, without a fault {calm:.2f} s, load {os.getloadavg()[0]:.1f}")
    assert lost == 0 and len({filing.receipt for filing in filings}) == len(SCHOOLS) * EACH
    assert [filing for filing in filings if mailed(live, filing) != filing.told] == []
    assert papers and [paper for paper in papers if not printed_once(live, paper)] == []
    with live.inside():
        assert verifying.verify().fault == ""
    assert slowest < max(MOST_SECONDS, 5 * calm)


def file_many(live: Live, school: Visitor, many: int) -> list[Filing]:
    """One case of a principal after the other."""
    return [file(live, school) for _number in range(many)]


def break_while(live: Live, fault: Callable[[Live], None], running: list[Future[list[Filing]]], offices: list[Visitor]) -> tuple[int, set[str]]:
    """Order papers and break something, as long as somebody files; how often, and the papers."""
    faults, papers = 0, set()
    while not all(each.done() for each in running):
        papers |= {order(live, office, audience) for office in offices for audience in ("education", "police")}
        rest(live, 1)
        fault(live)
        faults += 1
    return faults, papers
