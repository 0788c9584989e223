"""The trail: one line per act in the act's own transaction, sealed when it has ended, proved on demand."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction

from coordination import audit, clocks
from coordination.models import SYSTEM, Duty, TrailLine, TrailSeal
from coordination.scope import reading_as
from coordination.trail import sealing, tree, verifying
from incidents import actions, referral_actions
from tests.world import ACCOUNTS, NOW, SUMMARY, World

NAME, CLASS_NAME, CONTACT = "Nguyễn Thị Kiểm Thử", "8A-kiem-thu", "0900-kiem-thu"
PERSON = {"role": "affected", "age_band": "11_13", "full_name": NAME, "class_name": CLASS_NAME, "contact": CONTACT}
REPORT = {"session": "class", "handling": "with_police", "pupils": 1, "pupils_female": 0, "victims_under_16": 0, "injured": 0, "deaths": 0, "family_told_at": NOW, "narrative": "Lời kể kiểm thử", "measures": "Biện pháp kiểm thử"}


def lines(**wanted: object) -> list[TrailLine]:
    """Lines of the trail, in the order of writing."""
    return list(TrailLine.objects.filter(**wanted).order_by("pk"))


def whole_story(world: World) -> None:
    """A case from its filing to its end, with people, questions, notes and a passing-on."""
    referral = world.received(place_detail="Sân sau kiểm thử")
    incident = referral.incident
    with world.acting("principal") as principal:
        actions.add_person(incident, by=principal, answers=PERSON)
        actions.log_call(incident, by=principal, called="113", called_at=NOW)
        actions.amend(incident, by=principal, text="Bổ sung kiểm thử")
        actions.complete(incident, by=principal, answers=REPORT)
    with world.acting("officer") as officer:
        person = actions.Person.objects.visible_to(officer).get(incident=incident)
        actions.open_sealed(incident, by=officer, purpose="case", person=person)
        referral_actions.follow_up(referral, by=officer, step="at_school")
        question = referral_actions.ask(referral, by=officer, text="Câu hỏi kiểm thử")
        referral_actions.note(referral, by=officer, text="Ghi chú kiểm thử")
    with world.acting("principal") as principal:
        referral_actions.reply(question, by=principal, text="Trả lời kiểm thử")
    with world.acting("officer") as officer:
        referral_actions.answer(referral, by=officer, outcome="reminded", note="Lời nhắn kiểm thử")
    with world.acting("principal") as principal:
        referral_actions.acknowledge(referral, by=principal)
        actions.close(incident, by=principal)


# The line


def test_filing_writes_one_line_for_each_thing_it_did(world: World) -> None:
    incident = world.file()
    world.see_all()
    submitted = lines(about_model="incidents.incident", about_id=incident.pk)
    assert [line.act for line in submitted] == ["submit"]
    assert submitted[0].detail == {"before": "draft", "after": "submitted"}
    assert [line.act for line in lines(about_model="incidents.referral")] == ["refer"]


def test_a_line_says_who_in_which_post_when_and_about_what(world: World) -> None:
    incident = world.file()
    world.see_all()
    line = lines(act="submit")[0]
    principal = world.actor("principal")
    assert (line.actor_id, line.actor_post) == (principal.pk, f"principal@{principal.body_id}")
    assert (line.about_model, line.about_id) == ("incidents.incident", incident.pk)
    assert line.happened_at == NOW, "the hour of the business"
    assert abs(line.recorded_at - clocks.now()) < timedelta(minutes=5), "and the hour of the server"


def test_every_move_of_a_case_leaves_exactly_one_line(world: World) -> None:
    whole_story(world)
    world.see_all()
    acts = [line.act for line in lines(about_model="incidents.referral")]
    assert acts == ["refer", "see", "receive", "answer", "acknowledge"]
    others = [line.act for line in lines() if line.about_model not in ("incidents.referral", "coordination.duty")]
    assert others == ["submit", "add_person", "log_call", "amend", "complete", "open_person", "follow_up", "ask", "note", "reply", "close"]
    ended = Duty.objects.unscoped("test").exclude(status="open").count()
    assert len(lines(about_model="coordination.duty")) == ended > 0


def test_the_lines_of_one_press_share_its_number_and_of_another_do_not(world: World) -> None:
    client = world.client("principal")
    for _ in range(2):
        client.post("/vu-viec/bao-nhanh/", world.form())
    world.see_all()
    numbers = [line.request_id for line in lines()]
    assert len(numbers) == 4 and all(numbers) and numbers[0] == numbers[1] != numbers[2] == numbers[3]


def test_an_act_that_is_rolled_back_leaves_no_line(world: World) -> None:
    class Refused(Exception):
        pass

    incident = world.file()
    world.see_all()
    before = len(lines())
    with pytest.raises(Refused), world.acting("principal") as principal:
        actions.amend(incident, by=principal, text="Sẽ bị hủy")
        raise Refused
    world.see_all()
    assert len(lines()) == before


def test_without_a_line_there_is_no_act(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    incident = world.file()

    def full_disk(line: object) -> None:
        raise DatabaseError("no space left")

    monkeypatch.setattr(audit, "write", full_disk)
    with pytest.raises(DatabaseError), world.acting("principal") as principal:
        actions.look(incident, by=principal)
    world.see_all()
    assert actions.Incident.objects.unscoped("test").get(pk=incident.pk).looked_at is None


def test_no_word_about_a_person_or_an_event_enters_the_trail(world: World) -> None:
    whole_story(world)
    world.see_all()
    text = "\n".join(f"{line.act} {line.actor_post} {line.detail} {line.wrote} {line.about_model} {line.request_id}" for line in lines())
    secrets = [SUMMARY, NAME, CLASS_NAME, CONTACT, "kiểm thử", "dao", "Ánh Dương", *ACCOUNTS.values()]
    assert [secret for secret in secrets if secret.lower() in text.lower()] == []
    assert len(lines()) > 20


def leaf_of(line: TrailLine) -> bytes:
    """The leaf of a line, from its row."""
    times = [repr(hour.timestamp()) for hour in (line.recorded_at, line.happened_at)]
    said = (line.act, line.about_model, line.about_id, line.request_id, tree.encode(line.detail), line.code, tree.encode(line.wrote))
    return tree.leaf_of(tree.content_of(str(line.uid), *times, line.actor_id, line.actor_post, *said))


def test_every_line_hashes_to_its_leaf_and_every_field_counts(world: World) -> None:
    world.file()
    world.see_all()
    for line in lines():
        assert leaf_of(line) == bytes(line.leaf)
    line = lines()[0]
    for name, value in (
        ("act", "x"), ("actor_id", 0), ("actor_post", "x"), ("about_model", "x"), ("about_id", 0), ("request_id", "x"), ("detail", {}), ("code", "x"), ("wrote", {}),
        ("happened_at", NOW - timedelta(microseconds=1)), ("recorded_at", NOW), ("uid", "x"),
    ):
        before = getattr(line, name)
        setattr(line, name, value)
        assert leaf_of(line) != bytes(line.leaf), name
        setattr(line, name, before)


# The wall around it


def test_the_serving_role_adds_and_reads_nothing(world: World) -> None:
    world.file()
    with world.acting("principal") as principal:
        assert not TrailLine.objects.exists()
        audit.record("amend", principal.organisation, by=principal)


@pytest.mark.parametrize("statement", ["update coordination_trailline set act = 'x'", "delete from coordination_trailline", "truncate coordination_trailline", "delete from coordination_trailseal", "update coordination_trailseal set lines = 0"])
@pytest.mark.parametrize("role", ["default", "owner"])
def test_neither_the_serving_role_nor_the_owner_changes_a_line(django_db_setup: None, transactional_owner: None, statement: str, role: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied|inserts only"), transaction.atomic(using=role), connections[role].cursor() as cursor:
        cursor.execute("select set_config('portal.reader', 'system', true)")
        cursor.execute(statement)


@pytest.fixture
def transactional_owner(django_db_blocker: object) -> Iterator[None]:
    """Statements that are refused and change nothing, as either role."""
    with django_db_blocker.unblock():
        yield
        connections["owner"].close()


# Seals and proof


@contextmanager
def as_system() -> Iterator[None]:
    """A committed transaction of the clocks."""
    with reading_as(SYSTEM):
        yield


def seal() -> TrailSeal | None:
    """The sealer's step."""
    with as_system():
        return sealing.seal()


