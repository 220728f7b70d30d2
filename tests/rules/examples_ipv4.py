"""Examples that break the rules of RFC 5844 and RFC 5845, and exchanges that break none."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any

from pmiptool.wire.values import (
    GreKey,
    Ipv4DefaultRouterAddress,
    Ipv4DhcpSupportMode,
    Ipv4HomeAddressReply,
    Ipv4HomeAddressRequest,
)
from tests.rules.make import ANY, A, P, hi, hnp, ll, mn, pba, pbu, removal, removed

HOME, OTHER_HOME, ROUTER = "198.18.0.7", "198.18.0.8", "198.18.0.1"
T, BA_T = 0x0080, 0x10


def ask(address: str = "0.0.0.0", length: int | None = None) -> Ipv4HomeAddressRequest:
    bits = (0 if address == "0.0.0.0" else 16) if length is None else length
    return Ipv4HomeAddressRequest(prefix_length=bits, ipv4_home_address=IPv4Address(address).packed)


def give(address: str = HOME, status: int = 0, length: int = 16) -> Ipv4HomeAddressReply:
    return Ipv4HomeAddressReply(status=status, prefix_length=length, ipv4_home_address=IPv4Address(address).packed)


def router(address: str = ROUTER) -> Ipv4DefaultRouterAddress:
    return Ipv4DefaultRouterAddress(ipv4_default_router_address=IPv4Address(address).packed)


def key(number: int | None = 100) -> GreKey:
    return GreKey(gre_key=() if number is None else (number,))


DHCP = Ipv4DhcpSupportMode(s=1)
GIVEN = (give(), router())

MESSAGES: dict[str, Any] = {
    "rfc5844/3.2.3.1/one-request": pbu(ask(), ask(HOME)),
    "rfc5844/3.2.3.1/any-length": pbu(ask(length=16)),
    "rfc5844/3.2.3.1/named-length": pbu(ask(HOME, 0)),
    "rfc5844/3.1.2.6/status-accepted": pba(give(status=1), router()),
    "rfc5844/3.1.2.6/status-rejected": pba(give(), status=130),
    "rfc5844/3.1.2.6/address-given": pba(give("0.0.0.0"), router()),
    "rfc5844/3.1.2.6/length-given": pba(give(length=0), router()),
    "rfc5844/3.1.2.6/one-reply": pba(give(), give(OTHER_HOME), router()),
    "rfc5844/3.1.2.6/router-missing": pba(give()),
    "rfc5844/3.1.2.6/router-rejected": pba(give(status=129), router(), status=171),
    "rfc5844/3.1.2.6/router-alone": pba(router()),
    "rfc5844/3.3.3/router-zero": pba(give(), router("0.0.0.0")),
    "rfc5844/3.3.4/dhcp-alone": pba(DHCP),
    "rfc5845/4.2/deregistration": removal(key()),
    "rfc5845/5.2/not-required": pba(key(), status=2),
    "rfc5845/6.4/tlv-not-supported": pba(key(), status=3, flags=0x20 | BA_T),
}

EXCHANGES: dict[str, tuple[Any, Any]] = {
    "rfc5844/3.1.2.6/reply-missing": (pbu(ask()), pba()),
    "rfc5844/3.1.2.6/reply-rejecting": (pbu(ask()), pba(status=170)),
    "rfc5844/3.1.2.6/reply-unasked": (pbu(), pba(*GIVEN)),
    "rfc5844/3.1.2.2/address-named": (pbu(ask(OTHER_HOME)), pba(*GIVEN)),
    "rfc5844/3.1.2.6/request-repeated": (pbu(ask(HOME)), pba(give("0.0.0.0", 129), status=171)),
    "rfc5844/3.1.2.6/replies": (pbu(ask(), ask(HOME)), pba(give(status=128), status=173)),
    "rfc5844/3.1.2.2/status-129": (pbu(ask(HOME)), pba(give(status=128), status=171)),
    "rfc5844/3.1.2.2/status-128": (pbu(ask()), pba(give("0.0.0.0", 132, 0), status=130)),
    "rfc5844/3.1.2.6/hnp-unasked": (pbu(ask(), hnp=None), pba(*GIVEN)),
    "rfc5844/3.1.2.1/several": (pbu(ask(), ask(HOME)), pba(*GIVEN)),
    "rfc5844/3.1.2.1/needless-158": (pbu(ask(HOME), hnp=None), pba(give(status=128), status=158, hnp=None)),
    "rfc5844/3.1.2.1/needless-170": (pbu(), pba(status=170)),
    "rfc5844/3.1.2.2/needless-171": (pbu(ask()), pba(give("0.0.0.0", 129, 0), status=171)),
    "rfc5844/3.1.2.1/needless-172": (pbu(ask(HOME), hnp=None), pba(give(status=128), status=172, hnp=None)),
    "rfc5844/3.1.2.1/needless-173": (pbu(ask(HOME)), pba(give(status=128), status=173)),
    "rfc5845/3.3.2/option-unasked": (pbu(), pba(key())),
    "rfc5845/3.3.1/key-missing": (pbu(key()), pba(key(None))),
    "rfc5845/3.2/key-unasked": (pbu(key(None)), pba(key())),
    "rfc5845/6.4/needless-2": (pbu(), pba(status=2)),
    "rfc5845/6.4/needless-3": (pbu(key()), pba(key(), status=3)),
    "rfc5845/5.2/needless-163": (pbu(key()), pba(status=163)),
    "rfc5845/7.2/t-flag-unasked": (pbu(key()), pba(key(), flags=0x20 | BA_T)),
}

ONE = ll()


def said(at: float, request: Any, answer: Any) -> tuple[Any, ...]:
    """A request of the first gateway with its answer."""
    return (at, 1, request), (at + 0.01, 1, answer)


FIRST = said(0, pbu(ONE, ask(), key()), pba(ONE, *GIVEN, key(7)))

SESSIONS: dict[str, tuple[Any, ...]] = {
    "rfc5844/3.2.3.3/session-address": (
        *FIRST,
        *said(1, pbu(ONE, ask(OTHER_HOME), key(), sequence=2, hi=hi(5)), pba(ONE, sequence=2, hi=hi(5))),
    ),
    "rfc5844/3.1.2.6/session-address": (
        *FIRST,
        *said(
            1,
            pbu(ONE, ask(), key(), sequence=2, hi=hi(4)),
            pba(ONE, give(OTHER_HOME), router(), key(7), sequence=2, hi=hi(4)),
        ),
    ),
    "rfc5844/3.1.2.6/reply-omitted": (
        *FIRST,
        *said(1, pbu(ONE, ask(HOME), key(), sequence=2, hi=hi(5)), pba(ONE, key(7), sequence=2, hi=hi(5))),
    ),
    "rfc5844/3.1.2.2/address-in-use": (
        *FIRST,
        *said(
            1,
            pbu(ask(), sequence=2, mn=mn(b"mn2"), hnp=None),
            pba(*GIVEN, sequence=2, mn=mn(b"mn2"), hnp=None),
        ),
    ),
    "rfc5845/3.3.2/downlink-key": (
        *FIRST,
        *said(1, pbu(ONE, ask(HOME), sequence=2, hi=hi(5)), pba(ONE, *GIVEN, sequence=2, hi=hi(5))),
    ),
    "rfc5845/3.3.2/uplink-key": (
        *FIRST,
        *said(
            1,
            pbu(ONE, ask(HOME), key(), sequence=2, hi=hi(5)),
            pba(ONE, *GIVEN, key(8), sequence=2, hi=hi(5)),
        ),
    ),
    "rfc5845/3.3.2/uplink-key-omitted": (
        *FIRST,
        *said(1, pbu(ONE, ask(HOME), key(), sequence=2, hi=hi(5)), pba(ONE, *GIVEN, sequence=2, hi=hi(5))),
    ),
}

RIGHT: tuple[tuple[Any, Any], ...] = (
    (pbu(ask(), hnp=hnp(ANY)), pba(*GIVEN, DHCP)),
    (pbu(ask(HOME)), pba(*GIVEN)),
    (pbu(ask(HOME), hnp=None), pba(*GIVEN, hnp=None)),
    (removal(ask(HOME), hnp=None), removed(*GIVEN, hnp=None)),
    (pbu(ask(HOME)), pba(give(status=129), status=171)),
    (pbu(ask()), pba(give("0.0.0.0", 128, 0), status=130)),
    (pbu(ask()), pba(give("0.0.0.0", 129, 0), status=170)),
    (pbu(ask(), hnp=None), pba(give("0.0.0.0", 128, 0), status=152, hnp=None)),
    (pbu(ask()), pba(give("0.0.0.0", 128, 0), status=172)),
    (pbu(), pba(status=172)),
    (pbu(key()), pba(key(7))),
    (pbu(key(None)), pba(key(None))),
    (pbu(key()), pba(status=2)),
    (pbu(key()), pba()),
    (pbu(), pba(status=163)),
    (pbu(key(), flags=A | P | T), pba(key(7), status=3)),
    (pbu(key(), flags=A | P | T), pba(key(7), flags=0x20 | BA_T)),
    (pbu(ask(), key()), pba(*GIVEN, status=2)),
)
"""What the texts have: no rule says a word."""
