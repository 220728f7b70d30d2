"""What was seen of sessions: the model of `session/` with what an onlooker must remember beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from pmiptool.registry.ambiguities import Readings
from pmiptool.rules.pairing import MnKey
from pmiptool.rules.view import View
from pmiptool.session.model import Binding, BindingKey, Flow, Path, PrefixKey, Session
from pmiptool.session.prefix import is_all_zero, network
from pmiptool.session.transitions import binding_key


class Ended(msgspec.Struct, frozen=True):
    """A binding or a filter that left force, and why: omission, ACT, expiry, handover, deregistration, restart."""

    kind: str
    what: str
    why: str
    mn: MnKey
    lma: bytes
    time: float
    frames: tuple[int, ...]


@dataclass(eq=False)
class Kept:
    """A filter of a removed interface that another should take over.

    targets: bindings that were left; asked: those whose MAG has had an answer since. sure: it was there for certain.
    key: of the binding that had it. waits: until when it may still be there (`removal-delay` = wait); 0.0: not at all.
    """

    flow: Flow
    care_of: bytes
    targets: set[BindingKey]
    frames: tuple[int, ...]
    sure: bool = True
    key: BindingKey = ()
    waits: float = 0.0
    asked: set[BindingKey] = field(default_factory=set)
    announced: set[BindingKey] = field(default_factory=set)


@dataclass(eq=False)
class Group:
    """A session as seen. `session.mhgid` is None without the Multihoming option.

    whole: keys of bindings of which every filter is known. unsure: FIDs that may be gone, by binding.
    given: the prefixes of the last answer to each binding. kept, removed, left: filters of removed interfaces after
    ACT=Keep, ACT=Remove, and neither. doubtful: a removal had no answer, so that the session may have ended.
    address_sure: it has its IPv4 home address still, as far as can be seen. held: prefixes that nobody was given since.
    """

    lma: bytes
    session: Session
    whole: set[BindingKey] = field(default_factory=set)
    unsure: dict[BindingKey, set[int]] = field(default_factory=dict)
    kept: list[Kept] = field(default_factory=list)
    removed: list[Flow] = field(default_factory=list)
    left: list[Flow] = field(default_factory=list)
    ended: set[BindingKey] = field(default_factory=set)
    given: dict[BindingKey, tuple[PrefixKey, ...]] = field(default_factory=dict)
    complete: bool = False
    doubtful: bool = False
    address_sure: bool = True
    held: set[PrefixKey] = field(default_factory=set)

    @property
    def mn(self) -> MnKey:
        return self.session.mn_id

    def doubt(self, key: BindingKey, fids: Iterable[int]) -> None:
        self.unsure.setdefault(key, set()).update(fids)

    def settle(self, key: BindingKey, fid: int) -> None:
        self.unsure.get(key, set()).discard(fid)

    def sure(self, key: BindingKey, fid: int) -> bool:
        return fid not in self.unsure.get(key, ())

    def find(self, key: BindingKey, care_of: bytes) -> tuple[BindingKey, Binding | None]:
        """The binding of a key, or the only one at its care-of address (an onlooker cannot know the key's reading)."""
        binding = self.session.bindings.get(key)
        if binding is not None:
            return key, binding
        there = [(k, b) for k, b in self.session.bindings.items() if b.care_of_address == care_of]
        return there[0] if len(there) == 1 and len(key) == 1 else (key, None)


class Doubt(msgspec.Struct, frozen=True):
    """What is unknown because requests have no answer (yet).

    fids: named in such requests of the same binding. open: there are such requests now. removals, lost: care-of
    addresses that asked to be removed, and those whose answer will not come any more.
    """

    fids: frozenset[int]
    open: bool
    removals: frozenset[bytes]
    lost: frozenset[bytes]


class Asked(msgspec.Struct, frozen=True):
    """What a request says of its binding. path, mag_id: that of RFC 8278, beside no Multihoming option."""

    key: BindingKey
    care_of: bytes
    att: int | None
    ll_id: bytes | None
    hi: int | None
    mhgid: int | None
    act: int
    prefixes: tuple[PrefixKey, ...]
    path: Path | None = None
    mag_id: MnKey | None = None


def asked_of(view: View, care_of: bytes, readings: Readings) -> Asked:
    """Read a request's view."""
    att, ll_id, hi = view.value("att"), view.value("ll-id"), view.value("hi")
    option = view.value("multihoming")
    octets = ll_id.link_layer_identifier if ll_id is not None and any(ll_id.link_layer_identifier) else None
    number = att.att if att is not None else None
    indicator = hi.hi if hi is not None else None
    reading = readings["binding-key"] if option is not None else "interface"  # without the option nobody asks
    key = binding_key(reading, care_of, number if number is not None else -1, octets)
    act = option.act if option is not None and indicator == 4 and view.message.lifetime == 0 else 0
    asked = Asked(key, care_of, number, octets, indicator, option.mhgid if option else None, act, prefixes_of(view))
    way = view.value("mag-multipath") if option is None else None
    if way is None:
        return asked
    mag = view.value("mag-id")
    mag_id = (mag.subtype, mag.identifier) if mag is not None else (0, b"")
    return msgspec.structs.replace(asked, path=Path(way.bid, way.if_label, way.if_att), mag_id=mag_id)


def prefixes_of(view: View) -> tuple[PrefixKey, ...]:
    """The prefixes of a message that are not ALL_ZERO, each once, in order."""
    found = [network(option.home_network_prefix) for option in view.values("hnp")]
    return tuple(dict.fromkeys(key for key in found if not is_all_zero(key)))
