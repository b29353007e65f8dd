"""What all tests share: no property test has a deadline, as a busy machine is no fault of the code."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("dynarig", deadline=None)
settings.load_profile("dynarig")
