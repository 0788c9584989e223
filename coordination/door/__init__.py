"""Who comes in: password, second factor, fresh proof, how long a session stands, from which device, how many at once."""
