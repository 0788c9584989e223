"""deploy/: what a province's machine is given says what the verification sheet claims of it. Tried for real in test_the_delivered_configuration_works.py."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from coordination.startup import servers, serving

ROOT = Path(settings.BASE_DIR)
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
SERVING = {"portal-web", "portal-worker", "portal-loop"}


def said(unit: Path) -> list[tuple[str, str]]:
    """Its settings, in order."""
    return [(name, value) for name, _is, value in (line.partition("=") for line in unit.read_text().splitlines() if line[:1].isalpha())]


def directives(path: Path) -> str:
    """A configuration without its comments."""
    return "\n".join(line for line in path.read_text().splitlines() if not line.strip().startswith("#"))


def test_the_door_speaks_tls_1_2_and_1_3_with_strong_suites_alone() -> None:
    door = directives(DEPLOY / "nginx.conf")
    assert re.findall(r"ssl_protocols ([^;]+);", door) == ["TLSv1.2 TLSv1.3"] * door.count("listen 443")
    first, second = re.findall(r"ssl_ciphers ([^;]+);", door)
    assert first == second, "the default server of a socket decides for all"
    suites = first.split(":")
    assert suites and all(re.fullmatch(r"ECDHE-(ECDSA|RSA)-(AES\d+-GCM-SHA\d+|CHACHA20-POLY1305)", suite) for suite in suites)
    assert "ssl_session_tickets off;" in door and "ssl_reject_handshake on;" in door


def test_the_door_overwrites_what_a_client_says_of_itself_and_serves_nothing_from_the_disk() -> None:
    door = directives(DEPLOY / "nginx.conf")
    for name, value in (("X-Forwarded-For", "$remote_addr"), ("X-Forwarded-Proto", "$scheme"), ("X-Forwarded-Host", '""'), ("X-Real-IP", '""'), ("Forwarded", '""')):
        assert f"proxy_set_header {name} {value};" in door
    assert re.findall(r"\b(?:root|alias|try_files|autoindex) ([^;]+);", door) == ["/var/www/acme"]
    assert "add_header" not in door, "what a page asks of a browser is said in one place, the portal"
    assert re.findall(r"access_log ([^;]+);", door) == ["off", "off"], "addresses hold links that open"


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_every_unit_is_shut_in_and_has_its_secrets_as_files(unit: Path) -> None:
    settled = said(unit)
    wanted = {"NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "PrivateDevices": "yes", "CapabilityBoundingSet": "", "RestrictNamespaces": "yes", "LockPersonality": "yes", "SystemCallArchitectures": "native", "UMask": "0077"}
    assert wanted.items() <= dict(settled).items()
    assert dict(settled)["User"] not in {"root", ""}
    assert ("LoadCredential", "secret_key:/etc/portal/credentials/secret_key") in settled
    environment = " ".join(value for name, value in settled if name == "Environment") + (DEPLOY / "portal.env").read_text()
    assert not re.search(r"\b(SECRET_KEY|OIDC_CLIENT_SECRET|PGPASSWORD)=", environment)
    assert not re.search(r"://[^/\s]*:[^/\s]*@", environment), "no password in an address"
    owner = any("DATABASE_OWNER_URL" in value for _name, value in settled)
    assert owner == (unit.stem not in SERVING), "what serves knows no way of the owner"
    assert any(value.startswith("trail_key:") for name, value in settled if name == "LoadCredential") == (unit.stem == "portal-loop"), "the loop alone signs"


def test_the_units_start_what_the_demo_starts() -> None:
    demo = {part.log.stem: part.command[1:] for part in serving.children(3, Path("logs"))}
    demo["web"] = [word for word in demo["web"] if word not in {"--bind", "fd://3"}]
    for name, words in demo.items():
        assert dict(said(DEPLOY / "systemd" / f"portal-{name}.service"))["ExecStart"].split() == ["/opt/portal/current/.venv/bin/python", *words]


def test_the_web_server_has_no_way_to_the_broker_and_none_of_them_to_the_others_folders() -> None:
    closed = {unit.stem: " ".join(value for name, value in said(unit) if name == "InaccessiblePaths") for unit in UNITS}
    assert "/run/redis-portal" in closed["portal-web"] and "/var/lib/portal/trail" in closed["portal-web"] and "/var/lib/portal/trail" in closed["portal-worker"]
    assert all("/opt/portal/current/.git" in paths and "/etc/portal/credentials" in paths for paths in closed.values())


def test_the_roles_are_those_of_the_demo_but_for_making_databases() -> None:
    delivered = [line.rstrip(";") for line in (DEPLOY / "roles.sql").read_text().splitlines() if not line.startswith("--")]
    assert delivered == [role.replace(" CREATEDB", "") for role in servers.ROLES]


def test_nobody_comes_into_the_database_with_a_password_or_in_the_open() -> None:
    lines = [line.split() for line in directives(DEPLOY / "pg_hba.conf").splitlines() if line.strip()]
    assert {line[0] for line in lines if line[-1] != "reject"} == {"local", "hostssl"}
    assert {word for line in lines for word in line} & {"trust", "password", "md5", "ident"} == set()
    assert lines[-2:] == [["local", "all", "all", "reject"], ["host", "all", "all", "all", "reject"]]
    conf = directives(DEPLOY / "postgresql.conf")
    for line in ("ssl = on", "ssl_min_protocol_version = 'TLSv1.2'", "password_encryption = 'scram-sha-256'", *(f"{name} = {value}" for name, value in (each.split("=") for each in servers.QUIET_LOG)), "fsync = on"):
        assert line in conf


def test_the_broker_has_one_user_with_named_commands_and_keys() -> None:
    rules = (DEPLOY / "redis.acl").read_text().split()
    assert rules[:2] == ["user", "default"] and "-@all" in rules and rules.count("user") == 1
    assert not [rule for rule in rules if rule in {"allkeys", "allcommands", "allchannels", "~*", "&*"} or rule.startswith("+@")]
    assert "port 0" in directives(DEPLOY / "redis.conf").splitlines() and "unixsocketperm 770" in directives(DEPLOY / "redis.conf")


def test_the_portal_starts_with_the_delivered_variables(tmp_path: Path) -> None:
    """Every name is understood, none is missing, and nothing of it is refused; with a plain server elsewhere it is."""
    given = dict(line.split("=", 1) for line in (DEPLOY / "portal.env").read_text().splitlines() if line and not line.startswith("#"))
    (tmp_path / "key").write_text("k" * 60)
    env = {"PATH": os.environ["PATH"], "SECRET_KEY_FILE": str(tmp_path / "key"), "TRAIL_KEY_FILE": str(tmp_path / "key")} | given
    words = "import django; django.setup(); from django.conf import settings as s; print(s.PRODUCTION, s.DEBUG, s.ALLOWED_HOSTS, s.PROXY_COUNT)"
    started = subprocess.run([sys.executable, "-c", words], cwd=ROOT, env=env, capture_output=True, text=True)
    assert started.stdout == "True False ['portal.example.vn'] 1\n", started.stderr
    refused = subprocess.run([sys.executable, "-c", words], cwd=ROOT, env=env | {"EMAIL_HOST": "mail.example.vn"}, capture_output=True, text=True)
    assert refused.returncode == 1 and "EMAIL_USE_TLS" in refused.stderr


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this is a release already")
def test_a_release_holds_neither_history_nor_tests() -> None:
    """The command of docs/running.md, without its compression."""
    said = re.search(r"`(git archive [^`]*)`", (ROOT / "docs/running.md").read_text())
    archive = ["git", "archive", *shlex.split(said[1])[shlex.split(said[1]).index("HEAD") :]]
    with subprocess.Popen(archive, cwd=ROOT, stdout=subprocess.PIPE) as made:
        names = subprocess.run(["tar", "--list"], stdin=made.stdout, capture_output=True, text=True, check=True).stdout.split()
    assert "manage.py" in names and "coordination/settings.py" in names and "requirements.txt" in names
    assert [name for name in names if name.startswith(("tests/", ".git/", ".ci/"))] == []
