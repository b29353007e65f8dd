"""The checks of the natterbox document's statements, a module a topic."""
