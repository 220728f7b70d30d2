"""What reaches our sockets and does not count: messages of strangers, and the same octets without end."""

from __future__ import annotations

import sys
from collections.abc import Callable

from pmiptool.text.values import address_text

COPIES = 100
"""Messages with the same octets that count within a second: who waits for an answer needs no more of a flood."""
_NAMED = 8  # strangers that are told apart


class Unheeded:
    """Tells on stderr, the first time and at the end in numbers, what was left out: silence has a cause then."""

    def __init__(self, peer: Callable[[], str], say: Callable[[str], None] | None = None) -> None:
        """``peer``: who counts, in words."""
        self._peer = peer
        self._say = say or _to_stderr
        self._strangers: dict[bytes, int] = {}
        self._second = 0
        self._same: dict[int, int] = {}  # by the hash of the octets
        self._left_out = 0

    def stranger(self, address: bytes) -> None:
        """A message came from somebody else."""
        if address not in self._strangers:
            if len(self._strangers) >= _NAMED:
                return
            self._strangers[address] = 0
            self._say(
                f"warning: a message came from {address_text(address)}, not from {self._peer()}: it does not count"
            )
        self._strangers[address] += 1

    def is_copy(self, data: bytes, now: float) -> bool:
        """Whether the target has said just this too often within this second."""
        if int(now) != self._second:
            self._second = int(now)
            self._same.clear()
        octets = hash(data)
        count = self._same[octets] = self._same.get(octets, 0) + 1
        if count <= COPIES:
            return False
        if not self._left_out:
            self._say(f"warning: the same comes from {self._peer()} more than {COPIES} times a second: "
                      "further copies are left out")  # fmt: skip
        self._left_out += 1
        return True

    def close(self) -> None:
        """Tell the numbers, where there is more to say than was said."""
        strangers, self._strangers = self._strangers, {}
        left_out, self._left_out = self._left_out, 0
        for address, count in strangers.items():
            if count > 1:
                self._say(f"{count} messages came from {address_text(address)}, not from {self._peer()}")
        if left_out:
            self._say(f"{left_out} copies were left out")


def _to_stderr(text: str) -> None:
    print(text, file=sys.stderr)
