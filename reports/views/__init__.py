"""Pages of the line: returns and the grid that follows them, reports and their files."""
