"""What may come in: each file is known by its content, opened in a child process with limits, cleaned of metadata, scanned (security.md 2.4 rows 21-26)."""
