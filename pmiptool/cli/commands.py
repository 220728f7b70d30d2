"""Commands on stdin, one a line: for programs that wait for other things too."""

from __future__ import annotations

import os
import shlex
import sys
from collections import deque

from pmiptool.errors import UsageError


def words_of(line: str) -> list[str]:
    """The words of a command; quotes hold some together, and # begins a comment. Raises UsageError."""
    try:
        return shlex.split(line, comments=True)
    except ValueError:
        raise UsageError("a quotation mark is not closed") from None


class Commands:
    """Lines of stdin, read only when asked for; whole lines that came together are kept.

    number: its file descriptor, None when there is no stdin. ended: nothing more will come.
    """

    def __init__(self) -> None:
        self.number = _descriptor()
        self.ended = self.number is None
        self._rest = b""
        self._lines: deque[str] = deque()

    def next(self) -> str | None:
        """The next line that is already there, or None."""
        return self._lines.popleft() if self._lines else None

    def peek(self) -> str:
        """The next line, which stays; empty where there is none yet."""
        return self._lines[0] if self._lines else ""

    def has(self, line: str) -> bool:
        """Whether this line is among those that wait."""
        return line in self._lines

    def read(self) -> None:
        """Read what stdin has; waits when it has nothing."""
        try:
            octets = b"" if self.number is None else os.read(self.number, 65536)
        except OSError:  # closed, or not open for reading
            octets = b""
        self.ended = not octets
        lines = (self._rest + octets).split(b"\n")
        self._rest = b"" if self.ended else lines.pop()
        self._lines.extend(line.decode(errors="replace").strip() for line in lines if line.strip())

    def others_turn(self) -> bool:
        """Whether stdin is a terminal that another job reads from now: reading it would stop this program."""
        try:
            return self.number is not None and os.isatty(self.number) and os.tcgetpgrp(self.number) != os.getpgrp()
        except OSError:  # a terminal, but not the one that controls us
            return False


def _descriptor() -> int | None:
    try:
        return None if sys.stdin is None else sys.stdin.fileno()
    except (OSError, ValueError):  # replaced by something without one, or closed
        return None
