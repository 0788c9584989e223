"""Forms of returns and of reports."""
