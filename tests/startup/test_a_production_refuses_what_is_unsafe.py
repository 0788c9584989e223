"""Outside the demo nothing starts with an open line to another machine, a lasting password in an address, or the history of its code beside it."""

import os
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.smtp import EmailBackend

from coordination import settings as portal_settings
from coordination.startup import refusals

ROOT = Path(settings.BASE_DIR)
VERIFIED = "sslmode=verify-full&sslrootcert=ca.pem"
CERTIFICATE = "ssl_cert_reqs=required&ssl_ca_certs=ca.pem&ssl_certfile=portal.pem&ssl_keyfile=portal.key"


@pytest.mark.parametrize("host", ["", "localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]", "/run/postgresql", "@portal"])
def test_what_is_this_machine(host: str) -> None:
    assert refusals.is_here(host)


@pytest.mark.parametrize("host", ["db.example", "10.0.0.5", "0.0.0.0", "localhost.example", "2001:db8::1", "127.0.0.1.example", " localhost"])
def test_what_is_another(host: str) -> None:
    assert not refusals.is_here(host)


def asked(monkeypatch: pytest.MonkeyPatch, address: str, *, production: bool = True, **beside: str) -> None:
    """What a start does with this address of the database."""
    for name, value in (beside | {"DATABASE_URL": address}).items():
        monkeypatch.setenv(name, value)
    portal_settings.database("DATABASE_URL", production)


@pytest.mark.parametrize(
    "address",
    [
        "postgres://portal_app@/portal?host=/run/postgresql",
        "postgres://portal_app@localhost/portal",
        f"postgres://portal_app@db.example/portal?{VERIFIED}",
        f"postgres://portal_app@db.example:5433/portal?{VERIFIED}&sslcert=portal.pem&sslkey=portal.key",
    ],
)
def test_a_socket_and_a_checked_certificate_are_taken(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    asked(monkeypatch, address)


OPEN = [
    "postgres://portal_app@db.example/portal",
    "postgres://portal_app@db.example/portal?sslmode=require",
    "postgres://portal_app@db.example/portal?sslmode=verify-ca&sslrootcert=ca.pem",
    "postgres://portal_app@/portal?host=db.example",
    "postgres://portal_app@localhost/portal?hostaddr=10.0.0.5",
    "postgres://portal_app@/portal?host=/run/postgresql,db.example",
]


@pytest.mark.parametrize("address", OPEN)
def test_an_open_line_to_another_database_is_refused_in_words(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"another machine: it must say sslmode=verify-full"):
        asked(monkeypatch, address)
    asked(monkeypatch, address, production=False)


def test_a_host_that_the_environment_adds_counts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"db\.example, another machine"):
        asked(monkeypatch, "postgres://portal_app@/portal", PGHOST="db.example")


@pytest.mark.parametrize("address", [f"postgres://portal_app:bi-mat@db.example/portal?{VERIFIED}", "postgres://portal_app:bi-mat@/portal?host=/run/postgresql", "postgres://portal_app@/portal?passfile=here"])
def test_a_lasting_password_for_the_database_is_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="lasting password") as refusal:
        asked(monkeypatch, address)
    assert "bi-mat" not in str(refusal.value)


@pytest.mark.parametrize("name", ["PGPASSWORD", "PGPASSFILE", "PGSERVICE"])
def test_nor_may_it_come_beside_the_address(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="lasting password"):
        asked(monkeypatch, "postgres://portal_app@/portal?host=/run/postgresql", **{name: "x"})


@pytest.mark.parametrize("address", ["redis+socket:///run/redis/portal.sock?virtual_host=0", "redis://localhost:6379/0", f"rediss://broker.example:6380/0?{CERTIFICATE}"])
def test_a_broker_on_a_socket_or_behind_a_certificate_is_taken(address: str) -> None:
    refusals.refuse_broker(address)


@pytest.mark.parametrize(
    "address",
    [
        "redis://broker.example:6379/0",
        "rediss://broker.example:6380/0",
        "rediss://broker.example:6380/0?ssl_cert_reqs=none",
        "rediss://broker.example:6380/0?ssl_cert_reqs=optional",
        "rediss://broker.example:6380/0?ssl_cert_reqs=required&ssl_check_hostname=false",
        "sentinel://broker.example:26379",
        "amqp://broker.example",
    ],
)
def test_an_open_line_to_another_broker_is_refused(address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="another machine"):
        refusals.refuse_broker(address)


