"""Reading and printing."""
