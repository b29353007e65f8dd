"""Marks for callgrind: where to begin to count, and where to write down what was counted under a name.

Rule: a request to valgrind is a sequence of instructions that does nothing anywhere else ("client request mechanism",
valgrind/valgrind.h; callgrind's codes: callgrind.h). Python has no macro for it, so the sequence is laid into a page of
memory and called. Where no sequence is known for the processor, `available` says so and instructions are not counted.
"""

from __future__ import annotations

import ctypes
import mmap
import platform

# The function takes the request's address in the first argument register and answers in the return register.
# On other processors nothing is laid out yet, and interleaving serves.
_SEQUENCES = dict.fromkeys(("x86_64", "AMD64"), "4889f8 31d2 48c1c703 48c1c70d 48c1c73d 48c1c733 4887db 4889d0 c3")

_RUNNING_ON_VALGRIND = 0x1001
_CALLGRIND = ord("C") << 24 | ord("T") << 16
_ZERO_STATS, _DUMP_STATS_AT = _CALLGRIND + 1, _CALLGRIND + 3
_START_INSTRUMENTATION, _STOP_INSTRUMENTATION = _CALLGRIND + 4, _CALLGRIND + 5
_ARGUMENTS = 6
_PAGE_BYTES = 4096


def available() -> bool:
    """Whether requests can be made on this processor."""
    return platform.machine() in _SEQUENCES


class Marks:
    """The requests of one process. Raises OSError where no page may be run."""

    def __init__(self) -> None:
        access = mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC
        self._page = mmap.mmap(-1, _PAGE_BYTES, prot=access)
        self._page.write(bytes.fromhex(_SEQUENCES[platform.machine()]))
        address = ctypes.addressof(ctypes.c_char.from_buffer(self._page))
        self._run = ctypes.CFUNCTYPE(ctypes.c_uint64, ctypes.c_void_p)(address)

    def counting(self) -> bool:
        """Whether this process runs on valgrind."""
        return self._request(_RUNNING_ON_VALGRIND) > 0

    def begin(self) -> None:
        """Count from here."""
        self._request(_START_INSTRUMENTATION)
        self._request(_ZERO_STATS)

    def end(self, name: str) -> None:
        """Write down what was counted, and count no more."""
        text = ctypes.create_string_buffer(name.encode())
        self._request(_DUMP_STATS_AT, ctypes.addressof(text))
        self._request(_STOP_INSTRUMENTATION)

    def _request(self, code: int, *arguments: int) -> int:
        words = (ctypes.c_uint64 * _ARGUMENTS)(code, *arguments)
        answer: int = self._run(ctypes.addressof(words))
        return answer
