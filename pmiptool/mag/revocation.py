"""Binding revocation at the gateway: which bindings an indication takes away, and the status of its answer.

RFC 5846 6.2.1 and 9.1, in that order. Nothing changes here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pmiptool.mag import answers
from pmiptool.mag.bul import BindingUpdateListEntry
from pmiptool.registry.codepoints import DEFAULT
from pmiptool.registry.rfc5846 import REVOCATION_TRIGGER
from pmiptool.wire.values import (
    AlternateCareOfAddress,
    BindingIdentifier,
    BindingRevocationIndication,
    HomeNetworkPrefix,
    Ipv4HomeAddressRequest,
    MobileNodeIdentifier,
    Prefix,
    UnknownOption,
)

P, V, G = 0x8000, 0x4000, 0x2000

SUCCESS, PARTIAL_SUCCESS = 0, 1
NO_BINDING, IPV4_OPTION_REQUIRED, IDENTITY_REQUIRED, ATTACHED = 128, 129, 131, 132
TRIGGER_NOT_SUPPORTED, FUNCTION_NOT_SUPPORTED = 133, 134

INTER_MAG_HANDOVER = (2, 3, 4)
GLOBAL = 128  # and above; "greater than" in 5.1 leaves out 128 itself, which is in its list
PER_PEER_POLICY, LOCAL_POLICY = 128, 129
_KNOWN = frozenset(number for number, _ in REVOCATION_TRIGGER.numbered(DEFAULT))
_NAI = 1  # the only subtype of the MN-ID that RFC 5846 5.1 has

Entry = BindingUpdateListEntry


@dataclass(frozen=True)
class Loss:
    """What a binding loses: these prefixes, and all of it when none is left; or its IPv4 home address alone."""

    entry: Entry
    prefixes: tuple[Prefix, ...]
    ipv4_only: bool = False

    @property
    def left(self) -> tuple[Prefix, ...]:
        return tuple(prefix for prefix in self.entry.prefixes if prefix not in self.prefixes)

    @property
    def whole(self) -> bool:
        """Whether nothing is left of the binding."""
        return not self.left


@dataclass(frozen=True)
class Decision:
    """The status of the answer, what is lost, and the options that name what was not there (partial success)."""

    status: int
    losses: tuple[Loss, ...] = ()
    missing: tuple[object, ...] = ()


def decide(
    message: BindingRevocationIndication, entries: Collection[Entry], care_of_address: bytes, *, still_attached: bool
) -> Decision:
    """What becomes of an indication. `still_attached`: a mobile node that moved away, as it says, is still here.

    Only bindings that the anchor granted count. Without the P flag no binding of a gateway is meant (128).
    """
    trigger, options = message.revocation_trigger, message.options
    bound = [entry for entry in entries if entry.state == "registered" or entry.prefixes]
    if trigger not in _KNOWN:
        return Decision(TRIGGER_NOT_SUPPORTED)
    if bool(message.flags & G) != (trigger >= GLOBAL):
        return Decision(FUNCTION_NOT_SUPPORTED)
    if not message.flags & P:
        return Decision(NO_BINDING)
    mn_id = answers.first(options, MobileNodeIdentifier)
    if trigger == PER_PEER_POLICY:
        if any(not isinstance(option, UnknownOption) for option in options):
            return Decision(FUNCTION_NOT_SUPPORTED)  # 9.1: no options are included
        return Decision(SUCCESS, _whole(bound))
    bound = _at(bound, options, care_of_address)
    if trigger == LOCAL_POLICY:
        found = [entry for entry in bound if mn_id is not None and _in_realm(entry, mn_id)]
        return Decision(SUCCESS, _whole(found)) if found else Decision(IDENTITY_REQUIRED)
    if mn_id is None:
        return Decision(IDENTITY_REQUIRED)
    meant = (mn_id.subtype, mn_id.identifier)
    own = [entry for entry in bound if (entry.profile.subtype, entry.profile.id) == meant]
    if message.flags & V:
        return _ipv4(own, answers.first(options, Ipv4HomeAddressRequest))
    decision = _named(own, mn_id, options)
    gone = all(loss.entry.request is not None and loss.entry.request.kind == "detach" for loss in decision.losses)
    if decision.losses and trigger in INTER_MAG_HANDOVER and still_attached and not gone:
        return Decision(ATTACHED)
    return decision


def _ipv4(own: list[Entry], option: Ipv4HomeAddressRequest | None) -> Decision:
    """Only the IPv4 home address is meant, and it has to be the one that was given (9.1)."""
    if option is None:
        return Decision(IPV4_OPTION_REQUIRED)
    found = [entry for entry in own if entry.ipv4 is not None and entry.ipv4.address == option.ipv4_home_address]
    return Decision(SUCCESS if found else NO_BINDING, tuple(Loss(entry, (), ipv4_only=True) for entry in found))


def _whole(entries: Collection[Entry]) -> tuple[Loss, ...]:
    return tuple(Loss(entry, entry.prefixes) for entry in entries)


def _at(entries: list[Entry], options: Sequence[object], care_of_address: bytes) -> list[Entry]:
    """Those with the proxy care-of address that an Alternate Care-of Address option names (5.1)."""
    option = answers.first(options, AlternateCareOfAddress)
    if option is None:
        return entries
    named = option.alternate_care_of_address
    return [entry for entry in entries if (entry.profile.alternate_care_of_address or care_of_address) == named]


def _in_realm(entry: Entry, mn_id: MobileNodeIdentifier) -> bool:
    """`@example.com` means all of that realm and nothing below it (8.1)."""
    at, realm = mn_id.identifier[:1], mn_id.identifier[1:]
    if mn_id.subtype != _NAI or at != b"@" or not realm:
        return False
    return entry.profile.subtype == _NAI and entry.profile.id.rpartition(b"@")[2] == realm


def _named(own: list[Entry], mn_id: MobileNodeIdentifier, options: Sequence[object]) -> Decision:
    """The bindings of one mobile node: all of them, or those with the prefixes or binding identifiers named."""
    bids = {option.bid for option in options if isinstance(option, BindingIdentifier)}
    hnps = [option for option in options if isinstance(option, HomeNetworkPrefix)]
    if bids:
        own = [entry for entry in own if bids & _bids(entry)]
    if not own:
        return Decision(NO_BINDING)
    if not hnps:
        here = {bid for entry in own for bid in _bids(entry)}
        lacking = [option for option in options if isinstance(option, BindingIdentifier) and option.bid not in here]
        return Decision(PARTIAL_SUCCESS if lacking else SUCCESS, _whole(own), (mn_id, *lacking) if lacking else ())
    named = {option.home_network_prefix for option in hnps}
    losses = tuple(
        Loss(entry, tuple(prefix for prefix in entry.prefixes if prefix in named))
        for entry in own
        if named & set(entry.prefixes)
    )
    if not losses:
        return Decision(NO_BINDING)
    there = {prefix for loss in losses for prefix in loss.prefixes}
    missing = [option for option in hnps if option.home_network_prefix not in there]
    return Decision(PARTIAL_SUCCESS if missing else SUCCESS, losses, (mn_id, *missing) if missing else ())


def _bids(entry: Entry) -> set[int]:
    """The binding identifiers that it was registered with (RFC 5648 4.1, RFC 8278 4.1)."""
    way = entry.profile.multipath
    return {option.bid for option in entry.profile.bids} | ({way.bid} if way is not None else set())
