"""Official papers and sheets: what they hold, who may order one, how it is filled; printing itself is coordination.pdf."""
