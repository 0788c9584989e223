"""What happened: from the form of the principal to the result of the police."""
