"""The checks of the miyabi document's statements, a module a topic."""
