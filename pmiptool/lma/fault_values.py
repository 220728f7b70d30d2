"""Faults in the values of PBAs, of plain sessions, of groups and of paths; `faults.Faults` applies them by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from pmiptool.lma.core import Outcome
from pmiptool.lma.fault_ipv4 import IPV4_VALUES, Change
from pmiptool.lma.request import Request
from pmiptool.registry.rfc6275 import BA_P
from pmiptool.session.model import FORWARD, PrefixKey
from pmiptool.wire.values import (
    BindingAcknowledgement,
    FlowIdentification,
    FlowIdentification6089,
    HandoffIndicator,
    HomeNetworkPrefix,
    MagMultipathBinding,
    MobileNodeIdentifier,
    Multihoming,
    Prefix,
    UnknownOption,
)

UNSPECIFIED = 128
_OTHER_PREFIX = 0x80  # the bit of the eighth octet that tells a changed prefix from the right one


def other_prefix(prefix: PrefixKey) -> PrefixKey:
    """Where a changed prefix leads, and back."""
    address, length = prefix
    return address[:7] + bytes((address[7] ^ _OTHER_PREFIX,)) + address[8:], length


def _options(pba: BindingAcknowledgement, kind: type, change: Callable[[Any], Any]) -> BindingAcknowledgement:
    """The PBA with every option of a kind changed."""
    options = tuple(change(option) if type(option) is kind else option for option in pba.options)
    return replace(pba, options=options)


def _with_prefix(pba: BindingAcknowledgement, change: Callable[[Prefix], Prefix]) -> BindingAcknowledgement:
    return _options(
        pba,
        HomeNetworkPrefix,
        lambda option: replace(option, home_network_prefix=change(option.home_network_prefix)),
    )


def _changed_prefix(prefix: Prefix) -> Prefix:
    return Prefix(other_prefix((prefix.address, prefix.length))[0], prefix.length)


def _with_adverts(
    outcome: Outcome, pba: BindingAcknowledgement, change: Callable[[Any], Any]
) -> BindingAcknowledgement:
    """The PBA with its re-instantiated FID options, which stand at the end, changed."""
    if not outcome.adverts:
        return pba
    first = len(pba.options) - outcome.adverts
    return replace(pba, options=(*pba.options[:first], *map(change, pba.options[first:])))


def _sequence_not_copied(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    return replace(pba, sequence=(pba.sequence + 1) & 0xFFFF)


def _hi_not_copied(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    return _options(pba, HandoffIndicator, lambda option: replace(option, hi=0 if option.hi else 1))


def _mn_id_not_copied(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    other = MobileNodeIdentifier(subtype=1, identifier=b"somebody-else@example.org")
    return _options(pba, MobileNodeIdentifier, lambda option: other)


def _hnp_changed(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    return _with_prefix(pba, _changed_prefix) if pba.status < 128 and request.named else pba


def _hnp_all_zero(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    return _with_prefix(pba, lambda prefix: Prefix()) if pba.status < 128 else pba


def _lifetime_too_long(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    longer = min(request.lifetime + 75, 0xFFFF)
    return replace(pba, lifetime=longer) if pba.status < 128 and pba.lifetime else pba


def _lifetime_in_seconds(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    return replace(pba, lifetime=min(pba.lifetime * 4, 0xFFFF)) if pba.status < 128 else pba


def _p_flag_clear(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    return replace(pba, flags=pba.flags & ~BA_P)


def _no_multihoming(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    return replace(pba, options=tuple(option for option in pba.options if type(option) is not Multihoming))


def _act_echoed(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    act = request.multihoming.act if request.multihoming else 0
    return _options(pba, Multihoming, lambda option: replace(option, act=act))


def _rfu_set(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    return _options(pba, Multihoming, lambda option: replace(option, rfu=0x1F))


def _fid_status_missing(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    kind = request.codepoints.flow_identification_option_type

    def cut(option: FlowIdentification) -> UnknownOption:
        octets = option.fid.to_bytes(2, "big") + bytes((option.pri, option.action, option.pro))
        return UnknownOption(kind, octets)

    def cut_6089(option: FlowIdentification6089) -> UnknownOption:
        return UnknownOption(kind, option.fid.to_bytes(2, "big") + option.pri.to_bytes(2, "big") + b"\0")

    return _options(_options(pba, FlowIdentification, cut), FlowIdentification6089, cut_6089)


def _fid_not_echoed(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    requested = len(outcome.fids) - outcome.adverts
    if requested <= 0:
        return pba
    last = len(pba.options) - outcome.adverts - 1
    return replace(pba, options=pba.options[:last] + pba.options[last + 1 :])


def _pro_not_set(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    return _with_adverts(
        outcome, pba, lambda option: replace(option, pro=0) if isinstance(option, FlowIdentification) else option
    )


def _fid_not_unique(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    owner = outcome.binding
    own = [flow.fid for flow in owner.flows.values() if not flow.reinstantiated] if owner is not None else []
    if not own:
        return pba
    return _with_adverts(
        outcome, pba, lambda option: option if isinstance(option, UnknownOption) else replace(option, fid=min(own))
    )


def _second_hnp(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    session, binding = outcome.session, outcome.binding
    if pba.status >= 128 or session is None or binding is None or session.mhgid is None or binding.created == 1:
        return pba
    return _with_prefix(pba, _changed_prefix)


def _pro_without_keep(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    """In rfc6089 there is no PRO: the fault is an unrequested FID."""
    session = outcome.session
    if pba.status >= 128 or session is None or session.mhgid is None or not request.lifetime or outcome.adverts:
        return pba
    option: Any
    if request.codepoints.wire_dialect == "rfc6089":
        option = FlowIdentification6089(fid=0xFFFF, pri=0xFFFF)
    else:
        option = FlowIdentification(fid=0xFFFF, pri=0xFF, action=FORWARD, pro=2)
    return replace(pba, options=(*pba.options, option))


def _multipath_not_echoed(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    if outcome.binding is None or outcome.binding.created == 1:
        return pba
    return replace(pba, options=tuple(option for option in pba.options if type(option) is not MagMultipathBinding))


def _mag_id_echoed(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    return replace(pba, options=(*pba.options, request.mag_option)) if request.multipath is not None else pba


def _bid_changed(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    return _options(pba, MagMultipathBinding, lambda option: replace(option, bid=option.bid % 254 + 1))


def _label_not_copied(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    return _options(pba, MagMultipathBinding, lambda option: replace(option, if_label=option.if_label ^ 0xFF))


def _wrong_status(status: int) -> Change:
    def change(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
        return replace(pba, status=UNSPECIFIED) if pba.status == status else pba

    return change


VALUES: dict[str, Change] = {
    "sequence-not-copied": _sequence_not_copied,
    "hi-not-copied": _hi_not_copied,
    "mn-id-not-copied": _mn_id_not_copied,
    "hnp-changed": _hnp_changed,
    "hnp-all-zero": _hnp_all_zero,
    "lifetime-too-long": _lifetime_too_long,
    "lifetime-in-seconds": _lifetime_in_seconds,
    "p-flag-clear": _p_flag_clear,
    "no-multihoming-option": _no_multihoming,
    "act-echoed": _act_echoed,
    "rfu-set": _rfu_set,
    "pro-not-set": _pro_not_set,
    "fid-not-unique": _fid_not_unique,
    "fid-status-missing": _fid_status_missing,
    "fid-not-echoed": _fid_not_echoed,
    "second-hnp": _second_hnp,
    "pro-without-keep": _pro_without_keep,
    "multipath-not-echoed": _multipath_not_echoed,
    "mag-id-echoed": _mag_id_echoed,
    "bid-changed": _bid_changed,
    "label-not-copied": _label_not_copied,
    **{f"wrong-status-{status}": _wrong_status(status) for status in (153, 154, 158, 160, 161, 162)},
    **IPV4_VALUES,
}
"""What each of them does to the values of a finished PBA."""
