"""What the faults are measured by: a filing through the web, who must be told of it, and what was mailed."""

from dataclasses import dataclass

from coordination.models import Job, SampleMail
from tests.live import Live, Visitor
from tests.world import World

TOLD = ["ca.phuong.ducxuan@example.vn", "chuyenvien.so.bk@example.vn", "vhxh.ducxuan@example.vn"]


@dataclass(frozen=True)
class Filing:
    """One sent form: where its receipt is, how long the answer took, who must get exactly one mail."""

    receipt: str
    seconds: float
    told: list[str]

    @property
    def case(self) -> str:
        """The address of the case, which stands in every mail about it."""
        return self.receipt.removesuffix("bien-nhan/")


def file(live: Live, visitor: Visitor) -> Filing:
    """Báo nhanh, as a person sends it."""
    answer = visitor.post("/vu-viec/bao-nhanh/", World().form())
    assert answer.status == 302, f"{answer.status}\n{live.words()}"
    return Filing(answer.headers["Location"], answer.seconds, TOLD)


def mailed(live: Live, filing: Filing) -> list[str]:
    """Who got a mail about the case, once for every mail."""
    with live.inside():
        return sorted(SampleMail.objects.filter(body__contains=filing.case).values_list("recipient", flat=True))


def waiting(live: Live) -> int:
    """Jobs that are not done."""
    with live.inside():
        return Job.objects.filter(done_at=None).count()


def settled(live: Live) -> bool:
    """No work is left, and none was given up."""
    with live.inside():
        assert not Job.objects.filter(parked_at__isnull=False).exists()
    return waiting(live) == 0


def let_leases_run_out(live: Live) -> None:
    """The eleven minutes of a lease pass."""
    with live.inside():
        Job.objects.filter(done_at=None, lease_until__isnull=False).update(lease_until=live.now(), publish_after=live.now())
