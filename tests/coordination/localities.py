"""All five localities of the sample data in place of the one ward, for tests that ask about them."""

from django.db import connection

from coordination import demo

IN_THE_WARD = (
    "mfa_authenticator",
    *(f"coordination_{name}" for name in ("factorsecret", "appointment", "post", "user", "learnercount", "location", "school", "organisationsymbol", "organisation")),
)


def settle_all() -> None:
    """The ward goes, everything comes; the test's transaction takes it back."""
    with connection.cursor() as cursor:
        for table in IN_THE_WARD:
            cursor.execute(f"delete from {table}")
    demo.load_localities()
