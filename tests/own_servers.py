"""Given to pytest before its plugins (coordination/startup/stack.py, selftest): each process of a shared run takes the servers that were started for it."""

import json
import os

worker = os.environ.get("PYTEST_XDIST_WORKER")
if worker:
    os.environ.update(json.loads(os.environ["PORTAL_PAIRS"])[int(worker.removeprefix("gw"))])
