"""Lists of schools, bodies and accounts from XLSX or CSV: previewed, all or nothing, written once (ORG-4)."""
