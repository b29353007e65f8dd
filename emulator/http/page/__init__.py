"""The files of the page at `/_dynarig/`: HTML, style and scripts, served as they are."""
