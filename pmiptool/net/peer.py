"""Peer files: what is known of a peer, in TOML. An unknown key is an error that names it."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec

from pmiptool.errors import UsageError
from pmiptool.text.names import LONGEST, did_you_mean

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

T = TypeVar("T")


class PeerPath(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One of several ways of a MAG to its LMA (RFC 8278 4.1, 4.2).

    mag_id: the NAI of the MAG. bid, label, att: binding identifier (1 to 254), interface label and access technology.
    """

    mag_id: str
    bid: int
    label: int = 0
    att: int | float | str = 4


class PeerNode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mobile node: what the draft calls its profile. All as people write it: prefixes, names and filters as text.

    ipv6: whether to ask for prefixes. ipv4_hoa: `any`, or an address with the prefix length of its network (RFC 5844).
    gre: the key for the downlink, or `no-key` for encapsulation alone (RFC 5845).
    bids: binding identifiers that its registration has (RFC 5648).
    ani: the realm of the operator of its access network, told where the LMA asks for it (RFC 6757).
    multipath: the gateway asks for several paths for it, of which it is this one (RFC 8278).
    alternate_coa: the proxy care-of address, where it is not that from which the gateway asks (RFC 5213 6.9.1.5).
    """

    id: str
    hnp: str | tuple[str, ...] = ()
    att: int | str = 4
    ll_id: str | None = None
    mhgid: int | None = None
    flows: tuple[str, ...] = ()
    ipv6: bool = True
    ipv4_hoa: str | None = None
    gre: int | str | None = None
    ani: str | None = None
    bids: tuple[int, ...] = ()
    multipath: PeerPath | None = None
    alternate_coa: str | None = None

    @property
    def prefixes(self) -> tuple[str, ...]:
        return (self.hnp,) if isinstance(self.hnp, str) else self.hnp


Seconds = Annotated[float, msgspec.Meta(ge=0, le=LONGEST)]
Wait = Annotated[float, msgspec.Meta(gt=0, le=LONGEST)]
Offset = Annotated[float, msgspec.Meta(ge=-LONGEST, le=LONGEST)]


class PeerTimers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Timers of the peer, in seconds (RFC 5213 9.1, RFC 6275 12); None where nothing is known."""

    min_delay_before_bce_delete: Seconds | None = None
    max_delay_before_new_bce_assign: Seconds | None = None
    timestamp_validity_window: Seconds | None = None
    initial_bindack_timeout: Wait | None = None
    max_bindack_timeout: Wait | None = None


class Peer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of a peer. ``clock_offset``: seconds that its clock is ahead of ours."""

    target: str | None = None
    source: str | tuple[str, ...] = ()
    mn: tuple[PeerNode, ...] = ()
    codepoints: dict[str, int | str] = {}
    readings: dict[str, str] = {}
    timers: PeerTimers = PeerTimers()
    clock_offset: Offset = 0.0
    claims: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source,) if isinstance(self.source, str) else self.source


def load_peer(path: str | Path) -> Peer:
    """Read a peer file. Raises UsageError: unreadable, no TOML, an unknown key, a wrong type."""
    return read_toml(path, Peer, "peer file")


def read_toml(path: str | Path, kind: type[T], what: str) -> T:
    """Read a TOML file into a struct. Raises UsageError that names the file and the key."""
    try:
        octets = Path(path).read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read the {what} {path}: {error.strerror}") from None
    try:
        document = tomllib.loads(octets.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{what} {path} is no TOML: {error}") from None
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        raise UsageError(f"{what} {path}: {explain(error, kind)}") from None


def explain(error: msgspec.ValidationError, kind: type[Any]) -> str:
    """Say in words what a validation error means, with the path of the key as it stands in the file."""
    text, _, where = str(error).partition(" - at ")
    place = re.sub(r"\[\.\.\.\]", "", where.strip().strip("`")).removeprefix("$").removeprefix(".")
    place = re.sub(r"\[(\d+)\]", lambda found: f" number {int(found.group(1)) + 1}", place)
    unknown = re.search(r"unknown field `([^`]*)`", text)
    if unknown:
        key = unknown.group(1)
        known = _fields(kind)
        hint = "; it stands in another section" if key in known else did_you_mean(key, sorted(known))
        return f"unknown key '{key}'{f' in {place}' if place else ''}{hint}"
    missing = re.search(r"missing required field `([^`]*)`", text)
    if missing:
        return f"the key '{missing.group(1)}' is missing{f' in {place}' if place else ''}"
    return f"{place or 'the file'}: {text[:1].lower()}{text[1:]}"


def _fields(kind: Any, seen: frozenset[Any] = frozenset()) -> set[str]:
    """Return the names of all fields of a struct and of the structs in it."""
    import typing

    names: set[str] = set()
    for part in (kind, *typing.get_args(kind)):
        if isinstance(part, type) and issubclass(part, msgspec.Struct) and part not in seen:
            for field in msgspec.structs.fields(part):
                names |= {field.encode_name} | _fields(field.type, seen | {part})
        elif part is not kind:
            names |= _fields(part, seen)
    return names
