"""What a request's names and values may be in an expression, told before any item is read."""
