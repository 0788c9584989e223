"""Signed checkpoints that both sides keep, proofs that outsiders check, and the words of `manage.py audit`."""

import base64
import io
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connections

from coordination.models import SYSTEM, TrailCheckpoint, TrailLine, TrailSeal
from coordination.scope import reading_as
from coordination.trail import checkpoints, proofs, sealing
from coordination.trail.checkpoints import NONE_BEFORE, NotACheckpoint
from tests.coordination.test_trail import leaf_of, tamper, write
from tests.world import World

CHECKER = Path(__file__).parents[2] / "docs" / "check-proof.py"


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """Where checkpoints are kept in this test."""
    settings.TRAIL_FOLDER = tmp_path / "checkpoints"
    return settings.TRAIL_FOLDER


def make() -> Any:
    """A checkpoint in a transaction of its own."""
    with reading_as(SYSTEM):
        return checkpoints.make()


def say(*words: Any) -> tuple[int, str]:
    """What the command says, and its exit code."""
    said = io.StringIO()
    try:
        call_command("audit", *words, stdout=said)
    except SystemExit as end:
        return int(end.code or 0), said.getvalue().strip()
    return 0, said.getvalue().strip()


@pytest.fixture
def kept(committed: str, folder: Path) -> list[Any]:
    """Three checkpoints over three, five and six lines."""
    made = []
    for many in (3, 2, 1):
        write(many)
        made.append(make())
    return made


def test_a_checkpoint_states_where_the_trail_stands_and_is_signed(kept: list[Any]) -> None:
    assert [point.size for point in kept] == [3, 5, 6]
    assert kept[0].previous == NONE_BEFORE and kept[1].previous == kept[0].hash and kept[2].previous == kept[1].hash
    with reading_as(SYSTEM):
        newest = TrailSeal.objects.order_by("-last")[0]
        assert (kept[2].last, kept[2].root) == (newest.last, bytes(newest.root).hex())
    assert checkpoints.parse(kept[2].text) == kept[2]
    assert kept[2].key in checkpoints.known_keys()


SPOILT: list[Callable[[str], str]] = [
    lambda text: text.replace("size 3", "size 4"),
    lambda text: text.replace("root ", "root 0"),
    lambda text: "",
    lambda text: text[:-10],
    lambda text: text.replace("key ", "key 00"),
    lambda text: text + "size 9\n",
    lambda text: text.replace("portal-", "Portal-"),
    lambda text: "signature x",
]


def test_a_changed_checkpoint_is_none(kept: list[Any]) -> None:
    for number, spoil in enumerate(SPOILT):
        with pytest.raises(NotACheckpoint):
            checkpoints.parse(spoil(kept[0].text))
            pytest.fail(str(number))


def test_each_checkpoint_is_one_more_file_that_nobody_writes_again(kept: list[Any], folder: Path) -> None:
    files = sorted(folder.iterdir())
    assert [path.read_text() for path in files] == [point.text for point in kept]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o440}


def test_the_signing_key_is_a_closed_file_of_its_own(settings: Any) -> None:
    assert settings.TRAIL_KEY_FILE.stat().st_mode & 0o777 == 0o600
    assert settings.TRAIL_KEY_FILE.read_text().strip() not in settings.FIELD_KEYS_FILE.read_text()


def test_without_its_key_nothing_is_signed(committed: str, folder: Path, settings: Any, tmp_path: Path) -> None:
    write(1)
    settings.TRAIL_KEY_FILE = tmp_path / "none"
    with pytest.raises(ImproperlyConfigured, match="TRAIL_KEY_FILE"):
        make()


def test_a_new_key_signs_and_the_former_one_still_holds(kept: list[Any], settings: Any, tmp_path: Path) -> None:
    both = tmp_path / "keys"
    both.write_text(settings.TRAIL_KEY_FILE.read_text() + base64.b64encode(bytes(range(32))).decode() + "\n")
    settings.TRAIL_KEY_FILE = both
    point = make()
    assert point.key == checkpoints.public_of(Ed25519PrivateKey.from_private_bytes(bytes(range(32)))) != kept[0].key
    assert say("verify")[0] == 0
    both.write_text(base64.b64encode(bytes(range(32))).decode())
    code, words = say("verify")
    assert code == 1 and "signed by a key that is not ours" in words


