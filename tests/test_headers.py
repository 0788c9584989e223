"""What every answer says to the browser: no script or style of strangers, no frame, no cache, no guessing (security.md 2.4 rows 12, 17, 37)."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from coordination import checks
from coordination.startup import serving
from tests.access.stage import Stage, address
from tests.test_access import EXPECTED

ROOT = Path(settings.BASE_DIR)
ASKED = sorted({line.route for line in EXPECTED if line.method == "GET"})
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize("route", ASKED)
def test_every_answer_is_fenced(stage: Stage, route: str) -> None:
    answer = stage.ask("principal", "GET", address(route, stage.of("principal")))
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert "camera=()" in answer["Permissions-Policy"]
    policy = dict(part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert "unsafe" not in answer["Content-Security-Policy"] and "*" not in answer["Content-Security-Policy"]
    if route != "coordination:healthy":
        assert {"no-store", "private"} <= {word.strip() for word in answer["Cache-Control"].split(",")}, "a signed-in page is kept nowhere"


def test_what_is_refused_before_the_others_and_what_is_a_file_are_fenced_too(stage: Stage) -> None:
    for where, status in (("/%00", 400), ("/static/img/mark.svg", 200), ("/khong-co-trang-nay/", 404)):
        answer = stage.nobody().get(where)
        assert answer.status_code == status, where
        assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS, where
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"] and "base-uri 'none'" in answer["Content-Security-Policy"], where
        answer.close()


def test_no_template_brings_a_script_or_a_style_of_its_own() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=\"|javascript:", re.IGNORECASE)
    pages = [path for path in (ROOT / "templates").rglob("*.html") if path.parent.name != "pdf"]
    assert len(pages) > 60
    assert [str(path) for path in pages if inline.search(path.read_text())] == []


def test_there_is_no_administration_site_and_no_route_without_an_owner() -> None:
    names = {name for name, _pattern in checks.routes()}
    assert not {name for name in names if name.startswith("admin:")}
    assert "django.contrib.admin" not in settings.INSTALLED_APPS


def test_the_deployment_checks_of_django_find_nothing(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if name not in serving.NOT_FOR_CHILDREN}
    env |= {"PORTAL_ORIGIN": "https://portal.example", "SECRET_KEY": "k" * 20 + "".join(map(chr, range(65, 100))), "DEBUG": "false", "DEMO": "false"}
    done = subprocess.run([sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout
