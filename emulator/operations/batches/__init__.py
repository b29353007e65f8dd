"""Batches: independent reads or writes, admitted one by one."""
