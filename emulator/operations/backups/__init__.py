"""Point-in-time recovery and backups."""
