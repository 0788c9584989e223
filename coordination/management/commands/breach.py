"""`manage.py breach`: which cases and how many people a leak reached, read from the trail, for the notice of 72 hours (Luật 91/2025/QH15 Art. 23)."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coordination import audit, clocks
from coordination.keeping import breach
from coordination.keeping.retention import open_closed
from coordination.models import SYSTEM, Organisation, User
from coordination.scope import reading_as


class Command(BaseCommand):
    """Codes and counts on the screen; names only into a closed file, with a line of the trail."""

    help = "Who was affected by a leak: --from T --to T [--user NAME | --body CODE] [--names FILE]"

    def add_arguments(self, parser: CommandParser) -> None:
        """The window, whose account or which body, where names may go."""
        parser.add_argument("--from", dest="start", type=hour, required=True, help="2026-11-20T09:00")
        parser.add_argument("--to", dest="end", type=hour, required=True)
        whose = parser.add_mutually_exclusive_group()
        whose.add_argument("--user", default="", help="a user name: everything its posts touched")
        whose.add_argument("--body", default="", help="the code of a body: everything its posts touched")
        parser.add_argument("--names", type=Path, help="a new file, for its owner alone, with the names of everybody affected")

    def handle(self, *args: Any, start: datetime, end: datetime, user: str, body: str, names: Path | None, **options: Any) -> None:
        """One case a line, then one school a line, then the sums."""
        if end <= start:
            raise CommandError("--to must be later than --from")
        with reading_as(SYSTEM):
            found = breach.affected(breach.lines_between(start, end, user=known_user(user), body=known_body(body)))
            for record in found:
                self.stdout.write(f"case\t{record.code}\t{record.people}")
            for school, (cases, people) in breach.people_per_school(found).items():
                self.stdout.write(f"school\t{school}\t{cases}\t{people}")
            self.stdout.write(f"cases={len(found)} people={sum(record.people for record in found)}")
            if names:
                self.write_names(found, names)

    def write_names(self, found: list[breach.Reached], path: Path) -> None:
        """Names of everybody affected, and the line that says so: without the line there is no file."""
        try:
            with open_closed(path) as file:
                rows = list(breach.names_of(found))
                audit.add("breach_names", "coordination.breach", None, by=SYSTEM, detail={"cases": len(found), "people": len(rows)})
                file.writelines("\t".join(row) + "\n" for row in rows)
        except FileExistsError as error:
            raise CommandError(f"{path} exists; it is never overwritten") from error
        self.stdout.write(f"names={len(rows)} file={path}")


def hour(text: str) -> datetime:
    """An hour in Việt Nam."""
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=clocks.ZONE)


def known_user(name: str) -> str:
    """The name, when somebody has it."""
    if name and not User.objects.filter(username=name).exists():
        raise CommandError(f"there is no user {name}")
    return name


def known_body(code: str) -> Organisation | None:
    """The body of a code."""
    if not code:
        return None
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        raise CommandError(f"there is no body {code}")
    return found
