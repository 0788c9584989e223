"""What was promised: agreements, clauses, obligations, directives. Stands left of everything that is done or happens."""
