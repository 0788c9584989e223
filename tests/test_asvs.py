"""probe"""
import pytest
from tests.world import World

def test_probe(world: World) -> None:
    c = world.client("principal")
    from django.test import Client
    n = Client()
    def show(what, r):
        print("###", what, r.status_code, {k: v for k, v in r.headers.items()}, {k: (m.key, dict(m)) for k, m in r.cookies.items()})
    show("static", n.get("/static/css/portal.css"))
    show("static svg", n.get("/static/img/mark.svg"))
    show("static dir", n.get("/static/"))
    show("static dir", n.get("/static/css/"))
    show("broken", n.get("/vu-viec/%00/"))
    show("missing", n.get("/khong-co/"))
    show("trace", n.trace("/tai-khoan/login/"))
    show("trace", c.trace("/"))
    show("host", n.get("/", HTTP_HOST="evil.example"))
    show("login", n.get("/tai-khoan/login/"))
    print(n.get("/tai-khoan/login/").content.decode()[:6000])
    show("lang", n.post("/ngon-ngu/", {"language": "en", "next": "/"}))
    show("home", c.get("/"))
    show("healthz", n.get("/healthz"))
    show("pwchange", c.get("/tai-khoan/password/change/"))
    print(c.get("/tai-khoan/password/change/").content.decode()[2000:9000])
    from coordination.models import TrailLine
    from tests.world import PASSWORD
    for new in ("12345678901234567890", "Truong-hoc-an-toan-2027", "x"*130 , "truonghocantoan"):
        r = world.client("officer").post("/tai-khoan/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new, "__end": "1"})
        print("PW", new[:20], r.status_code, [l.strip() for l in r.content.decode().splitlines() if "invalid-feedback" in l or "errorlist" in l or "error_" in l][:6])
