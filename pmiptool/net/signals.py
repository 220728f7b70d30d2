"""What asks a command to end."""

from __future__ import annotations

import signal

TOLD = tuple(
    number
    for name in ("SIGTERM", "SIGHUP")  # Windows has but the first
    if (number := getattr(signal, name, None)) is not None and signal.getsignal(number) is not signal.SIG_IGN
)
"""By `kill`, `timeout` or a service manager, and by a terminal that goes away; nohup has us ignore that."""
END = (signal.SIGINT, *TOLD)
"""By Ctrl-C too."""


def end_by(*numbers: int) -> None:
    """Have these signals raise KeyboardInterrupt from now on, until something else takes them.

    A shell's background jobs begin with SIGINT ignored, and one that comes before a loop takes it would be lost.
    """
    for number in numbers:
        signal.signal(number, signal.default_int_handler)
