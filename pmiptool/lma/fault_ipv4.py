"""Faults of an anchor that gives IPv4 home addresses (RFC 5844) and GRE keys (RFC 5845)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from pmiptool.lma.core import Outcome
from pmiptool.lma.fault_conduct import Plain
from pmiptool.lma.request import Request
from pmiptool.wire.values import BindingAcknowledgement, GreKey, Ipv4DefaultRouterAddress, Ipv4HomeAddressReply

Change = Callable[[Request, Outcome, BindingAcknowledgement], BindingAcknowledgement]

IPV4_FAULTS: dict[str, str] = {
    "ipv4-reply-missing": "The PBA has no IPv4 Home Address Reply option.",
    "ipv4-other-address": "An accepting PBA to a PBU that names its IPv4 home address gives another.",
    "ipv4-router-missing": "The PBA has no IPv4 Default-Router Address option.",
    "ipv4-status-failure": "An accepting PBA says 128 in its IPv4 Home Address Reply.",
    "gre-key-unasked": "The PBA has a GRE Key option that nobody asked for.",
    "gre-key-missing": "The GRE Key option of the PBA has no key, although the PBU has one.",
    "gre-key-changed": "The key for the uplink is another one in every PBA.",
    "wrong-status-173": "A PBU for several IPv4 home addresses gets status 128 in place of 173.",
    "wrong-status-in-ipv4-reply": "A rejecting PBA says 0 in its IPv4 Home Address Reply.",
}

UNSPECIFIED, MULTIPLE_ADDRESSES = 128, 173


def _without(pba: BindingAcknowledgement, kind: type) -> BindingAcknowledgement:
    return replace(pba, options=tuple(option for option in pba.options if type(option) is not kind))


def _changed(pba: BindingAcknowledgement, kind: type, change: Callable[[Any], Any]) -> BindingAcknowledgement:
    options = tuple(change(option) if type(option) is kind else option for option in pba.options)
    return replace(pba, options=options)


def _reply_missing(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    return _without(pba, Ipv4HomeAddressReply)


def _other_address(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    def other(option: Ipv4HomeAddressReply) -> Ipv4HomeAddressReply:
        address = option.ipv4_home_address
        return replace(option, ipv4_home_address=address[:3] + bytes((address[3] ^ 0x80,)))

    return _changed(pba, Ipv4HomeAddressReply, other) if pba.status < 128 and request.ipv4_named else pba


def _router_missing(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    return _without(pba, Ipv4DefaultRouterAddress)


def _status_failure(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    if pba.status >= 128:
        return pba
    return _changed(pba, Ipv4HomeAddressReply, lambda option: replace(option, status=UNSPECIFIED))


def _refusal_as_success(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    if pba.status < 128:
        return pba
    return _changed(pba, Ipv4HomeAddressReply, lambda option: replace(option, status=0))


def _key_unasked(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    """In front: re-instantiated filters stand at the end, where other faults look for them."""
    if pba.status >= 128 or request.gre is not None:
        return pba
    return replace(pba, options=(pba.options[0], GreKey(gre_key=(1,)), *pba.options[1:]))


def _key_missing(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    return _changed(pba, GreKey, lambda option: GreKey())


def _key_changed(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    def other(option: GreKey) -> GreKey:
        return GreKey(gre_key=tuple((key << 16 | request.sequence) & 0xFFFFFFFF for key in option.gre_key))

    return _changed(pba, GreKey, other)


def _not_173(request: Request, outcome: Outcome, pba: BindingAcknowledgement) -> BindingAcknowledgement:
    return replace(pba, status=UNSPECIFIED) if pba.status == MULTIPLE_ADDRESSES else pba


IPV4_VALUES: dict[str, Change] = {
    "ipv4-reply-missing": _reply_missing,
    "ipv4-other-address": _other_address,
    "ipv4-router-missing": _router_missing,
    "ipv4-status-failure": _status_failure,
    "gre-key-unasked": _key_unasked,
    "gre-key-missing": _key_missing,
    "gre-key-changed": _key_changed,
    "wrong-status-173": _not_173,
    "wrong-status-in-ipv4-reply": _refusal_as_success,
}
"""What each of them does to the values of a finished PBA."""


class KeepsLeftOut(Plain):
    def keeps_left_out(self) -> bool:
        return True


class DeregistersAll(Plain):
    def deregisters_all(self) -> bool:
        return True


FAMILIES = {
    "keeps-what-is-left-out": ("After a handover a session has what the new gateway does not name.", KeepsLeftOut),
    "deregisters-all-at-once": ("Where an IPv4 home address or the prefixes go, all of the session goes.",
                                DeregistersAll),
}  # fmt: skip
"""As `fault_families.FAMILIES`."""
