"""The checks of the callytics document's statements, a module a topic."""
