"""What the faults are measured by: filings and orders through the web, and what has become of each: once, and not twice."""

import http.client
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from coordination.models import Job, Notice, SampleMail
from coordination.models.notices import NoticeKind
from coordination.periods import period_at
from incidents.models import Incident
from reports.models import QUARTER, Report
from tests.live import Answer, Live, Visitor
from tests.world import World

FORM = "/vu-viec/bao-nhanh/"
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
    """Báo nhanh, as a person sends it: when the line breaks, the same form again."""
    form = World().form()
    answer = patiently(lambda: visitor.post(FORM, form))
    assert answer.status == 302, f"{answer.status}\n{live.words()}"
    return Filing(answer.headers["Location"], answer.seconds, TOLD)


def patiently(press: Callable[[], Answer]) -> Answer:
    """Press again when the line broke, ten times at most."""
    for _press in range(10):
        try:
            return press()
        except (OSError, http.client.HTTPException) as broken:
            refused = broken
    raise AssertionError("the line stays broken") from refused


def mailed(live: Live, filing: Filing) -> list[str]:
    """Who got a mail about the case, once for every mail."""
    with live.inside():
        return sorted(SampleMail.objects.filter(body__contains=filing.case).values_list("recipient", flat=True))


def order(live: Live, visitor: Visitor, audience: str = "education") -> str:
    """Order the report of the running quarter, as a person does; the address of its page. After a new case its figures, and so its file, are new."""
    answers = {"audience": audience, "period": period_at(QUARTER, live.now()).key}
    answer = patiently(lambda: visitor.post("/bao-cao/", visitor.form("/bao-cao/") | answers))
    assert answer.status == 302, f"{answer.status}\n{live.words()}"
    return answer.headers["Location"]


def report_at(place: str) -> Report:
    """The report of a page; inside `live.inside()`."""
    return Report.objects.unscoped("test").get(code=place.strip("/").split("/")[-1])


def printed_once(live: Live, place: str) -> bool:
    """The report is there, in one whole file, and was told of once."""
    with live.inside():
        report = report_at(place)
        told = Notice.objects.unscoped("test").filter(kind=NoticeKind.REPORT_READY, link=place).count()
        mails = SampleMail.objects.filter(body__contains=place).count()
    stored = {path.name for path in Path(live.env["MEDIA_ROOT"]).rglob("*") if path.is_file()}
    assert not [name for name in stored if name.endswith(".part")], "no half-written file is left"
    return (report.status, told, mails) == ("ready", 1, 1) and f"{report.pdf_hash}.pdf" in stored


def reported(live: Live) -> int:
    """Cases that count as sent."""
    with live.inside():
        return Incident.objects.unscoped("test").filter(status="submitted").count()


def waiting(live: Live) -> int:
    """Jobs that are not done."""
    with live.inside():
        return Job.objects.filter(done_at=None).count()


def settled(live: Live) -> bool:
    """No work is left, and none was given up."""
    with live.inside():
        assert not Job.objects.filter(parked_at__isnull=False).exists()
    return waiting(live) == 0
