"""What asks a command to end."""

from __future__ import annotations

import signal

END = (signal.SIGINT, signal.SIGTERM)


def end_by(*numbers: int) -> None:
    """Have these signals raise KeyboardInterrupt from now on, until something else takes them.

    A shell's background jobs begin with SIGINT ignored, and one that comes before a loop takes it would be lost.
    """
    for number in numbers:
        signal.signal(number, signal.default_int_handler)
