"""Resource policies of tables and streams: kept and answered, not enforced."""
