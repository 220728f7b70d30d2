"""What stands now for what stood in a recording: addresses, prefixes, mobile nodes; by a table, or as answers tell.

A table is TOML, and says what becomes of what:

    [mn]
    "mn1@example.org" = "lab7@vendor.example"
    "*@example.net" = "*@vendor.example"         # all others of a realm
    [address]
    "2001:db8:1::2" = "2001:db8:77::2"           # of a MAG: which address of ours plays it
    [prefix]
    "2001:db8:a1::/64" = "2001:db8:b1::/64"      # and every address in it
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from pmiptool.capture.anonymise.messages import FORMS
from pmiptool.capture.anonymise.pseudonyms import KEY_OCTETS, Pseudonyms
from pmiptool.errors import UsageError
from pmiptool.net.peer import read_toml
from pmiptool.registry import model, rfc4283
from pmiptool.text.values import (
    address_text,
    parse_address,
    parse_hex,
    parse_imsi,
    parse_octets_text,
    rest_form,
    rest_text,
)
from pmiptool.wire import values as v
from pmiptool.wire.layout import Decoded
from pmiptool.wire.rewrite import Change, leaves

_PARSE: Mapping[str, Callable[[str], bytes]] = {
    "text": parse_octets_text,
    "imsi": lambda text: parse_imsi("an IMSI", text),
    "address": lambda text: parse_address("an identifier", text),
    "eui": lambda text: parse_hex("an identifier", text),
    "hex": lambda text: parse_hex("an identifier", text),
}
ASSIGNED: Mapping[type, str] = {
    v.HomeNetworkPrefix: "home_network_prefix",
    v.LinkLocalAddress: "link_local_address",
    v.Ipv4HomeAddressReply: "ipv4_home_address",
    v.Ipv4AddressAcknowledgement: "ipv4_home_address",
    v.Ipv4DefaultRouterAddress: "ipv4_default_router_address",
    v.DelegatedMobileNetworkPrefix: "prefix",
    v.LmaUserPlaneAddress: "lma_user_plane_address",
    v.GreKey: "gre_key",
}
"""What an anchor chooses where the request does not: field by option."""
_REJECTED = 128
_LONGEST_NAME = 254  # octets that an option holds behind the subtype
_IDENTIFIER = next(field for field in rfc4283.MN_ID.fields if isinstance(field, model.Rest))


class Network(NamedTuple):
    """A prefix of IPv6 or IPv4: its octets, zeros behind it, and its length."""

    octets: bytes
    length: int

    @classmethod
    def around(cls, octets: bytes, length: int) -> Network:
        """The prefix of this length that an address lies in."""
        host = 8 * len(octets) - length
        return cls((int.from_bytes(octets, "big") >> host << host).to_bytes(len(octets), "big"), length)

    def moved(self, octets: bytes, other: Network) -> bytes:
        """An address in this prefix, in the other one of the same length."""
        change = int.from_bytes(other.octets, "big") ^ int.from_bytes(self.octets, "big")
        return (int.from_bytes(octets, "big") ^ change).to_bytes(len(octets), "big")


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file as it is written."""

    mn: dict[str, str] = {}
    address: dict[str, str] = {}
    prefix: dict[str, str] = {}


