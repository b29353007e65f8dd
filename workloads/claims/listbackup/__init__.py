"""The checks of the listbackup document's statements, a module a topic."""
