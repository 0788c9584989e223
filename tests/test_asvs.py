"""probe"""
import pytest
from tests.world import World

def test_probe(world: World) -> None:
    from coordination.models.trail import TrailLine
    from coordination.models.people import User
    P = "Truong-hoc-an-toan-2026"
    User.objects.filter(username=world.actor("officer").user.username).update()
    for new in ("12345678901234567890", "Truong-hoc-an-toan-2027", "x"*130 , "truonghocantoan", "  leading space pass  "):
        u = world.actor("officer").user; u.set_password(P); u.save()
        c = world.client("officer")
        other = world.client("officer")
        world.see_all(); before = set(TrailLine.objects.values_list("pk", flat=True))
        r = c.post("/tai-khoan/password/change/", {"oldpassword": P, "password1": new, "password2": new, "__end": "1"})
        world.see_all(); after = [(l.act, l.about_model) for l in TrailLine.objects.exclude(pk__in=before)]
        body = r.content.decode()
        print("PW", repr(new[:25]), r.status_code, r.headers.get("Location"), after, {k: dict(m)["httponly"] for k, m in r.cookies.items()}, other.get("/").status_code, c.get("/").status_code)
        u.refresh_from_db(); print("   kept exactly", u.check_password(new), [x.strip() for x in body.splitlines() if "error" in x.lower()][:4])
    c = world.client("officer")
    r = c.post("/tai-khoan/phien/", {"device": "", "__end": "1"})
    print("END", r.status_code, r.headers.get("Location"))
