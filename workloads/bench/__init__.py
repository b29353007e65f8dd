"""Benchmarks without Locust: HTTP servers side by side, and the engine alone. Raw results first, tables from them."""
