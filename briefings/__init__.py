"""Where they meet: agenda from open work, conclusions with owner and day."""
