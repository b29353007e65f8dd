"""The checks of requests: one module a noun, and `stages`, which runs them in an operation's recorded order."""
