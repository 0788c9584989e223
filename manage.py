#!/usr/bin/env python3
"""The one command: demo, selftest, stack and probe_access need nothing installed; every other word is plain Django."""

import os
import sys

STARTED_BY_US = {"demo", "selftest", "stack", "probe_access"}
STACK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "coordination", "startup", "stack.py")


def main() -> None:
    """Hand the four words over before Django is imported: it may not be installed yet."""
    if sys.version_info < (3, 11):
        sys.exit("The portal needs Python 3.11 or newer; this is " + sys.version.split()[0] + ".")
    if sys.argv[1:2] and sys.argv[1] in STARTED_BY_US:
        os.execv(sys.executable, [sys.executable, "-P", STACK, *sys.argv[1:]])
    words = " ".join(sys.argv[1:]) or "help"
    hint = f"To run this beside the portal's own servers:  python3 manage.py stack -- python manage.py {words}"
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit(f"This Python has no Django. {hint}")
    if "DATABASE_URL" not in os.environ:
        sys.exit(f"DATABASE_URL is not set. {hint}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coordination.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