class Renaming(Change):
    """Changes what stood there then to what stands there now; what it does not know stays."""

    def __init__(self) -> None:
        self.addresses: dict[bytes, bytes] = {}
        self.networks: dict[Network, Network] = {}
        self._sizes: list[tuple[int, int]] = []  # octets and lengths of those that addresses move with, longest first
        self.names: dict[str, str] = {}
        self.keys: dict[int, int] = {}
        self.octets: dict[bytes, bytes] = {}
        self.lengths: dict[bytes, int] = {}
        """Prefix lengths that came with IPv4 addresses, by the former address."""
        self.copies: dict[int, Any] = {}
        """What stands in place of a whole option, by the identity of the option."""
        self.stamp: Callable[[int], int] | None = None
        self._taken: set[Any] = set()

    def copy(self) -> Renaming:
        made = Renaming()
        for name in ("addresses", "networks", "names", "keys", "octets", "lengths"):
            getattr(made, name).update(getattr(self, name))
        made._taken, made._sizes = set(self._taken), list(self._sizes)
        return made

    def add(self, old: Network, new: Network) -> None:
        """Have one prefix stand for another, and where they are of one length for all that lies in it."""
        self.networks[old] = new
        size = len(old.octets), old.length
        if old.length == new.length and size not in self._sizes:
            self._sizes = sorted([*self._sizes, size], key=lambda one: -one[1])

    def _moved(self, octets: bytes, longest: int) -> bytes | None:
        """An address in the other prefix, None where it lies in none of up to so many bits."""
        for size, length in self._sizes:
            if size != len(octets) or length > longest:
                continue
            network = Network.around(octets, length)
            other = self.networks.get(network)
            if other is not None and other.length == length:
                return network.moved(octets, other)
        return None

    # Looking up

    def address(self, octets: bytes) -> bytes:
        """An address: its own entry, else as the prefix that it lies in. That of nobody stays."""
        if not any(octets):
            return octets
        return self.addresses.get(octets) or self._moved(octets, 128) or octets

    def prefix(self, prefix: v.Prefix) -> v.Prefix:
        """A prefix that is one of ours, or lies in one."""
        if prefix.is_any or prefix.length > 128:
            return prefix
        found = self.networks.get(Network(prefix.address, prefix.length))
        if found is not None:
            return v.Prefix(*found)
        other = self._moved(prefix.address, prefix.length) or self.addresses.get(prefix.address)
        return prefix if other is None else v.Prefix(other, prefix.length)

    def name(self, text: str) -> str:
        """A mobile node: by its name, else by its realm."""
        found = self.names.get(text)
        if found is not None or not self.names:
            return text if found is None else found
        user, at, realm = text.rpartition("@")
        other = self.names.get(f"*@{realm}") if at else None
        return text if other is None else user + other.removeprefix("*")

    def identifier(self, option: v.MobileNodeIdentifier) -> bytes:
        """Who a mobile node is now."""
        form = rest_form(_IDENTIFIER, option)
        text = rest_text(form, option.identifier)
        return option.identifier if (other := self.name(text)) == text else _PARSE[form](other)

    def field(self, field: model.Field, item: Any, owner: Any) -> Any:
        if self.copies and (copy := self.copies.get(id(owner))) is not None:
            return getattr(copy, field.name)
        if isinstance(field, (model.Address, model.AddressRest)):
            return self.address(item)
        if isinstance(field, model.Addresses):
            return tuple([self.address(one) for one in item])
        if isinstance(field, model.Prefix):
            return self.prefix(item)
        if isinstance(item, bytes) and item in self.octets:
            return self.octets[item]
        if isinstance(field, model.Time48):
            return item if self.stamp is None else self.stamp(item)
        if isinstance(field, model.Rest) and field.form == "subtype":
            return self.identifier(owner)
        if isinstance(owner, v.GreKey) and field.name == "gre_key":
            return tuple([self.keys.get(key, key) for key in item])
        if field.name == "prefix_length" and self.lengths:
            address = next((getattr(owner, a) for a in ASSIGNED.values() if hasattr(owner, a)), b"")
            return self.lengths.get(address, item)
        return item

    def part(self, part: model.Part, item: Any, owner: Any) -> Any:
        return self.address(item) if part.kind == "address" else item

    # Learning

    def learn(self, request: Decoded, then: Decoded, now: Decoded) -> list[str]:
        """Take what an anchor has chosen now for what it had chosen then, where both accept; tell what is new.

        request: that of then. What it named was not chosen, and one choice stands for one.
        """
        if any(getattr(one.message, "status", 0) >= _REJECTED for one in (then, now)):
            return []
        named = {_plain(item) for _, item, _ in leaves(request.message) if isinstance(item, (bytes, v.Prefix, tuple))}
        told = []
        for was, became in zip(_chosen(then), _chosen(now), strict=False):
            old, new = was[2], became[2]
            if was[:2] != became[:2] or old in named or _is_none(old) or _is_none(new):
                continue
            if self._knows(old) or new in self._taken:
                continue
            self._taken.add(new)
            self._take(old, new)
            if was[1] is v.Ipv4HomeAddressReply and isinstance(old, bytes):
                self.lengths[old] = became[3]
            if old != new:
                told.append(f"{_shown(new)} was given for {_shown(old)}")
        return told

    def _knows(self, old: Any) -> bool:
        if isinstance(old, Network):
            return old in self.networks
        return old in (self.addresses if isinstance(old, bytes) else self.keys)

    def _take(self, old: Any, new: Any) -> None:
        if isinstance(old, Network):
            self.add(old, new)
        elif isinstance(old, bytes):
            self.addresses[old] = new
        else:
            self.keys[old] = new


