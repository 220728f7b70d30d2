"""The pool of /64 home network prefixes for mobile nodes without one of their own."""

from __future__ import annotations

from collections import deque
from collections.abc import Container
from ipaddress import IPv6Network

from pmiptool.session.model import PrefixKey


class PrefixPool:
    """Gives /64s of one prefix in order, and given-back ones again only when all have been used once."""

    def __init__(self, pool: str) -> None:
        network = IPv6Network(pool)
        self._first = int(network.network_address) >> 64
        self._count = 1 << (64 - network.prefixlen)
        self._next = 0
        self._free: deque[PrefixKey] = deque()

    def __contains__(self, prefix: PrefixKey) -> bool:
        """Whether this is a /64 of the pool."""
        number = int.from_bytes(prefix[0][:8], "big")
        return prefix[1] == 64 and self._first <= number < self._first + self._count

    def take(self, in_use: Container[PrefixKey]) -> PrefixKey | None:
        """A prefix that is not in use; None when there is none (status 130)."""
        while self._next < self._count:
            prefix = ((self._first + self._next) << 64).to_bytes(16, "big"), 64
            self._next += 1
            if prefix not in in_use:
                return prefix
        for _ in range(len(self._free)):
            prefix = self._free.popleft()
            if prefix not in in_use:
                return prefix
        return None

    def give_back(self, prefix: PrefixKey) -> None:
        """A prefix of the pool is free again. One above those given so far will be met in its turn."""
        if prefix in self and int.from_bytes(prefix[0][:8], "big") - self._first < self._next:
            self._free.append(prefix)
