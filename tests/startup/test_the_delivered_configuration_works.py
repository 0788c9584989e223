"""deploy/, tried: nginx, PostgreSQL and Redis are started with what is delivered, other folders and names put in. Minutes on a bare machine, so when asked for:

python3 manage.py selftest tests/startup/test_the_delivered_configuration_works.py -m long -q
"""

import contextlib
import getpass
import http.client
import os
import re
import shutil
import socket
import socketserver
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import psycopg2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from kombu import Connection
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from coordination.startup import refusals, servers

pytestmark = pytest.mark.long
ROOT = Path(settings.BASE_DIR)
DEPLOY = ROOT / "deploy"
NAME = "portal.example.vn"


class Authority:
    """A certificate authority of the test, and the certificates it gives out."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.key = folder, ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
        self.file = folder / "authority.pem"
        made = self.built(self.name, self.key).add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.file.write_bytes(made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def built(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        """A certificate of a day, not yet signed."""
        now = datetime.now(UTC)
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        return made.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))

    def give(self, name: str) -> tuple[Path, Path]:
        """Files of a certificate and its key for a name."""
        key, pem, secret = ec.generate_private_key(ec.SECP256R1()), self.folder / f"{name}.pem", self.folder / f"{name}.key"
        made = self.built(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key).add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        pem.write_bytes(made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        secret.chmod(0o600)
        return pem, secret


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextlib.contextmanager
def running(*command: str | Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server of this test, ended with it."""
    process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "--", *map(str, command)], stdin=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


# The door


class Echo(BaseHTTPRequestHandler):
    """In the portal's place: says what reached it."""

    def do_GET(self) -> None:
        said = f"{self.path}\n{self.headers}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def address_string(self) -> str:
        return "nginx"

    def log_message(self, *words: object) -> None:
        return