# audit verify


def test_verification_reads_the_checkpoints_too(kept: list[Any]) -> None:
    code, words = say("verify")
    assert code == 0 and words == f"rows=6 unsealed=0 seals=3 checkpoints=3 root={kept[2].root} bad=none"


def test_against_a_file_or_a_folder_kept_outside(kept: list[Any], folder: Path) -> None:
    one = sorted(folder.iterdir())[0]
    assert say("verify", "--against", one)[0] == say("verify", "--against", folder)[0] == 0


CUT = "delete from coordination_trailline where position >= (select first from coordination_trailseal order by last desc limit 1)"
CUT_SEAL = "delete from coordination_trailseal where last = (select max(last) from coordination_trailseal)"
CUT_POINT = "delete from coordination_trailcheckpoint where id = (select max(id) from coordination_trailcheckpoint)"


def test_a_tail_cut_off_with_its_seal_is_found_by_its_checkpoint(kept: list[Any], folder: Path) -> None:
    tamper(CUT, CUT_SEAL)
    code, words = say("verify")
    assert code == 1 and "no longer holds the 6 lines" in words
    tamper("alter table coordination_trailcheckpoint disable trigger user", CUT_POINT, "alter table coordination_trailcheckpoint enable trigger user")
    assert say("verify")[0] == 0, "all rights over the database leave no trace inside it"
    code, words = say("verify", "--against", folder)
    assert code == 1 and "no longer holds the 6 lines" in words


def test_sealing_everything_anew_is_found(kept: list[Any], folder: Path) -> None:
    tamper("update coordination_trailline set act = 'other' where id = (select min(id) from coordination_trailline)", "delete from coordination_trailseal")
    with reading_as(SYSTEM):
        line = TrailLine.objects.order_by("pk")[0]
    with connections["owner"].cursor() as cursor:
        cursor.execute("alter table coordination_trailline disable trigger user")
        cursor.execute("update coordination_trailline set leaf = %s where id = %s", [leaf_of(line), line.pk])
        cursor.execute("alter table coordination_trailline enable trigger user")
    with reading_as(SYSTEM):
        sealing.seal()
    code, words = say("verify")
    assert code == 1 and "lines were cut off or sealed anew" in words
    tamper("alter table coordination_trailcheckpoint disable trigger user", "delete from coordination_trailcheckpoint", "alter table coordination_trailcheckpoint enable trigger user")
    assert say("verify")[0] == 0
    assert say("verify", "--against", sorted(folder.iterdir())[0])[0] == 1


def test_some_days_alone_are_verified(kept: list[Any]) -> None:
    today, tomorrow = date.today().isoformat(), (date.today() + timedelta(days=2)).isoformat()
    earlier = (date.today() - timedelta(days=2)).isoformat()
    assert "rows=6" in say("verify", "--from", earlier)[1]
    assert "rows=0 unsealed=0 seals=0" in say("verify", "--from", tomorrow)[1]
    assert "rows=6" in say("verify", "--from", earlier, "--to", tomorrow)[1]
    assert "rows=0 unsealed=0 seals=0" in say("verify", "--to", earlier)[1]
    tamper("update coordination_trailline set act = 'x' where id = (select min(id) from coordination_trailline)")
    assert say("verify", "--from", earlier)[0] == say("verify", "--to", tomorrow)[0] == 1
    assert say("verify", "--from", tomorrow)[0] == 0
    assert today < tomorrow


NONSENSE = [("verify", "--against", "/nowhere/x.txt"), ("verify", "--against", "/dev/null"), ("verify", "--against", "/dev/null", "--from", "2026-11-20"), ("prove", "999999999"), ("prove", "x"), ("nonsense",), ()]


