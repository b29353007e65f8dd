"""The checks of the acs document's statements, a module a topic."""
