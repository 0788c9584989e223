"""The quarter counted once more from the rows themselves, in plain SQL and Python; it knows nothing of the code that prints."""

from collections import Counter, defaultdict
from datetime import date, datetime
from io import BytesIO
from statistics import median
from typing import Any

import pdfplumber
from django.db import connection

from coordination.models import SYSTEM
from coordination.scope import reading_as

FIRST, LAST = date(2026, 6, 15), date(2026, 9, 14)
FIRST_BEFORE, LAST_BEFORE = date(2025, 6, 15), date(2025, 9, 14)
PEOPLE = ("pupils", "pupils_female", "victims_under_16", "injured", "deaths")
PLACE = {"in_school": "in_school", "gate": "gate", "route": "elsewhere", "elsewhere": "elsewhere", "online": "online"}
COLUMNS = ("cases", *PEOPLE, "in_school", "gate", "elsewhere", "online", "last_year", "change")

WATERMARK = 40  # points: no letter of the paper itself is as large as DỰ THẢO

CASES = """
    select i.id, i.restricted, k.code, i.place_kind, i.commune_id, i.province_id, i.jurisdiction_id = i.department_id as direct, i.origin,
           (i.occurred_at at time zone 'Asia/Ho_Chi_Minh')::date as day, extract(epoch from i.filed_at - i.occurred_at) / 3600 as told_after,
           f.id is not null as told, f.handling, f.pupils, f.pupils_female, f.victims_under_16, f.injured, f.deaths
      from incidents_incident i join incidents_kind k on k.id = i.kind_id left join incidents_fullreport f on f.incident_id = i.id
     where i.status in ('submitted', 'closed')
"""
REFERRALS = """
    select r.id, r.incident_id, r.outcome, extract(epoch from r.received_at - r.sent_at) / 3600 as received_after, extract(epoch from r.answered_at - r.received_at) / 3600 as answered_after
      from incidents_referral r where r.status not in ('forwarded', 'recalled')
"""
RETURNS = """
    select t.commune_id, t.province_id, u.full_name, t.managing_body_id = t.department_id as direct, t.status, t.submitted_at, t.due_at, t.nil
      from reports_return t join coordination_unit u on u.id = t.commune_id where t.period_key = '2026-Q3' and t.status <> 'left_out'
"""
DUTIES = "select about_model, about_id, kind, status, due_at, done_at from coordination_duty where kind in ('full_report', 'acknowledge')"
LABELS = "select distinct on (code) code, label, police_label from (select *, case when police_offence = '' then label else police_offence end as police_label from incidents_kind) k order by code, valid_from desc"


def rows(words: str) -> list[dict[str, Any]]:
    """What PostgreSQL has, as dictionaries."""
    with reading_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(words)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


