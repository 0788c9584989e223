"""Every address asked by every role in every relation to what it names: nothing of others comes back, nothing is changed by looking."""
