"""`manage.py stack` and `selftest`: the first starts the servers, the last stops them, and stdout belongs to the command."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import psycopg2
import psycopg2.errors
import pytest

from coordination.startup import stack

ASK = 'psql -X -At "host=${DATABASE_URL#*host=} dbname=portal user=portal_app" -c "SELECT current_user"'


def test_stdout_and_exit_code_are_the_commands_own(checkout) -> None:
    done = checkout.say("stack", "--", "sh", "-c", "echo hello; exit 7")
    assert (done.stdout, done.returncode) == ("hello\n", 7)
    assert "Migrated the database" in done.stderr
    assert checkout.calls() == ["migrate", "load_reference"]
    assert checkout.alive() == {}


def test_the_same_code_is_migrated_once(checkout) -> None:
    checkout.say("stack", "--", "true")
    checkout.say("stack", "--", "true")
    assert checkout.calls() == ["migrate", "load_reference"]
    (checkout.root / "coordination" / "migrations" / "0002_more.py").touch()
    checkout.say("stack", "--", "true")
    assert checkout.calls() == ["migrate", "load_reference"] * 2


def test_the_command_finds_the_projects_programs_first(checkout) -> None:
    found = checkout.say("stack", "--", "sh", "-c", "command -v python").stdout.strip()
    assert found == str(checkout.root / ".venv" / "bin" / "python")


def test_whoever_leaves_last_stops_the_servers(checkout, until: Callable[..., None]) -> None:
    first = checkout.start("stack", "--", "sh", "-c", "echo up; read line")
    assert first.stdout.readline() == "up\n"
    second = checkout.start("stack", "--", "sh", "-c", f"echo up; read line; {ASK}")
    assert second.stdout.readline() == "up\n"
    first.communicate("go\n", timeout=30)
    out, err = second.communicate("go\n", timeout=30)
    assert out == "portal_app\n", err
    assert checkout.alive() == {}
    assert checkout.calls() == ["migrate", "load_reference"]


def test_what_a_killed_command_left_is_used_and_then_stopped(checkout, until: Callable[..., None]) -> None:
    killed = checkout.start("stack", "--", "sh", "-c", "echo up; read line")
    assert killed.stdout.readline() == "up\n"
    killed.kill()
    killed.communicate(timeout=30)
    assert any("postgres" in command for command in checkout.alive().values())
    assert checkout.say("stack", "--", "sh", "-c", ASK).stdout == "portal_app\n"
    assert checkout.alive() == {}


def test_a_failed_migration_is_shown_and_stops_the_servers(checkout) -> None:
    (checkout.root / "manage.py").write_text("raise SystemExit('column is missing')")
    done = checkout.say("stack", "--", "echo", "never")
    assert (done.stdout, done.returncode) == ("", 1)
    assert "column is missing" in done.stderr
    assert checkout.alive() == {}


def test_the_tests_have_servers_of_their_own_and_leave_nothing(checkout) -> None:
    test = checkout.root / "test_where.py"
    test.write_text("import os\ndef test_where():\n    print('HERE', os.environ['DATABASE_URL'])\n")
    done = checkout.say("selftest", "-q", "-p", "no:django", "-s", "--rootdir", str(checkout.root), str(test))
    assert done.returncode == 0, done.stdout + done.stderr
    folder = Path(done.stdout.split("host=")[1].split()[0]).parent
    assert folder.name.startswith(stack.THROWAWAY.name)
    assert not folder.exists()
    assert not checkout.state.folder.exists()


def test_the_code_of_failing_tests_is_passed_on(checkout) -> None:
    test = checkout.root / "test_wrong.py"
    test.write_text("def test_wrong():\n    assert False\n")
    assert checkout.say("selftest", "-q", "-p", "no:django", "--rootdir", str(checkout.root), str(test)).returncode == 1


def test_what_a_killed_run_of_the_tests_left_is_swept_up(checkout, until: Callable[..., None]) -> None:
    test = checkout.root / "test_long.py"
    test.write_text("import time\ndef test_long():\n    print('UP', flush=True)\n    time.sleep(60)\n")
    killed = checkout.start("selftest", "-q", "-p", "no:django", "-s", "--rootdir", str(checkout.root), str(test))
    while "UP" not in killed.stdout.readline():
        assert killed.poll() is None
    left = next(stack.THROWAWAY.parent.glob(f"{stack.THROWAWAY.name}{killed.pid}-*"))
    killed.kill()
    killed.communicate(timeout=30)
    assert left.exists()
    stack.sweep()
    assert not left.exists()
    assert not [pid for pid in Path("/proc").glob("[0-9]*") if str(left).encode() in read(pid / "cmdline")]


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize("words", [["stack"], ["stack", "--"], ["stack", "python"], ["serve"], ["demo", "--port", "many"]])
def test_other_words_are_refused_before_anything_is_installed(words: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        stack.parsed(words)


def connected(name: str) -> psycopg2.extensions.connection:
    address = os.environ[name].replace("postgres://", "").replace("@/", "?").split("?")
    return psycopg2.connect(user=address[0], host=address[2].removeprefix("host="), dbname="portal")


@pytest.mark.skipif("?host=" not in os.environ.get("DATABASE_URL", ""), reason="the servers were given from outside")
def test_the_serving_role_can_neither_create_nor_own_and_must_ask_for_police_notes() -> None:
    connection = connected("DATABASE_URL")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolcreatedb, rolcreaterole, rolinherit, rolbypassrls FROM pg_roles WHERE rolname = 'portal_app'")
        assert cursor.fetchone() == (False, False, False, False, False)
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("CREATE TABLE public.mine (id int)")
        cursor.execute("SET ROLE portal_police")
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("portal_police",)
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("SET ROLE portal_owner")
    connection.close()


@pytest.mark.skipif("?host=" not in os.environ.get("DATABASE_URL", ""), reason="the servers were given from outside")
def test_the_owner_makes_databases_for_the_tests_and_is_no_superuser() -> None:
    connection = connected("DATABASE_OWNER_URL")
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, True)
    connection.close()


def test_a_signal_ends_the_command_and_the_servers(checkout) -> None:
    running = checkout.start("stack", "--", "sleep", "60")
    while running.stderr.readline().startswith("Migrated"):
        pass
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=30)
    assert running.returncode == 128 + signal.SIGTERM
    assert checkout.alive() == {}
