"""Kinesis streaming destinations of a table: enable, disable, update, describe."""