def write(count: int = 1, act: str = "amend") -> None:
    """Lines of acts that have ended, each in its own transaction."""
    principal = World().actor("principal")
    for number in range(count):
        with reading_as(principal):
            audit.record(act, principal.organisation, by=principal, number=number)


def verify() -> tuple[int, str]:
    """What `manage.py audit verify` says: its exit code and its line."""
    said = io.StringIO()
    try:
        call_command("audit", "verify", stdout=said)
    except SystemExit as end:
        return int(end.code or 0), said.getvalue().strip()
    return 0, said.getvalue().strip()


@pytest.fixture
def sealed(committed: str) -> list[int]:
    """Two seals over three lines each, and one line that is not sealed yet; the keys of the lines."""
    for _ in range(2):
        write(3)
        assert seal() is not None
    write(1)
    with as_system():
        return [line.pk for line in lines()]


def tamper(*statements: str) -> None:
    """The owner of the tables switches the guard off, and on again afterwards."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("select set_config('portal.reader', 'system', false)")
        for table in ("coordination_trailline", "coordination_trailseal"):
            cursor.execute(f"alter table {table} disable trigger user")
        for statement in statements:
            cursor.execute(statement)
        for table in ("coordination_trailline", "coordination_trailseal"):
            cursor.execute(f"alter table {table} enable trigger user")


def test_seals_chain_without_a_gap(sealed: list[int]) -> None:
    with as_system():
        first, second = TrailSeal.objects.order_by("last")
    assert (first.first, bytes(first.before)) == (0, tree.GENESIS)
    assert (second.first, bytes(second.before)) == (first.last, bytes(first.root))
    assert (first.lines, second.lines) == (3, 3)


def test_nothing_new_is_not_sealed(sealed: list[int]) -> None:
    assert seal() is not None and seal() is None


def test_an_intact_trail_is_said_to_be_intact(sealed: list[int]) -> None:
    code, words = verify()
    assert code == 0
    assert words.startswith("rows=7 unsealed=1 seals=2 checkpoints=0 root=") and words.endswith("bad=none")
    with as_system():
        assert audit.latest_root() in words


def test_an_empty_trail_is_intact(committed: str) -> None:
    assert verify() == (0, "rows=0 unsealed=0 seals=0 checkpoints=0 root=- bad=none")
    assert seal() is None


CHANGES = {
    "act": "act = 'answer'",
    "one byte of the detail": "detail = '{\"number\": 9}'",
    "the record": "code = 'x'",
    "what was written": "wrote = '{\"status\": \"0\"}'",
    "who": "actor_id = actor_id + 1",
    "the post": "actor_post = 'principal@1'",
    "about what": "about_id = about_id + 1",
    "the hour of the business": "happened_at = happened_at - interval '1 microsecond'",
    "the hour of the server": "recorded_at = recorded_at + interval '1 microsecond'",
    "one bit of the leaf": "leaf = set_bit(leaf, 0, 1 - get_bit(leaf, 0))",
}


@pytest.mark.parametrize("place", [0, 4, 6], ids=["first", "middle", "unsealed"])
def test_one_changed_byte_is_found_and_its_row_named(sealed: list[int], place: int) -> None:
    for what, change in CHANGES.items():
        tamper(f"create temporary table kept as select * from coordination_trailline where id = {sealed[place]}", f"update coordination_trailline set {change} where id = {sealed[place]}")
        code, words = verify()
        assert code == 1 and f"row {sealed[place]} " in words, what
        tamper(f"delete from coordination_trailline where id = {sealed[place]}", "insert into coordination_trailline select * from kept", "drop table kept")
        assert verify()[0] == 0


FORGERIES: dict[str, Callable[[list[int]], list[str]]] = {
    "a line taken out": lambda keys: [f"delete from coordination_trailline where id = {keys[1]}"],
    "a line put in": lambda keys: [
        "insert into coordination_trailline (uid, position, recorded_at, happened_at, actor_id, actor_post, act, about_model, about_id, code, request_id, detail, wrote, leaf)"
        f" select gen_random_uuid(), position, recorded_at, happened_at, actor_id, actor_post, act, about_model, about_id, code, request_id, detail, wrote, leaf from coordination_trailline where id = {keys[1]}"
    ],
    "a whole line of another hour slipped under a seal": lambda keys: [f"update coordination_trailline set position = (select position from coordination_trailline where id = {keys[1]}) where id = {keys[6]}"],
    "two lines changed round": lambda keys: [
        f"update coordination_trailline set id = -1 where id = {keys[0]}",
        f"update coordination_trailline set id = {keys[0]}, position = (select position from coordination_trailline where id = -1) where id = {keys[1]}",
        f"update coordination_trailline set id = {keys[1]}, position = (select position from coordination_trailline where id = {keys[2]}) where id = -1",
    ],
    "a line moved behind the seals": lambda keys: [f"update coordination_trailline set position = (select max(position) from coordination_trailline) where id = {keys[1]}"],
    "a line moved into another seal": lambda keys: [f"update coordination_trailline set position = (select position from coordination_trailline where id = {keys[4]}) where id = {keys[1]}"],
    "the first seal taken away": lambda keys: ["delete from coordination_trailseal where last = (select min(last) from coordination_trailseal)"],
    "a seal widened": lambda keys: ["update coordination_trailseal set last = last + 1 where last = (select max(last) from coordination_trailseal)", f"update coordination_trailline set position = 0 where id = {keys[6]}"],
    "a tree rewritten": lambda keys: ["update coordination_trailseal set tree = sha256(tree) where last = (select min(last) from coordination_trailseal)"],
    "the key of a line changed": lambda keys: [f"update coordination_trailline set id = -1 where id = {keys[0]}"],
    "a root rewritten": lambda keys: ["update coordination_trailseal set root = sha256(root) where last = (select min(last) from coordination_trailseal)"],
    "all lines of a seal gone": lambda keys: [f"delete from coordination_trailline where id in ({keys[0]}, {keys[1]}, {keys[2]})"],
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forgery_inside_the_seals_is_found(sealed: list[int], forgery: str) -> None:
    tamper(*FORGERIES[forgery](sealed))
    code, words = verify()
    assert code == 1, forgery
    assert "bad=none" not in words and ("row " in words or "seal " in words)


def test_a_line_that_is_late_in_ending_is_sealed_later_and_never_missed(sealed: list[int]) -> None:
    """A transaction that began before a seal and ends after it: nothing of it is lost, and nothing after it is sealed too early."""
    slow = connections["default"].copy(alias="slow")
    try:
        write_slowly(slow)
        write(2, act="later")
        during = seal()
        slow.commit()
        with as_system():
            assert {line.act for line in lines()} >= {"slow", "later"}
        after = seal()
    finally:
        slow.close()
    assert after is not None
    with as_system():
        kept = lines(act="slow")[0]
        sealed_lines = sum(TrailSeal.objects.values_list("lines", flat=True))
        assert kept.position >= (during.last if during else 0), "not in a range that was already closed"
        assert sealed_lines == len(lines()) == 10
    assert verify()[0] == 0


def write_slowly(slow: object) -> None:
    """A line in a transaction that is left open."""
    slow.set_autocommit(False)
    with slow.cursor() as cursor:
        cursor.execute("select set_config('portal.reader', 'system', true)")
        line = TrailLine(recorded_at=clocks.now(), happened_at=clocks.now(), actor_id=None, actor_post="SYSTEM", act="slow", about_model="x", about_id=1, request_id="", detail={})
        line.leaf = leaf_of(line)
        values = {name: getattr(line, name) for name in audit.COLUMNS} | {"detail": "{}", "wrote": "{}", "uid": str(line.uid)}
        cursor.execute(audit.INSERT, list(values.values()))


def test_the_proof_reads_in_pieces_and_its_work_grows_with_the_rows_alone(sealed: list[int], django_assert_max_num_queries: Callable[..., object]) -> None:
    write(20)
    seal()
    with as_system(), django_assert_max_num_queries(10):
        assert verifying.verify().lines == 27
