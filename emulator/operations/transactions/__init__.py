"""Transactions: all or none, idempotent by their token."""
