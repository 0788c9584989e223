"""Pictures of every page and of every printed page, for somebody to look at: `python3 manage.py selftest tests/pictures/take.py`."""
