"""The folder that outlives a command: the servers' data, the keys, the printed files, the logs, and what was loaded when."""

import base64
import hashlib
import json
import os
import secrets
import shutil
from pathlib import Path

from servers import server_user

ROOT = Path(__file__).resolve().parents[2]
SYSTEM_STATE = Path("/var/lib/coordination-portal")
# Keys that stand beside those of the fields, each for one purpose; none is derived from another.
OWN_KEYS = ("trail",)
# What the loaded data come from: when one of these changes, a kept demo is an older one.
SOURCES = ("*/migrations/*.py", "*/reference.py", "*/demo.py", "*/data/**/*.*")


def state_base() -> Path:
    """Where kept folders stand: the system's state area for root (the servers run as another user), else the user's own."""
    if os.getuid() == 0:
        return SYSTEM_STATE
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / SYSTEM_STATE.name


def make_state_base() -> None:
    """Create the area. Root's is open to pass through, whatever the umask; the folders in it are closed."""
    state_base().mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.getuid() == 0:
        SYSTEM_STATE.chmod(0o755)


def kept_folder(checkout: Path, database: str) -> Path:
    """One folder for each checkout, and for each database given from outside."""
    return state_base() / hashlib.sha256(f"{checkout}\n{database}".encode()).hexdigest()[:12]


def fingerprint(root: Path = ROOT) -> str:
    """One value for the migrations and for what loads the data."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in SOURCES for path in root.glob(pattern) if path.is_file()):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_older(loaded: dict[str, str], now: str) -> bool:
    """True when other code than this loaded the folder, or the loading of the demo broke off."""
    return any(loaded.get(part, now) != now for part in ("ground", "demo"))


def write_closed(path: Path, text: str) -> None:
    """Write a file that its owner alone may read, from its first byte on."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def new_key() -> str:
    """32 random bytes in base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


class State:
    """The folder that holds the servers, the keys, the printed files and the logs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.servers, self.logs, self.media = folder / "servers", folder / "logs", folder / "media"
        self.secret, self.keys = folder / "secret_key", folder / "field_keys.json"
        self.trail_key, self.checkpoints = folder / "trail_key", folder / "checkpoints"
        self.marker, self.origin = folder / "loaded.json", folder / "origin"
        self.gate, self.users, self.demo = (folder.with_suffix(end) for end in (".gate", ".users", ".demo"))

    def make(self) -> None:
        """Create what is missing. Root lets the servers' user pass through the folder and see nothing in it; all else is closed."""
        user = server_user()
        self.folder.mkdir(exist_ok=True, mode=0o700)
        if user:
            os.chown(self.folder, 0, user.pw_gid)
            self.folder.chmod(0o710)
        for inner in (self.servers, self.logs, self.media, self.checkpoints):
            inner.mkdir(exist_ok=True, mode=0o700)
        if user:
            os.chown(self.servers, user.pw_uid, user.pw_gid)
        if not self.secret.exists():
            write_closed(self.secret, secrets.token_urlsafe(50))
        self.make_keys()
        if not self.trail_key.exists():
            write_closed(self.trail_key, new_key() + "\n")

    def make_keys(self) -> None:
        """The file of keys; one made by older code gets what it lacks."""
        held = json.loads(self.keys.read_text()) if self.keys.exists() else {"active": "k1", "keys": {"k1": new_key()}}
        lacking = {name: new_key() for name in OWN_KEYS if name not in held}
        if lacking:
            fresh = self.keys.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            write_closed(fresh, json.dumps(held | lacking))
            fresh.replace(self.keys)

    def loaded(self) -> dict[str, str]:
        """What was migrated ("ground") and loaded ("demo") here, each with the fingerprint of its day."""
        return json.loads(self.marker.read_text()) if self.marker.exists() else {}

    def note(self, **values: str) -> None:
        """Remember what has been loaded."""
        self.marker.write_text(json.dumps(self.loaded() | values))

    def set_aside(self) -> Path:
        """Move an older folder out of the way; one such folder is kept."""
        aside = self.folder.with_suffix(".before")
        shutil.rmtree(aside, ignore_errors=True)
        self.folder.rename(aside)
        return aside
