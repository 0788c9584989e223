"""The stage of tests/access with the relations it lacks: a school next door, a post that has ended, a case kept out of one's sight, things taken back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.db import transaction
from django.urls import reverse

from coordination import notices
from coordination.models import SYSTEM, Appointment, Role
from coordination.models.notices import NoticeKind
from coordination.scope import reading_as
from incidents import actions, referral_actions
from incidents.models import Incident
from incidents.workflow import IncidentStatus
from tests.access.kept import Kept
from tests.access.stage import FAR, LATER, OF_THE_DEPARTMENT, OF_THE_POLICE, PEOPLE, PERSON, REPORT, Stage, Things, account, draft, make_prints
from tests.probes.canaries import Canaries, Root, new_token, root_of
from tests.world import NOW

FORMER = "cu."
QUIET = {"kind": "tobacco", "severity": "s2"}
CASES = ("draft", "flaggable", "sent", "received", "answered", "discussed", "asked", "closable", "untold", "person", "question", "told", "file", "wished", "granted", "glass")
# A request for names and a broken glass lie in whatever set asks; the case behind them is another's.
OF_OTHERS_CASES = {"wished", "granted", "glass", "judged"}


class Standing(Stage):
    """Everything the probes stand before, with a token in every text of it."""

    def __init__(self) -> None:
        super().__init__()
        self.near = self.next_door()
        self.retire_everyone()
        self.canaries = Canaries(self.owners())
        self.note_with_tokens()

    def tell_everyone(self) -> None:
        """One notice in every bell, about nothing: the bell of a stranger to a case must not name it."""
        nothing = SimpleNamespace(duty_words="Việc mẫu", get_absolute_url=lambda: reverse("coordination:home"))
        with self.world.acting("system", LATER):
            self.bells = {role: notices.tell(self.world.actor(who).post, NoticeKind.ESCALATED, nothing) for role, who in PEOPLE.items()}
            self.far.bell = notices.tell(self.world.actor(FAR["principal"]).post, NoticeKind.ESCALATED, nothing)

    def next_door(self) -> Things:
        """Cases of another school of the ward, too light for the Sở to hear of; what went to the police was passed on to another department."""
        made = Things(draft=draft(self.world, "other_principal"), flaggable=self.world.file("other_principal", **QUIET))
        with self.world.acting("other_principal", NOW) as principal:
            actions.complete(made.flaggable, by=principal, answers=REPORT)
            case = self.world.file("other_principal", **QUIET)
            made.person = actions.add_person(case, by=principal, answers=PERSON)
            referral = actions.flag(case, by=principal, reason="Cần phối hợp.")
        with self.world.acting("officer", NOW) as officer:
            referral = referral_actions.forward(referral, by=officer, to=self.world.actor("pc04.bk").organisation, reason="Thuộc thẩm quyền.")
        with self.world.acting("pc04.bk", NOW) as officer:
            referral = referral_actions.receive(referral_actions.see(referral, by=officer), by=officer)
            made.question = referral_actions.ask(referral, by=officer, text="Xin gửi biên bản.")
        made.closable = made.flaggable
        made.sent = made.received = made.answered = made.discussed = made.asked = referral
        make_prints(self.world, made, "other_principal", "phieu-bao-nhanh", case)
        made.expected = made.left_out = self.ward.left_out
        return made

    def retire_everyone(self) -> None:
        """For each post somebody who held it until today."""
        with reading_as(SYSTEM):
            for who in PEOPLE.values():
                held = self.world.actor(who)
                former = account(FORMER + held.user.username, held.organisation, held.role, "")
                Appointment.objects.filter(pk=former.pk).update(ends_on=LATER.date())

    def note_with_tokens(self) -> None:
        """Notes of the police: their table answers to the police alone, so the tokens are written with them."""
        officers = {"ward": "officer", "direct": "officer", "province": "province_police", "far": FAR["officer"], "near": "pc04.bk"}
        for owner, who in officers.items():
            things, token = getattr(self, owner), new_token()
            with self.world.acting(who, LATER) as officer:
                referral_actions.note(things.received, by=officer, text=f"Ghi chú {token}")
            self.canaries.remember(token, owner, "note", "incidents.PoliceNote")

    def owners(self) -> dict[Root, str]:
        """Which set of things each case, meeting, report … belongs to; whatever is in two is the later one's."""
        found: dict[Root, str] = {}
        lists = {f"list of {role}": Things(brought=brought) for role, brought in self.lists.items()}
        named = {name: getattr(self, name) for name in ("sealed", "far", "ward", "direct", "province", "police", "office", "near")}
        sets = named | {"deputy": Things(draft=self.deputy), "untold": Things(untold=self.ward.untold)} | lists
        for owner, things in sets.items():
            for name, thing in vars(things).items():
                if name in OF_OTHERS_CASES:
                    continue
                for part in vars(thing).values() if isinstance(thing, Kept) else [thing]:
                    root = self.root(part)
                    if root:
                        found[root] = "kept" if part is not thing and owner != "far" else owner
        return found

    def root(self, thing: Any) -> Root | None:
        """What a thing of the stage belongs to."""
        return root_of(thing) if hasattr(thing, "_meta") else None

    # The relations

    def next_to(self, role: str) -> Things:
        """The same area: the school next door, and what the other bodies around the role's own made."""
        made, around = replace(self.near), self.direct if role not in OF_THE_DEPARTMENT else self.ward
        reports = self.ward if role in OF_THE_POLICE | OF_THE_DEPARTMENT else self.police
        self.lend(made, around, ("drafted", "promised", "later"))
        self.lend(made, reports, ("ready", "parked", "issued", "signed"))
        made.brought = self.lists[Role.DOET_OFFICER if role == Role.SYSADMIN else Role.SYSADMIN]
        for name, thing in vars(made).items():  # what nobody next door has made stands for it far away
            setattr(made, name, thing or getattr(self.far, name))
        return made

    def lend(self, made: Things, source: Things, names: tuple[str, ...]) -> None:
        """Fill in from another set."""
        for name in names:
            setattr(made, name, getattr(source, name))

    def passed_to(self, role: str, source: Things) -> Things:
        """The cases of one set: those sent to the ward's police, or those passed on to the province."""
        made = Things()
        self.lend(made, source, CASES)
        return made

    @contextmanager
    def relation(self, name: str, role: str) -> Iterator[Things]:
        """The things before which a role stands in a relation; what the relation takes is undone at the end."""
        with transaction.atomic():
            yield RELATIONS[name](self, role)
            transaction.set_rollback(True)

    def keep_out(self, role: str) -> Things:
        """His own things, and he himself kept out of each case."""
        things = self.of(role)
        reader, stand_in = self.world.actor(PEOPLE[role]), self.world.actor(PEOPLE[Role.COMMUNE_EDUCATION])
        with reading_as(SYSTEM):
            cases = self.cases_of(things)
            Incident.objects.unscoped("the probes").filter(pk__in=cases).update(kept_out=[reader.user_id], stand_in=stand_in)
            for part in apps.get_app_config("incidents").get_models():  # what names for itself from whom it is kept
                if part is not Incident and {"kept_out", "incident"} <= {field.name for field in part._meta.fields}:
                    part.objects.unscoped("the probes").filter(incident__in=cases).update(kept_out=[reader.user_id])
        return self.only_cases(things)

    def take_back(self, role: str) -> Things:
        """His own cases: the draft thrown away, the others withdrawn with everything that was sent."""
        things = self.of(role)
        with reading_as(SYSTEM):
            rows = Incident.objects.unscoped("the probes").filter(pk__in=self.cases_of(things))
            rows.filter(status=IncidentStatus.DRAFT).update(status=IncidentStatus.WITHDRAWN)
            rows.exclude(status=IncidentStatus.WITHDRAWN).update(status=IncidentStatus.WITHDRAWN, ended_at=LATER)
        return self.only_cases(things)

    def only_cases(self, things: Things) -> Things:
        """The cases among them."""
        return self.passed_to("", things)

    def cases_of(self, things: Things) -> set[int]:
        """The keys of the cases behind them."""
        roots = [self.root(getattr(things, name)) for name in CASES]
        return {root[1] for root in roots if root and root[0] == Incident._meta.label}

    def sign_in_again(self, who: str) -> None:
        """A session of its own for what follows: sessions end by the server's clock, and what is undone takes its sign-ins along."""
        self.sessions.pop(who, None)
        self.client_of(who)

    def reader(self, name: str, role: str) -> str:
        """Who asks: the holder of the post, or who held it before."""
        return FORMER + self.world.actor(PEOPLE[role]).user.username if name == "ended" else PEOPLE[role]


RELATIONS: dict[str, Callable[[Standing, str], Things]] = {
    "own": lambda stage, role: stage.of(role),
    "same area": lambda stage, role: stage.next_to(role),
    "other area": lambda stage, role: stage.far,
    "referred": lambda stage, role: stage.passed_to(role, stage.ward),
    "escalated": lambda stage, role: stage.passed_to(role, stage.province),
    "ended": lambda stage, role: stage.of(role),
    "conflict": lambda stage, role: stage.keep_out(role),
    "deleted": lambda stage, role: stage.take_back(role),
    "absent": lambda stage, role: Things(),
}
