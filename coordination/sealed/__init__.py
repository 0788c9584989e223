"""What lies under keys: keys that change while people work, the last look at what leaves, the search for what leaked, the register of columns."""
