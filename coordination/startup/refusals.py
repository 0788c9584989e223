"""What a production is not started with: an open line to another machine, a lasting password in an address, the history of the code beside it."""

import os
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

HISTORY = (".git", ".hg", ".svn")


def is_here(host: str) -> bool:
    """Whether a host is this machine: a socket, its own name, or an address of the loop."""
    if not host or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def refuse_database(name: str, parsed: Mapping[str, Any], env: Mapping[str, str]) -> None:
    """PostgreSQL on this machine knows the process by its user; on another, both show certificates (ASVS 12.3.1, 12.3.2, 13.2.1)."""
    options = parsed.get("OPTIONS", {})
    if parsed.get("PASSWORD") or {"password", "passfile", "service"} & set(options) or {"PGPASSWORD", "PGPASSFILE", "PGSERVICE"} & set(env):
        raise ImproperlyConfigured(f"{name} brings a lasting password or a service file. Use the socket of this machine, or sslcert= and sslkey= with a certificate of this process.")
    places = [parsed.get("HOST") or "", options.get("host", ""), options.get("hostaddr", ""), env.get("PGHOST", ""), env.get("PGHOSTADDR", "")]
    elsewhere = [host for place in places for host in place.split(",") if not is_here(host)]
    if elsewhere and options.get("sslmode") != "verify-full":
        raise ImproperlyConfigured(f"{name} names {elsewhere[0]}, another machine: it must say sslmode=verify-full&sslrootcert=FILE.")


def refuse_broker(url: str) -> None:
    """Redis on this machine is a socket that few may open; on another, both show certificates."""
    parts = urlsplit(url)
    if parts.password:
        raise ImproperlyConfigured("REDIS_URL brings a lasting password. Use the socket of this machine, or ssl_certfile= and ssl_keyfile= with a certificate of this process.")
    if parts.scheme in {"redis+socket", "unix"} or parts.scheme == "redis" and is_here(unquote(parts.hostname or "")):
        return
    asked = dict(parse_qsl(parts.query))
    checked = asked.get("ssl_cert_reqs") in {"required", "CERT_REQUIRED"} and asked.get("ssl_check_hostname", "true").lower() != "false"
    if parts.scheme != "rediss" or not checked:
        raise ImproperlyConfigured("REDIS_URL names another machine: it must begin with rediss and say ssl_cert_reqs=required&ssl_ca_certs=FILE.")


def refuse_mail(host: str, sealed: bool) -> None:
    """Mail may stand open only on its way to a server of this machine."""
    if not sealed and not is_here(host):
        raise ImproperlyConfigured(f"EMAIL_HOST names {host}, another machine: set EMAIL_USE_TLS or EMAIL_USE_SSL to true.")


def refuse_scanner(way: str) -> None:
    """The scanner is handed files of cases and speaks no TLS."""
    if way.startswith("tcp:") and not is_here(way.removeprefix("tcp:").rpartition(":")[0]):
        raise ImproperlyConfigured("CLAMAV names another machine, and the way there is open: run the scanner on this one.")


def refuse_history(root: Path) -> None:
    """Nobody serves from a checkout: whoever finds a way to read files would read every version there was (ASVS 13.4.1)."""
    for name in HISTORY:
        if (root / name).exists() and os.access(root / name, os.R_OK):
            raise ImproperlyConfigured(f"{root / name} can be read by what serves. Install a release without it: docs/running.md.")
