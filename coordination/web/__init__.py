"""What pages are made of: strict forms, declared queries, keyset pages, words of clocks, navigation."""
