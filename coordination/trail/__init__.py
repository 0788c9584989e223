"""What is done with the lines of the trail after coordination.audit has written them."""
