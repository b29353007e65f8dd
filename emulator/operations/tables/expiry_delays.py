"""When an expired item is deleted: at once, a set time later, or as late as the service deletes.

Rule: a function of the seed, of which item it is and of its time alone, so that a run repeats itself whatever else is
drawn. The service says "within two days" and not how it spreads; here the draws are even over those two days.
"""

from __future__ import annotations

from hashlib import blake2b

from dynarig.emulator.model import limits
from dynarig.emulator.model.keys import Place
from dynarig.emulator.settings import Settings
from dynarig.emulator.storage.expiry import DueOf, at_once


def due_of_settings(settings: Settings) -> DueOf:
    """(when an item expires, its place) → when it is deleted, as the settings ask."""
    later_seconds = settings.ttl_delete_seconds
    if settings.ttl != "service":
        return at_once if later_seconds == 0 else lambda expires_at, place: expires_at + later_seconds
    seed = settings.seed

    def drawn(expires_at: float, place: Place) -> float:
        share = _share(seed, expires_at, place)
        return expires_at + later_seconds + share * limits.TTL_DELETE_SECONDS_MAX

    return drawn


def _share(seed: int, expires_at: float, place: Place) -> float:
    """An even draw from 0 to 1, the same for the same arguments."""
    digest = blake2b(repr((seed, expires_at, place)).encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64