@pytest.mark.parametrize("address", [f"rediss://portal:bi-mat@broker.example:6380/0?{CERTIFICATE}", "redis+socket://:bi-mat@/run/redis/portal.sock", "redis://:bi-mat@localhost/0"])
def test_a_lasting_password_for_the_broker_is_refused(address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="lasting password"):
        refusals.refuse_broker(address)


def test_plain_mail_stays_on_this_machine_and_so_do_files_for_the_scanner() -> None:
    refusals.refuse_mail("localhost", False)
    refusals.refuse_mail("mail.example", True)
    for way in ("unix:/run/clamav/clamd.ctl", "tcp:127.0.0.1:3310", "clamscan:/folder", "off", ""):
        refusals.refuse_scanner(way)
    with pytest.raises(ImproperlyConfigured, match="EMAIL_USE_TLS or EMAIL_USE_SSL"):
        refusals.refuse_mail("mail.example", False)
    with pytest.raises(ImproperlyConfigured, match="CLAMAV names another machine"):
        refusals.refuse_scanner("tcp:scanner.example:3310")


@pytest.mark.parametrize("way", [{"use_tls": True}, {"use_ssl": True}])
def test_the_certificate_of_the_mail_server_is_checked_either_way(way: dict[str, bool]) -> None:
    context = EmailBackend(host="mail.example", **way).ssl_context
    assert context.verify_mode == ssl.CERT_REQUIRED and context.check_hostname


@pytest.mark.parametrize("name", refusals.HISTORY)
def test_history_that_what_serves_can_read_is_refused(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    refusals.refuse_history(tmp_path)
    (tmp_path / name).mkdir()
    with pytest.raises(ImproperlyConfigured, match="Install a release without it"):
        refusals.refuse_history(tmp_path)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    refusals.refuse_history(tmp_path)


# Whole starts, each in a process of its own

PRODUCTION = {"PORTAL_ORIGIN": "https://portal.example", "DEMO": "false", "DEBUG": "false", "DJANGO_SETTINGS_MODULE": "coordination.settings"}
LOADED = "import django; django.setup(); from django.conf import settings as s; print(s.PRODUCTION, s.SECRET_KEY)"


def started(tmp_path: Path, words: str, **values: str) -> subprocess.CompletedProcess[str]:
    """A process that is told these variables on top of ours."""
    (tmp_path / "secret").write_text("k" * 60 + "\n")
    env = {name: value for name, value in os.environ.items() if name != "SECRET_KEY"} | PRODUCTION | {"SECRET_KEY_FILE": str(tmp_path / "secret")} | values
    return subprocess.run([sys.executable, "-c", words], cwd=ROOT, env=env, capture_output=True, text=True)


def test_a_production_takes_its_secret_from_a_closed_file(tmp_path: Path) -> None:
    assert started(tmp_path, LOADED).stdout == f"True {'k' * 60}\n"
    assert "SECRET_KEY_FILE cannot be read" in started(tmp_path, LOADED, SECRET_KEY_FILE="/nowhere").stderr


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"DEBUG": "true"}, "DEBUG must be false"),
        ({"DATABASE_URL": OPEN[0]}, "DATABASE_URL names db.example"),
        ({"REDIS_URL": "redis://broker.example"}, "REDIS_URL names another machine"),
        ({"EMAIL_HOST": "mail.example"}, "EMAIL_HOST names mail.example"),
        ({"EMAIL_USE_TLS": "true", "EMAIL_USE_SSL": "true"}, "set one of them"),
        ({"CLAMAV": "tcp:scanner.example:3310"}, "CLAMAV names another machine"),
    ],
)
def test_a_production_does_not_start_with_it(tmp_path: Path, values: dict[str, str], words: str) -> None:
    done = started(tmp_path, LOADED, **values)
    assert done.returncode == 1 and words in done.stderr


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this is a release: there is no history to read")
def test_no_part_of_a_production_serves_from_a_checkout(tmp_path: Path) -> None:
    parts = ("import coordination.wsgi", "from coordination.celery import app; app.worker_main(['worker'])", "import django; django.setup(); from django.core.management import call_command; call_command('loop')")
    for words in parts:
        done = started(tmp_path, words)
        assert done.returncode == 1 and "Install a release without it" in done.stderr, words
    assert started(tmp_path, parts[0], PORTAL_ORIGIN="http://localhost:8000").returncode == 0, "the demo, the tests and a developer do"
