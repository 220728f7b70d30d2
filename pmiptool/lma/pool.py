"""The pools of /64 home network prefixes and of IPv4 home addresses for mobile nodes without their own."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Container
from ipaddress import IPv4Network, IPv6Network

from pmiptool.lma.share import WHOLE, Share
from pmiptool.session.model import PrefixKey


class PrefixPool:
    """Gives /64s of one prefix, or of a share of it, in order, and given-back ones again only when all have been used
    once."""

    def __init__(self, pool: str, share: Share = WHOLE) -> None:
        network = IPv6Network(pool)
        first = int(network.network_address) >> 64
        self._first, end = share.part(first, first + (1 << (64 - network.prefixlen)))
        self._count = end - self._first
        self._next = 0
        self._free: OrderedDict[PrefixKey, None] = OrderedDict()

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
        while self._free:
            prefix, _ = self._free.popitem(last=False)
            if prefix not in in_use:
                return prefix
        return None

    def give_back(self, prefix: PrefixKey) -> None:
        """A prefix of the pool is free again. One above those given so far will be met in its turn."""
        if prefix in self and int.from_bytes(prefix[0][:8], "big") - self._first < self._next:
            self._free[prefix] = None


class AddressPool:
    """Gives the IPv4 addresses of a network in order, and given-back ones again only when all have been used once.

    reserved: addresses that are never given. The network's own address and its broadcast address are not in the pool.
    Of all others it has a share.
    """

    def __init__(self, network: IPv4Network, reserved: Container[bytes], share: Share = WHOLE) -> None:
        first, self._end = share.part(int(network.network_address) + 1, int(network.broadcast_address))
        self._next = self._first = first
        self._reserved = reserved
        self._free: OrderedDict[bytes, None] = OrderedDict()

    def __contains__(self, address: bytes) -> bool:
        """Whether the pool may give this address."""
        return self._first <= int.from_bytes(address, "big") < self._end and address not in self._reserved

    def take(self, in_use: Container[bytes]) -> bytes | None:
        """An address that is not in use; None when there is none (status 130)."""
        while self._next < self._end:
            address = self._next.to_bytes(4, "big")
            self._next += 1
            if address not in in_use and address not in self._reserved:
                return address
        while self._free:
            address, _ = self._free.popitem(last=False)
            if address not in in_use:
                return address
        return None

    def give_back(self, address: bytes) -> None:
        """An address of the pool is free again. One above those given so far will be met in its turn."""
        if address in self and int.from_bytes(address, "big") < self._next:
            self._free[address] = None
