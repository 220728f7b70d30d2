"""The window that tells packets that came before (RFC 4303 3.4.3)."""

from __future__ import annotations


class Window:
    """Sequence numbers seen: the highest, and which of the `size` that end with it. 0: nothing is looked at."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._highest = 0
        self._seen = 0  # bit n: the highest less n

    def is_fresh(self, number: int) -> bool:
        """Say whether a packet with this number may be new. It is asked before the integrity check."""
        if not self.size or number > self._highest:
            return True
        age = self._highest - number
        return number > 0 and age < self.size and not self._seen >> age & 1

    def add(self, number: int) -> None:
        """A genuine packet had this number."""
        if not self.size:
            return
        if number > self._highest:
            ahead = number - self._highest
            self._seen = (self._seen << ahead | 1) & (1 << self.size) - 1 if ahead < self.size else 1
            self._highest = number
        else:
            self._seen |= 1 << self._highest - number
