"""From nodes to functions of an item: predicates, updates, projections, clauses of keys. Knows no expression text."""