@pytest.mark.django_db
@pytest.mark.parametrize("words", NONSENSE)
def test_what_makes_no_sense_is_said_so(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        say(*words)


# audit checkpoint


def test_on_demand_a_checkpoint_is_sealed_signed_and_printed(committed: str, folder: Path) -> None:
    with pytest.raises(CommandError, match="empty"):
        say("checkpoint")
    write(2)
    code, text = say("checkpoint")
    assert code == 0 and checkpoints.parse(text + "\n").size == 2
    assert [path.read_text().strip() for path in folder.iterdir()] == [text]


# audit prove


def line_of(place: int) -> TrailLine:
    """One line of the trail."""
    with reading_as(SYSTEM):
        return TrailLine.objects.order_by("pk")[place]


def checked(proof: str, key: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """What the script outside the portal says, with Python alone."""
    file = tmp_path / "proof.json"
    file.write_text(proof)
    return subprocess.run([sys.executable, "-I", "-S", CHECKER, file, key], capture_output=True, text=True, cwd="/", env={"PYTHONUTF8": "1"})


FORGED = {
    "another act": lambda proof: proof | {"line": proof["line"].replace('"act":"amend"', '"act":"close"')},
    "another number": lambda proof: proof | {"id": proof["id"] + 1},
    "another place": lambda proof: proof | {"position": proof["position"] + 1},
    "another way": lambda proof: proof | {"path": proof["path"][::-1]},
    "another side": lambda proof: proof | {"path": [["L" if side == "R" else "R", other] for side, other in proof["path"]]},
    "another seal": lambda proof: proof | {"seal": [proof["seal"][0], proof["seal"][1], 9]},
    "another past": lambda proof: proof | {"before": "11" * 32},
    "another checkpoint": lambda proof: proof | {"checkpoint": proof["checkpoint"].replace("size 3", "size 9")},
    "a signature of nobody": lambda proof: proof | {"checkpoint": proof["checkpoint"].rsplit(" ", 1)[0] + " " + base64.b64encode(bytes(64)).decode() + "\n"},
}


def test_a_proof_convinces_outsiders_and_a_forged_one_nobody(kept: list[Any], tmp_path: Path) -> None:
    for place in (0, 1, 2, 3, 5):
        line = line_of(place)
        code, proof = say("prove", str(line.pk))
        done = checked(proof, kept[0].key, tmp_path)
        assert (code, done.returncode) == (0, 0), done.stderr
        assert str(line.uid) in done.stdout and "under root" in done.stdout
    proof = json.loads(say("prove", str(line_of(0).pk))[1])
    for name, forge in FORGED.items():
        done = checked(json.dumps(forge(proof)), kept[0].key, tmp_path)
        assert (done.returncode, done.stdout) == (1, ""), name


def test_a_proof_reaches_over_links_to_a_later_checkpoint(committed: str, folder: Path, tmp_path: Path) -> None:
    for _ in range(4):
        write(3)
        with reading_as(SYSTEM):
            sealing.seal()
    point = make()
    proof = say("prove", str(line_of(1).pk))[1]
    assert len(json.loads(proof)["links"]) == 3
    assert checked(proof, point.key, tmp_path).returncode == 0


def test_a_proof_needs_the_right_key(kept: list[Any], tmp_path: Path) -> None:
    other = checkpoints.public_of(Ed25519PrivateKey.from_private_bytes(bytes(32)))
    done = checked(say("prove", str(line_of(0).pk))[1], other, tmp_path)
    assert done.returncode == 1 and "not signed by this key" in done.stderr


def test_the_checker_is_short_and_needs_nothing() -> None:
    source = CHECKER.read_text()
    assert len(source.splitlines()) <= 100
    assert [line for line in source.splitlines() if line.startswith(("import ", "from "))] == ["import base64", "import hashlib", "import json", "import sys"]


def test_what_is_not_sealed_or_not_under_a_checkpoint_cannot_be_proved_yet(committed: str, folder: Path) -> None:
    write(1)
    with pytest.raises(CommandError, match="not sealed yet"):
        say("prove", str(line_of(0).pk))
    with reading_as(SYSTEM):
        sealing.seal()
    with pytest.raises(CommandError, match="audit checkpoint"):
        say("prove", str(line_of(0).pk))
    with reading_as(SYSTEM), pytest.raises(proofs.NotYet):
        proofs.prove(line_of(0))


def test_the_database_keeps_what_was_signed(kept: list[Any]) -> None:
    with reading_as(SYSTEM):
        assert [row.text for row in TrailCheckpoint.objects.order_by("pk")] == [point.text for point in kept]
    with reading_as(World().actor("dpo")):
        assert checkpoints.latest() == kept[2]
