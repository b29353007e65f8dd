"""Layer 1: capacity. Units of reads and writes, and what admits them. Time is handed in as `now`."""
