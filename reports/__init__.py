"""What goes up the line: periods, returns, figures, papers."""
