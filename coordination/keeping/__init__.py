"""How long data live: rules, holds, destruction by two people, requests of the people concerned, leaks."""
