"""What belongs to an account or a Region rather than a table."""
