"""What was done about it: plans, sessions, gate duty, inspections, dialogues. Stands between the promise and the case."""
