"""The provider as the tests hold it: started, stopped, hung, made to lie; and somebody who signs in there."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings

from tests.live import wait_until

CLIENT, SECRET = "portal", "bi-mat-cua-cong-phoi-hop"
PASSWORD = "mat-khau-o-noi-cap"


def new_key() -> str:
    """A key that signs tokens."""
    return rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


class Provider:
    """One process on a port of its own."""

    def __init__(self, folder: Path, redirect: str) -> None:
        self.folder, self.redirect = folder, redirect
        (folder / "key.pem").write_text(new_key())
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.issuer = f"http://{self.address}"
        self.process: subprocess.Popen[bytes] | None = None
        self.browsers: dict[str, requests.Session] = {}

    def start(self) -> None:
        """Start it, empty, and wait for its first answer."""
        for kept in ("provider.sqlite3", "cache"):
            path = self.folder / kept
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        own = {"PROVIDER_FOLDER": str(self.folder), "PROVIDER_CLIENT": CLIENT, "PROVIDER_SECRET": SECRET, "PROVIDER_REDIRECT": self.redirect, "DJANGO_SETTINGS_MODULE": "tests.oidc.provider_settings"}
        served = ["-m", "gunicorn", "--bind", self.address, "--worker-class", "gthread", "--threads", "4", "--no-control-socket", "tests.oidc.provider_wsgi"]
        with (self.folder / "provider.log").open("ab") as log:
            command = ["setpriv", "--pdeathsig", "TERM", "--", sys.executable, *served]
            self.process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=os.environ | own, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        wait_until(self.answers, 30, words=(self.folder / "provider.log").read_text)

    def answers(self) -> bool:
        """It is there."""
        try:
            return requests.get(f"{self.issuer}/.well-known/openid-configuration", timeout=2).ok
        except requests.RequestException:
            return False

    def signal(self, number: signal.Signals) -> None:
        """Tell it and its children."""
        os.killpg(self.process.pid, number)

    def stop(self) -> None:
        """Take it away, with everybody who was signed in there."""
        while self.browsers:
            self.browsers.popitem()[1].close()
        if self.process:
            self.signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    @contextmanager
    def gone(self) -> Iterator[None]:
        """Nobody at the port for a while."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """It accepts and says nothing for a while."""
        self.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.signal(signal.SIGCONT)

    def lies(self, what: str, **values: Any) -> None:
        """From here on it says something else in its "token" or its "metadata"; the truth again with no values."""
        (self.folder / "spoilt.json").write_text(json.dumps({what: values}))

    def forget_codes(self) -> None:
        """The codes it gave out have run out."""
        shutil.rmtree(self.folder / "cache")

    def sign_in(self, address: str, who: str = "mot") -> str:
        """Somebody signs in there; the address of the portal that he is sent back to. Once he is in, his browser leaves out what asks him again."""
        if who not in self.browsers:
            self.browsers[who] = requests.Session()
            page = self.browsers[who].get(address, timeout=10)
            form = {"login": who, "password": PASSWORD, "csrfmiddlewaretoken": re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]}
            answer = self.browsers[who].post(page.url, form, allow_redirects=False, timeout=10)
            address = urljoin(answer.url, answer.headers["Location"])
        answer = self.browsers[who].get(address.replace("prompt=login", "prompt="), allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]


@contextmanager
def provider_for(folder: Path, origin: str) -> Iterator[Provider]:
    """A provider for the portal at an origin; gone afterwards."""
    made = Provider(folder, f"{origin}/tai-khoan/cong-vu/ve/")
    try:
        made.start()
        yield made
    finally:
        made.stop()