def _plain(item: Any) -> Any:
    """A value as it is compared: prefixes by their octets and length."""
    if isinstance(item, v.Prefix):
        return Network(item.address, item.length)
    return item[0] if isinstance(item, tuple) and len(item) == 1 else item


def _chosen(answer: Decoded) -> Iterator[tuple[int, type, Any, int]]:
    """What an answer gives: how manieth of its option, that, the value, and the prefix length beside it.

    In the order of the options' kinds, so that other orders compare.
    """
    options = getattr(answer.message, "options", ())
    for kind, name in ASSIGNED.items():
        for number, option in enumerate([option for option in options if type(option) is kind]):
            yield number, kind, _plain(getattr(option, name)), getattr(option, "prefix_length", 0)


def _is_none(value: Any) -> bool:
    """An address or prefix of zeros, or no key."""
    if isinstance(value, Network):
        return not any(value.octets)
    return not any(value) if isinstance(value, (bytes, tuple)) else False


def _shown(value: Any) -> str:
    if isinstance(value, Network):
        return f"{address_text(value.octets)}/{value.length}"
    return address_text(value) if isinstance(value, bytes) else f"key {value}"


# Tables


def load_table(path: str | Path) -> Renaming:
    """Read a table. Raises UsageError that names the file and the entry."""
    table = read_toml(path, Table, "map")
    made = Renaming()
    for old, new in table.address.items():
        one, other = (_address(path, text) for text in (old, new))
        if len(one) != len(other):
            raise UsageError(f"map {path}: address '{old}' and '{new}' are not of one kind")
        made.addresses[one] = other
    for old, new in table.prefix.items():
        network, there = (_network(path, text) for text in (old, new))
        if (len(network.octets), network.length) != (len(there.octets), there.length):
            raise UsageError(f"map {path}: prefix '{old}' and '{new}' differ in kind or length")
        made.add(network, there)
    for old, new in table.mn.items():
        stars = [(text.count("*"), text.startswith("*@")) for text in (old, new)]
        if stars not in ([(0, False)] * 2, [(1, True)] * 2):
            raise UsageError(f"map {path}: mn '{old}' = '{new}'; a * stands for all of a realm, as in '*@a' = '*@b'")
        if len(new.encode()) > _LONGEST_NAME:
            raise UsageError(f"map {path}: what mn '{old}' becomes has more than {_LONGEST_NAME} octets; shorten it")
        made.names[old] = new
    for what, known in (("address", made.addresses), ("prefix", made.networks), ("mn", made.names)):
        twice = _twice(known)
        if twice is not None:
            raise UsageError(f"map {path}: two entries of [{what}] become {twice}; each must become another")
    return made


def _twice(known: Mapping[Any, Any]) -> str | None:
    seen = set()
    for new in known.values():
        if new in seen:
            return new if isinstance(new, str) else _shown(new)
        seen.add(new)
    return None


def _address(path: str | Path, text: str) -> bytes:
    try:
        return ipaddress.ip_address(text).packed
    except ValueError:
        raise UsageError(f"map {path}: address '{text}' is no IPv6 or IPv4 address") from None


def _network(path: str | Path, text: str) -> Network:
    try:
        network = ipaddress.ip_network(text)
    except ValueError as error:
        raise UsageError(f"map {path}: prefix '{text}' is none: {error}") from None
    return Network(network.network_address.packed, network.prefixlen)


def fresh_names(messages: Iterable[Decoded], known: Sequence[str] = ()) -> dict[str, str]:
    """Another name for each mobile node in messages: one of `known` in turn, else a new one of its form in its realm.

    Raises UsageError where there are some, and too few.
    """
    found: dict[str, tuple[str, bytes]] = {}
    for decoded in messages:
        for field, item, owner in leaves(decoded.message):
            if isinstance(owner, v.MobileNodeIdentifier) and isinstance(field, model.Rest) and item:
                form = rest_form(field, owner)
                found.setdefault(rest_text(form, item), (form, item))
    if known:
        if len(known) < len(found):
            told = f"the recording has {len(found)} mobile nodes and the peer file {len(known)}"
            raise UsageError(f"{told}; say with --map who becomes whom")
        return dict(zip(found, known, strict=False))
    names = Pseudonyms(secrets.token_bytes(KEY_OCTETS))
    made = {}
    for text, (form, item) in found.items():
        user, at, realm = item.rpartition(b"@")
        if form == "text":
            new = names.nai(user) + at + realm if at else names.nai(item)
        else:
            new = FORMS[form](names, item)
        made[text] = rest_text(form, new)
    return made