class Upstream(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


@pytest.fixture
def door(tmp_path: Path, authority: Authority, until: Callable[..., None]) -> Iterator[tuple[int, int]]:
    """The ports of TLS and of the open one, behind the delivered configuration."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    if nginx is None:
        pytest.skip("nginx is not installed: apt-get install nginx")
    pem, key = authority.give(NAME)
    sealed, plain, upstream = free_port(), free_port(), tmp_path / "web.sock"
    site = (DEPLOY / "nginx.conf").read_text()
    site = re.sub(r"listen \[::\]:\d+[^;]*;", "", site).replace("listen 443", f"listen 127.0.0.1:{sealed}").replace("listen 80 ", f"listen 127.0.0.1:{plain} ")
    for there, here in (("/etc/letsencrypt/live/portal.example.vn/fullchain.pem", pem), ("/etc/letsencrypt/live/portal.example.vn/privkey.pem", key), ("/run/portal/web.sock", upstream), ("/run/portal-bodies", tmp_path / "bodies"), ("/var/log/nginx/portal.log", tmp_path / "log"), ("/var/www/acme", tmp_path / "acme")):
        assert there in site
        site = site.replace(there, str(here))
    (tmp_path / "acme/.well-known/acme-challenge").mkdir(parents=True)
    (tmp_path / "acme/.well-known/acme-challenge/proof").write_text("proved")
    tmp_path.chmod(0o755)
    user = f"user {getpass.getuser()};" if os.getuid() == 0 else ""
    (tmp_path / "nginx.conf").write_text(f"{user} daemon off; pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}} http {{ {site} }}")
    with Upstream(str(upstream), Echo) as portal:
        threading.Thread(target=portal.serve_forever, daemon=True).start()
        with running(nginx, "-c", tmp_path / "nginx.conf", "-p", tmp_path):
            until(lambda: listens(plain))
            yield sealed, plain
        portal.shutdown()


def listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def handshake(port: int, authority: Authority, *, version: ssl.TLSVersion | None = None, suites: str = "", name: str = NAME) -> tuple[str, str]:
    """Version and suite agreed on."""
    context = ssl.create_default_context(cafile=str(authority.file))
    if suites or version in {ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1}:
        context.set_ciphers((suites or "ALL") + ":@SECLEVEL=0")
    if version:
        context.minimum_version = context.maximum_version = version
    with socket.create_connection(("127.0.0.1", port), 10) as line, context.wrap_socket(line, server_hostname=name) as sealed:
        return sealed.version(), sealed.cipher()[0]


def ask(port: int, authority: Authority, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
    """One request through the door."""
    context = ssl.create_default_context(cafile=str(authority.file))
    with socket.create_connection(("127.0.0.1", port), 10) as line, context.wrap_socket(line, server_hostname=NAME) as sealed:
        client = http.client.HTTPConnection(NAME)
        client.sock = sealed
        client.request("GET" if body is None else "POST", path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = client.getresponse()
        return answer.status, answer.read().decode()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_the_door(door: tuple[int, int], authority: Authority) -> None:
    sealed, plain = door
    assert handshake(sealed, authority)[0] == "TLSv1.3"
    assert handshake(sealed, authority, version=ssl.TLSVersion.TLSv1_2) == ("TLSv1.2", "ECDHE-ECDSA-AES256-GCM-SHA384")
    for refused in ({"version": ssl.TLSVersion.TLSv1}, {"version": ssl.TLSVersion.TLSv1_1}, {"version": ssl.TLSVersion.TLSv1_2, "suites": "AES128-SHA:AES256-GCM-SHA384:ECDHE-ECDSA-AES128-SHA256"}, {"name": "another.example"}):
        with pytest.raises((ssl.SSLError, ConnectionError)):
            handshake(sealed, authority, **refused)

    status, reached = ask(sealed, authority, "/", X_Forwarded_For="6.6.6.6", X_Forwarded_Proto="http", X_Forwarded_Host="evil.example", X_Real_IP="6.6.6.6", Forwarded="for=6.6.6.6")
    assert status == 200 and "X-Forwarded-For: 127.0.0.1" in reached and "X-Forwarded-Proto: https" in reached
    assert "6.6.6.6" not in reached and "evil.example" not in reached
    assert ask(sealed, authority, "/static/img/mark.svg")[0] == 200, "files of pages come from the portal as well"
    for path in ("/.git/config", "/.env", "/static/.hidden", "/.well-known/x"):
        assert ask(sealed, authority, path)[0] == 404, path
    assert ask(sealed, authority, "/", bytes(3_000_000))[0] == 200
    assert ask(sealed, authority, "/", bytes(58_000_000))[0] == 413

    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", plain)) as client:
        client.request("GET", "/vu-viec/?x=1", headers={"Host": "evil.example"})
        answer = client.getresponse()
        assert (answer.status, answer.read() and answer.getheader("Location")) == (301, f"https://{NAME}/vu-viec/?x=1")
        client.request("GET", "/.well-known/acme-challenge/proof")
        assert client.getresponse().read() == b"proved"


# The broker


def test_the_worker_needs_no_more_of_the_broker_than_it_is_given(tmp_path: Path, until: Callable[..., None]) -> None:
    place, acl = tmp_path / "redis.sock", tmp_path / "portal.acl"
    shutil.copy(DEPLOY / "redis.acl", acl)
    conf = (DEPLOY / "redis.conf").read_text()
    for there, here in (("/run/redis-portal/redis.sock", place), ("/etc/redis/portal.acl", acl), ("dir /run/redis-portal", f"dir {tmp_path}")):
        assert there in conf
        conf = conf.replace(there, str(here))
    (tmp_path / "redis.conf").write_text(conf)
    address = f"redis+socket://{place}?virtual_host=0"
    worker = [sys.executable, "-m", "celery", "-A", "coordination", "worker", "--concurrency", "1", "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]
    broker = servers.Redis(tmp_path)
    with running("redis-server", tmp_path / "redis.conf"), (tmp_path / "log").open("wb") as log:
        until(broker.running)
        process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "--", *worker], env=os.environ | {"REDIS_URL": address, "PYTHONWARNINGS": "ignore"}, cwd=ROOT, stdout=log, stderr=log)
        try:
            with Connection(address) as line:
                queue = line.SimpleQueue("mail")
                queue.put({"id": "x"})
                queue.close()
            until(lambda: "unknown message" in (tmp_path / "log").read_text() or process.poll() is not None)
            time.sleep(12)  # the worker restores what was not acknowledged every ten seconds
        finally:
            process.terminate()
            process.wait(timeout=30)
    said = (tmp_path / "log").read_text()
    assert "unknown message" in said and "NOPERM" not in said and "NoPermission" not in said, said[-3000:]


REFUSED = [b"FLUSHALL", b"CONFIG GET *", b"KEYS *", b"ACL LIST", b"SHUTDOWN NOSAVE", b"DEBUG SLEEP 0", b"MONITOR", b"SAVE", b"SET other 1", b"EVAL 'return 1' 0", b"REPLICAOF 127.0.0.1 1", b"MODULE LIST", b"CLIENT KILL ID 1"]


def test_the_broker_refuses_everything_else(tmp_path: Path, until: Callable[..., None]) -> None:
    conf = (DEPLOY / "redis.conf").read_text().replace("/run/redis-portal/redis.sock", str(tmp_path / "redis.sock")).replace("/etc/redis/portal.acl", str(DEPLOY / "redis.acl")).replace("dir /run/redis-portal", f"dir {tmp_path}")
    (tmp_path / "redis.conf").write_text(conf)
    broker = servers.Redis(tmp_path)
    with running("redis-server", tmp_path / "redis.conf"):
        until(broker.running)
        assert [command for command in REFUSED if not broker.ask(command).startswith((b"-NOPERM", b"-ERR DEBUG command not allowed"))] == []


def test_a_broker_elsewhere_shows_its_certificate_and_asks_for_ours(tmp_path: Path, authority: Authority, until: Callable[..., None]) -> None:
    """The lines at the end of redis.conf, with an address that a production takes."""
    (pem, key), (mine, secret), port = authority.give("localhost"), authority.give("portal"), free_port()
    (tmp_path / "other").mkdir()
    stranger = Authority(tmp_path / "other")
    conf = (DEPLOY / "redis.conf").read_text()
    for there, here in (("unixsocket /run/redis-portal/redis.sock", ""), ("unixsocketperm 770", ""), ("/etc/redis/portal.acl", DEPLOY / "redis.acl"), ("dir /run/redis-portal", f"dir {tmp_path}"), ("# tls", "tls"), ("6380", port), ("/etc/redis/server.pem", pem), ("/etc/redis/server.key", key), ("/etc/redis/authority.pem", authority.file)):
        assert there in conf
        conf = conf.replace(there, str(here))
    (tmp_path / "redis.conf").write_text(conf)

    def reached(host: str, trusted: Path, *shown: Path) -> bool:
        address = f"rediss://{host}:{port}/0?ssl_cert_reqs=required&ssl_ca_certs={trusted}" + (f"&ssl_certfile={shown[0]}&ssl_keyfile={shown[1]}" if shown else "")
        refusals.refuse_broker(address)
        with Connection(address, transport_options={"socket_connect_timeout": 2, "socket_timeout": 2}) as line:
            try:
                return line.default_channel.client.ping()
            except (OperationalError, RedisError):
                return False

    with running("redis-server", tmp_path / "redis.conf"):
        until(lambda: listens(port))
        assert reached("localhost", authority.file, mine, secret)
        assert not reached("localhost", authority.file)
        assert not reached("localhost", stranger.file, mine, secret)
        assert not reached("localhost", authority.file, *stranger.give("portal"))
        assert not reached("127.0.0.1", authority.file, mine, secret), "the name in the certificate is another"


# The database


@pytest.fixture
def passable_folder() -> Iterator[Path]:
    """A folder that the servers' own user reaches, too."""
    with tempfile.TemporaryDirectory(prefix="portal-cluster-", dir="/tmp") as name:
        yield Path(name)


def test_the_database_lets_in_whom_the_system_or_a_certificate_names_and_nobody_else(passable_folder: Path, authority: Authority) -> None:
    """As the demo makes it, then with the delivered rules; the user of this test stands for `portal`."""
    folder = passable_folder
    user = servers.server_user()
    cluster = servers.Postgres(folder, throwaway=True)
    port = free_port()
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    must = servers.must
    must(servers.as_server_user([cluster.program("initdb"), "-D", cluster.data, "-U", "postgres", "-A", "trust", "--no-sync"]), "initdb")
    pem, key = authority.give("localhost")
    conf = (DEPLOY / "postgresql.conf").read_text().replace("/run/postgresql", str(folder))
    for there, here in (("server.pem", pem), ("server.key", key), ("authority.pem", authority.file)):
        shutil.copy(here, cluster.data / there)
        conf = conf.replace(f"/etc/postgresql/15/main/{there}", str(cluster.data / there))
        if user:
            os.chown(cluster.data / there, user.pw_uid, user.pw_gid)
        (cluster.data / there).chmod(0o600)
    with (cluster.data / "postgresql.conf").open("a") as file:
        file.write(f"{conf}\nport = {port}\n")
    (cluster.data / "pg_hba.conf").write_text("local all all trust\n")
    start = [cluster.program("pg_ctl"), "-D", cluster.data, "-w", "-l", cluster.log]
    must(servers.as_server_user([*start, "start"]), "start", cluster.log)
    try:
        psql = [cluster.program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", folder, "-p", str(port), "-U", "postgres", "-d", "postgres"]
        must(servers.as_server_user([*psql, "-f", DEPLOY / "roles.sql"]), "roles")
        must(servers.as_server_user([*psql, "-c", "CREATE ROLE stranger LOGIN PASSWORD 'x'"]), "stranger")
        (cluster.data / "pg_hba.conf").write_text((DEPLOY / "pg_hba.conf").read_text().replace("192.0.2.10/32", "127.0.0.1/32"))
        (cluster.data / "pg_ident.conf").write_text((DEPLOY / "pg_ident.conf").read_text() + f"portal {getpass.getuser()} portal_app\n")
        must(servers.as_server_user([cluster.program("pg_ctl"), "-D", cluster.data, "reload"]), "reload")
        time.sleep(1)
        mine, others = authority.give("portal"), authority.give("somebody")
        for files in (mine, others):
            files[1].chmod(0o600)
        sealed = {"host": "localhost", "hostaddr": "127.0.0.1", "sslmode": "verify-full", "sslrootcert": str(authority.file)}

        def come(role: str, **how: str) -> str:
            line = psycopg2.connect(dbname="portal", user=role, port=port, connect_timeout=5, **how)
            try:
                with line.cursor() as cursor:
                    cursor.execute("select current_user || ' ' || coalesce((select version from pg_stat_ssl where pid = pg_backend_pid()), '-')")
                    return cursor.fetchone()[0]
            finally:
                line.close()

        assert come("portal_app", host=str(folder)) == "portal_app -"
        assert come("portal_app", **sealed, sslcert=str(mine[0]), sslkey=str(mine[1])) == "portal_app TLSv1.3"
        refused: list[tuple[str, dict[str, str]]] = [
            ("portal_owner", {"host": str(folder)}),
            ("stranger", {"host": str(folder), "password": "x"}),
            ("portal_app", {"host": "127.0.0.1", "sslmode": "disable"}),
            ("portal_app", {**sealed, "sslcert": "/nowhere", "sslkey": "/nowhere"}),
            ("portal_app", {**sealed, "sslcert": str(others[0]), "sslkey": str(others[1])}),
            ("portal_owner", {**sealed, "sslcert": str(mine[0]), "sslkey": str(mine[1])}),
            ("stranger", {**sealed, "password": "x", "sslcert": str(mine[0]), "sslkey": str(mine[1])}),
        ]
        for role, how in refused:
            with pytest.raises(psycopg2.OperationalError):
                come(role, **how)
    finally:
        servers.as_server_user([*start, "-m", "immediate", "stop"])


# Units and the way of the logs


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("unit", sorted((DEPLOY / "systemd").glob("portal-*.*e*")), ids=lambda unit: unit.name)
def test_systemd_understands_every_unit_and_calls_it_safe(unit: Path) -> None:
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
    faults = [line for line in done.stderr.splitlines() if unit.name in line and "is not executable" not in line]
    assert faults == []
    if unit.suffix == ".service":
        said = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=20", unit], capture_output=True, text=True)
        assert said.returncode == 0, said.stdout[-300:]


@pytest.mark.skipif(shutil.which("rsyslogd", path="/usr/sbin") is None, reason="rsyslog is not installed: apt-get install rsyslog rsyslog-gnutls")
def test_rsyslog_understands_where_the_lines_go(tmp_path: Path, authority: Authority) -> None:
    authority.give("portal")
    (tmp_path / "rsyslog.conf").write_text((DEPLOY / "rsyslog.conf").read_text().replace("/etc/portal/collector", str(tmp_path)))
    done = subprocess.run(["/usr/sbin/rsyslogd", "-N1", "-f", tmp_path / "rsyslog.conf"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("logrotate", path="/usr/sbin") is None, reason="logrotate is not installed")
def test_logrotate_understands_its_file(tmp_path: Path) -> None:
    shutil.copy(DEPLOY / "logrotate.conf", tmp_path / "portal")
    (tmp_path / "portal").chmod(0o644)
    done = subprocess.run(["/usr/sbin/logrotate", "--debug", "--state", tmp_path / "state", tmp_path / "portal"], capture_output=True, text=True)
    assert done.returncode == 0 and "error" not in done.stderr, done.stderr
