"""Waiting for what other processes do, as long as a busy machine needs and no longer."""

from __future__ import annotations

import time
from collections.abc import Callable


def eventually(check: Callable[[], object], seconds: float = 10.0) -> None:
    """Call `check` until it raises no AssertionError; after so many seconds, the one that it raises goes on."""
    until = time.monotonic() + seconds
    while True:
        try:
            check()
        except AssertionError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return
