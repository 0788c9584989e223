"""Nobody waits for Redis: filing is answered at once, and its mails and papers arrive later, each exactly once (security.md 6, F2)."""

import time
from collections.abc import Callable

import pytest

from coordination.models import Job
from tests.faults.ledger import file, mailed, order, printed_once, settled, waiting
from tests.live import Live, Visitor

pytestmark = pytest.mark.faults
SOON = 2.0
FAULTS: dict[str, Callable[[Live], None]] = {"stopped": Live.stop_redis, "hanging": Live.hang_redis}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_filed_and_ordered_without_redis_is_answered_at_once_and_done_once_when_it_is_back(live: Live, principal: Visitor, office: Visitor, fault: str) -> None:
    FAULTS[fault](live)
    filings = [file(live, principal) for _ in range(3)]
    paper = order(live, office)
    assert max(filing.seconds for filing in filings) < SOON
    for filing in filings:
        receipt = principal.get(filing.receipt)
        assert receipt.status == 200 and receipt.seconds < SOON and "Đã gửi." in receipt.text
    time.sleep(2)  # long enough for the relay to have asked in vain, and for a mail to arrive if one could
    assert [mailed(live, filing) for filing in filings] == [[], [], []]
    assert waiting(live) == 10
    assert all(part.process and part.process.poll() is None for part in live.parts), "nothing died of it"
    live.resume_redis()
    live.until(lambda: settled(live), 40)
    for filing in filings:
        assert mailed(live, filing) == filing.told
    assert printed_once(live, paper)


def test_a_broker_that_forgot_everything_is_rung_again(live: Live, principal: Visitor) -> None:
    """Redis takes the messages and loses them before a worker heard: the row still stands, and is rung for after its minute."""
    live.end_worker()
    filing = file(live, principal)
    live.until(lambda: published(live) == 3)
    live.stop_redis()
    live.resume_redis()
    live.start()
    assert mailed(live, filing) == []
    with live.inside():
        Job.objects.filter(done_at=None).update(publish_after=live.now())
    live.until(lambda: settled(live), 30)
    assert mailed(live, filing) == filing.told


def published(live: Live) -> int:
    """Jobs that were rung for and are not done."""
    with live.inside():
        return Job.objects.filter(done_at=None, published_at__isnull=False).count()