class Recount:
    """Everything of one area: a set of communes, or of provinces."""

    def __init__(self, *, communes: set[int] | None = None, provinces: set[int] | None = None, now: datetime) -> None:
        inside = [case for case in rows(CASES) if (case["commune_id"] in communes if communes is not None else case["province_id"] in provinces)]
        self.cases = [case for case in inside if FIRST <= case["day"] <= LAST]
        self.before = [case for case in inside if FIRST_BEFORE <= case["day"] <= LAST_BEFORE]
        of_cases = {case["id"]: case for case in self.cases}
        self.referrals = [row | {"case": of_cases[row["incident_id"]]} for row in rows(REFERRALS) if row["incident_id"] in of_cases]
        self.returns = [row for row in rows(RETURNS) if (row["commune_id"] in communes if communes is not None else row["province_id"] in provinces)]
        self.duties, self.now = rows(DUTIES), now
        self.labels = {row["code"]: (row["label"], row["police_label"]) for row in rows(LABELS)}

    def by_kind(self, *, police: bool) -> dict[str, Counter[str]]:
        """Appendix I: label to numbers; restricted cases are one row."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for case in self.cases:
            row = found[self.label(case, police)]
            row.update({"cases": 1, PLACE[case["place_kind"]]: 1, "change": 1, "missing": int(not case["told"])})
            row.update({name: case[name] or 0 for name in PEOPLE})
        for case in self.before:
            found[self.label(case, police)].update({"last_year": 1, "change": -1})
        return found

    def label(self, case: dict[str, Any], police: bool) -> str:
        """The words of its row."""
        return "Vụ việc thuộc diện hạn chế" if case["restricted"] else self.labels[case["code"]][police]

    def totals(self) -> Counter[str]:
        """The last row."""
        total: Counter[str] = Counter()
        for row in self.by_kind(police=False).values():
            total.update(row)
        return total

    def lines(self) -> dict[str, dict[str, Any]]:
        """Appendix III: commune, or the schools of the Sở, to its numbers."""
        found: dict[str, dict[str, Any]] = {}
        names = {row["commune_id"]: row["full_name"] for row in self.returns}
        for name in {"Trường trực thuộc Sở" if row["direct"] else row["full_name"] for row in self.returns}:
            mine = [row for row in self.returns if name == ("Trường trực thuộc Sở" if row["direct"] else row["full_name"])]
            cases = [case for case in self.cases if name == ("Trường trực thuộc Sở" if case["direct"] else names.get(case["commune_id"]))]
            found[name] = self.line(mine, cases)
        return found

    def line(self, returns: list[dict[str, Any]], cases: list[dict[str, Any]]) -> dict[str, Any]:
        """Papers by their hour, medians of hours."""
        handed = [row for row in returns if row["status"] == "submitted"]
        ids = {case["id"] for case in cases}
        received = [float(row["received_after"]) for row in self.referrals if row["incident_id"] in ids and row["received_after"] is not None]
        return {
            "expected": len(returns),
            "on_time": sum(row["submitted_at"] <= row["due_at"] for row in handed),
            "late": sum(row["submitted_at"] > row["due_at"] for row in handed),
            "missing": len(returns) - len(handed),
            "found": sum(case["origin"] == "police" for case in cases),
            "nil": sum(row["nil"] for row in handed),
            "told": hours([float(case["told_after"]) for case in cases]),
            "received": hours(received),
        }

    def clocks_kept(self, kind: str, model: str, ids: set[int]) -> tuple[int, int]:
        """Met and missed clocks of a kind."""
        mine = [duty for duty in self.duties if duty["kind"] == kind and duty["about_model"] == model and duty["about_id"] in ids]
        met = sum(duty["status"] in ("done", "confirmed") and duty["done_at"] <= duty["due_at"] for duty in mine)
        missed = sum(duty["done_at"] > duty["due_at"] if duty["status"] in ("done", "confirmed") else duty["status"] == "open" and duty["due_at"] < self.now for duty in mine)
        return met, missed


def hours(values: list[float]) -> str:
    """A median as printed; fewer than five give none."""
    return "–" if len(values) < 5 else f"{round(round(median(values) * 60) / 60, 1)}".replace(".", ",")


# Reading what was printed


def readable(page: pdfplumber.page.Page) -> pdfplumber.page.Page:
    """The page without the word that lies behind its text."""
    return page.filter(lambda drawn: drawn.get("size", 0) < WATERMARK)


def appendices(content: bytes) -> list[list[list[str]]]:
    """The tables of the appendices, row by row, as a reader sees them: heads left out, pages joined."""
    found: list[list[list[str]]] = []
    with pdfplumber.open(BytesIO(content)) as pdf:
        for page in map(readable, pdf.pages):
            if "Phụ lục" in (page.extract_text() or "")[:40]:
                found.append([])
            for table in page.extract_tables() if found else []:
                found[-1] += [[" ".join((cell or "").split()) for cell in row] for row in table[1:]]
    return found


def text_of(content: bytes) -> str:
    """The words of the paper in one line."""
    with pdfplumber.open(BytesIO(content)) as pdf:
        return " ".join(" ".join(page.extract_text() for page in map(readable, pdf.pages)).split())


def as_number(cell: str) -> int:
    """13.185 as it was meant."""
    return int(cell.replace(".", ""))
