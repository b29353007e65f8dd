"""Layer 2: the data. Ordered items, indexes, change log, tables by name. Knows no request and no clock."""
