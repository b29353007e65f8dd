"""Layer 3: from a checked request to a plan. Reads storage, writes nothing, knows no wire form of requests."""
