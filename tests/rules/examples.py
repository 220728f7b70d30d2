"""For each rule an example that breaks it, as data. What follows from the registry's entries is made by `form.py`.

Registrations stand here: RFC 5213, 6275, the draft, mext-02, RFC 6089 and 8278; what `examples_*.py` have is gathered.
"""

from __future__ import annotations

from typing import Any

from pmiptool.wire.values import (
    AccessNetworkIdentifier,
    ActiveMulticastSubscriptionIpv4,
    AlternateCareOfAddress,
    AnchoredPrefix,
    BindingIdentifier,
    BindingReference,
    BindingRefreshAdvice,
    CivicLocation,
    DelegatedMobileNetworkPrefix,
    FlowSummary,
    HomeNetworkPrefix,
    Ipv4Selector,
    Ipv4TrafficOffloadSelector,
    Ipv6Selector,
    LmaControlledMagParameters,
    LmaUserPlaneAddress,
    LocalizedRoutingAcknowledgment,
    LocalizedRoutingInitiation,
    LocalPrefix,
    MagIdentifier,
    MagMultipathBinding,
    MobileNodeIdentifier,
    MulticastAcknowledgement,
    MulticastAddressRecord,
    NetworkIdentifier,
    QualityOfService,
    Redirect,
    SubscriptionQuery,
    SubscriptionResponse,
)
from tests.rules import examples_exchanges, examples_extensions, examples_ipv4, examples_over_time, examples_places
from tests.rules.make import (
    ANY,
    MAG1,
    MAG2,
    OTHER,
    P2,
    RFC6089,
    A,
    P,
    att,
    fid,
    fid6089,
    hi,
    hnp,
    ll,
    local,
    mh,
    mn,
    path,
    pba,
    pbu,
    removal,
    removed,
    stamp,
)

ZERO = bytes(16)
MULTICAST = bytes.fromhex("ff02000000000000000000000000000d")

# rule -> one message
MESSAGES: dict[str, Any] = {
    **examples_ipv4.MESSAGES,
    **examples_exchanges.MESSAGES,
    **examples_extensions.MESSAGES,
    **examples_places.MESSAGES,
    "rfc5213/6.9.1.5/a-flag": pbu(flags=P),
    "rfc5213/8.1/p-flag": pbu(flags=A),
    "rfc5213/8.2/p-flag": pba(flags=0),
    "rfc5213/8.1/mn-id": pbu(mn=None),
    "rfc5213/8.1/hnp": pbu(hnp=None),
    "rfc5213/8.1/hi": pbu(hi=None),
    "rfc5213/8.1/att": pbu(att=None),
    "rfc5213/8.2/mn-id": pba(mn=None),
    "rfc5213/8.2/hnp": pba(hnp=None),
    "rfc5213/8.2/hi": pba(hi=None),
    "rfc5213/8.2/att": pba(att=None),
    "rfc5213/6.9.1.1/all-zero-hnp-alone": pbu(hnp(ANY)),
    "rfc5213/6.9.1.1/hi-reserved": pbu(hi=hi(0)),
    "rfc5213/6.9.1.1/hi-undefined": pbu(hi=hi(77)),
    "rfc5213/6.9.1.1/att-reserved": pbu(att=att(0)),
    "rfc5213/6.9.1.1/att-undefined": pbu(att=att(99)),
    "rfc5213/6.9.1.1/ll-id-all-zero": pbu(ll(bytes(6))),
    "rfc5213/6.9.1.3/hnp": pbu(hi=hi(5), hnp=hnp(ANY)),
    "rfc5213/6.9.1.4/hi": pbu(lifetime=0),
    "rfc5213/6.9.1.4/hnp": removal(hnp=hnp(ANY)),
    "rfc5213/5.3.6/hnp-all-zero": pba(hnp=hnp(ANY)),
    "rfc5213/5.3.1/empty-mn-id": pba(status=160),
    "rfc4283/3/empty": pbu(mn=mn(b"")),
    "rfc6275/6.1.8/status-undefined": pba(status=222),
    "rfc6275/10.3.1/refresh-interval": pba(BindingRefreshAdvice(refresh_interval=75)),
    "rfc6275/6.1.7/care-of-address": pbu(AlternateCareOfAddress(alternate_care_of_address=MULTICAST)),
    "rfc7222/4.1/sr-id": pbu(QualityOfService(sr_id=7, oc=1)),
    "rfc7389/4/asks-only": pbu(LmaUserPlaneAddress(lma_user_plane_address=bytes.fromhex("c0000201"))),
    "rfc7389/4/address-given": pba(LmaUserPlaneAddress()),
    "rfc7411/5.4/no-records": pbu(
        MulticastAcknowledgement(status=1, records=(MulticastAddressRecord(multicast_address=MULTICAST),))
    ),
    "rfc7864/4.1/l-from-mag": pbu(hnp=HomeNetworkPrefix(l=1, home_network_prefix=P2)),
    "rfc6757/3.1.1/network-name-utf-8": pbu(
        AccessNetworkIdentifier((NetworkIdentifier(e=1, network_name=b"\xff", access_point_name=b"a"),))
    ),
    "rfc6757/3.1.1/access-point-name-utf-8": pbu(
        AccessNetworkIdentifier((NetworkIdentifier(network_name=b"a", access_point_name=b"\xff"),))
    ),
    "rfc7563/3.1/element-missing": pbu(AccessNetworkIdentifier((CivicLocation(),))),
    "rfc8371/4.1/ipv6-address": pbu(mn=MobileNodeIdentifier(2, bytes(4))),
    "rfc8371/4.2/imsi": pbu(mn=MobileNodeIdentifier(3, bytes(9))),
    "rfc8371/4.3/eui-48": pbu(mn=MobileNodeIdentifier(5, bytes(8))),
    "rfc8371/4.4/eui-64": pbu(mn=MobileNodeIdentifier(6, bytes(6))),
    "rfc8127/3/at-least-one": pba(LmaControlledMagParameters()),
    "rfc8278/4.1/bulk-or-overwrite": pba(MagMultipathBinding(b=1, o=1)),
    "rfc8278/4.1/overwrite-in-deregistration": pbu(MagMultipathBinding(o=1), MagIdentifier(), lifetime=0),
    "rfc8278/4.4/mag-id-with-multipath": pbu(MagMultipathBinding()),
    "rfc8278/4.4/mag-id-in-answer": pba(MagIdentifier(identifier=b"mag1")),
    "rfc8278/4.4/mag-id-with-option": pba(MagMultipathBinding(if_att=4), MagIdentifier(identifier=b"mag1")),
    "rfc8278/4.1/if-att-reserved": pbu(MagMultipathBinding(), MagIdentifier(identifier=b"mag1")),
    "rfc8278/4.1/if-att-undefined": pbu(MagMultipathBinding(if_att=200), MagIdentifier(identifier=b"mag1")),
    "rfc8278/4.2/empty": pbu(MagIdentifier()),
    "rfc8885/4.3/d-flag": pbu(AnchoredPrefix()),
    "rfc8885/4.3/d-flag-in-answer": pba(AnchoredPrefix()),
    "rfc8885/4.4/d-flag": pbu(LocalPrefix()),
    "rfc8885/4.4/d-flag-in-answer": pba(LocalPrefix()),
    "rfc6463/4.2/k-and-n": pba(Redirect(k=1, n=1)),
    "rfc6705/10.1/two-mobile-nodes": LocalizedRoutingInitiation(options=(mn(), hnp(), hnp())),
    "rfc6705/10.1/two-prefixes": LocalizedRoutingInitiation(options=(mn(), hnp(), mn(b"mn2"))),
    "rfc6705/10.2/two-mobile-nodes": LocalizedRoutingAcknowledgment(options=(mn(), hnp(), hnp())),
    "rfc6705/10.2/two-prefixes": LocalizedRoutingAcknowledgment(options=(mn(), hnp(), mn(b"mn2"))),
    "rfc6757/3/sub-option-missing": pbu(AccessNetworkIdentifier()),
    "rfc6909/3.1/selector-missing": pba(Ipv4TrafficOffloadSelector(m=1)),
    "rfc7148/4.1/v-and-prefix": pbu(DelegatedMobileNetworkPrefix(v=0, prefix=bytes(4))),
    "rfc7161/4.3.1.2/mn-id": SubscriptionQuery(),
    "rfc7161/4.3.2.2/mn-id": SubscriptionResponse(),
    "rfc7161/4.3.2.2/subscriptions-missing": SubscriptionResponse(flags=0x80, options=(mn(),)),
    "rfc7161/4.3.2.2/subscriptions-unsaid": SubscriptionResponse(options=(mn(), ActiveMulticastSubscriptionIpv4())),
    "muho/4.1/act-outside-hi4": pbu(mh(act=2)),
    "muho/4.1/act-in-pba": removed(mh(act=2)),
    "muho/4.1/act-undefined": removal(mh(act=5)),
    "muho/4.1/act-without-removal": pbu(mh(act=2), hi=hi(4)),
    "muho/4.1/mhgid": pbu(mh(mhgid=7)),
    "muho/1/one-hnp": pbu(hnp(P2), mh()),
    "muho/5/fid-without-option": pbu(fid()),
    "muho/4.2/pro-from-mag": pbu(mh(), fid(pro=2)),
    "muho/4.2/fid-accepted-in-rejection": pba(mh(), fid(), status=130),
    "mext/4.2/pro-undefined": pbu(mh(), fid(pro=9)),
    "mext/4.2/action-undefined": pbu(mh(), fid(action=0)),
    "mext/4.2/forward-bids": pbu(mh(), fid(sub=(BindingReference(bid=(1, 2)), OTHER))),
    "mext/4.2/n-cast-bids": pbu(mh(), fid(action=3, sub=(BindingReference(bid=()), OTHER))),
    "mext/5.2.2.1/discard-bids": pbu(mh(), fid(action=2, sub=(BindingReference(bid=(1,)), OTHER))),
    "mext/5.2.2.1/no-selector": pbu(mh(), fid(sub=())),
    "mext/5.2/status-in-request": pbu(mh(), fid(status=1)),
    "mext/5.2/fid-twice": pbu(mh(), fid(), fid()),
    "mext/5.3.5/fid-twice": pba(mh(), fid(), fid()),
    "mext/5.2/one-summary": pbu(mh(), FlowSummary(fid=(1,)), FlowSummary(fid=(2,))),
    "rfc5648/4.3/bid-zero": pbu(mh(), BindingIdentifier(bid=0)),
    "rfc5648/4.3/bid-twice": pbu(mh(), BindingIdentifier(bid=1), BindingIdentifier(bid=1)),
    "rfc5648/4.3/h-in-ack": pba(mh(), BindingIdentifier(bid=1, h=1)),
    "rfc5648/4.3/care-of-address-in-ack": pba(mh(), BindingIdentifier(bid=1, care_of_address=MAG1)),
    "rfc6088/3.1/range": pbu(mh(), fid(sub=(Ipv4Selector(dst_port=90, dst_port_end=80),))),
    "rfc6088/3.2/range": pbu(mh(), fid(sub=(Ipv6Selector(proto=17, proto_end=6),))),
    "rfc6088/3.2/flow-label": pbu(mh(), fid(sub=(Ipv6Selector(flow_label=0x100000),))),
    "rfc6088/3/address-range": pbu(mh(), fid(sub=(Ipv6Selector(src=MAG2, src_end=MAG1),))),
}

# rule -> one message in the dialect of RFC 6089
MESSAGES_6089: dict[str, Any] = {
    **examples_exchanges.MESSAGES_6089,
    "rfc6089/4.2/fid-zero": pbu(mh(), fid6089(0)),
    "rfc6089/4.2/pri-zero": pbu(mh(), fid6089(pri=0)),
    "rfc6089/4.2/pri-twice": pbu(mh(), fid6089(1), fid6089(2)),
    "rfc6089/5.3.2/fid-twice": pbu(mh(), fid6089(1), fid6089(1, pri=11)),
    "rfc6089/5.2.2.1/status-in-request": pbu(mh(), fid6089(status=1)),
    "rfc6089/4.1/bid-pri-zero": pbu(mh(), BindingIdentifier(bid=1)),
}

# rule -> a message in one dialect, read in the other
DIALECTS: dict[str, tuple[Any, Any, Any]] = {
    "rfc6089/4.2/dialect": (pbu(mh(), fid6089()), RFC6089, None),
    "mext/4.2/dialect": (pbu(mh(), fid()), None, RFC6089),
}

# rule -> request and answer
EXCHANGES: dict[str, tuple[Any, Any]] = {
    **examples_ipv4.EXCHANGES,
    **examples_exchanges.EXCHANGES,
    **examples_extensions.EXCHANGES,
    "rfc6275/9.2/answered": (bytes.fromhex("3a01050000000001 8200004b01020000"), pba()),
    "rfc6275/6.1.7/answered": (pbu(AlternateCareOfAddress(alternate_care_of_address=MULTICAST)), pba()),
    "rfc5213/8.2/p-flag-copied": (pbu(), pba(flags=0)),
    "rfc5213/8.2/p-flag-unasked": (pbu(flags=A), pba()),
    "rfc5213/5.5/sequence": (pbu(), pba(sequence=2)),
    "rfc5213/5.3.6/mn-id-copied": (pbu(), pba(mn=mn(b"mn2@example.org"))),
    "rfc5213/5.3.6/mn-id-empty": (pbu(mn=None), pba(status=160)),
    "rfc5213/5.3.6/hi-copied": (pbu(), pba(hi=hi(4))),
    "rfc5213/5.3.6/hi-absent": (pbu(hi=None), pba(status=161)),
    "rfc5213/5.3.6/att-copied": (pbu(), pba(att=att(3))),
    "rfc5213/5.3.6/att-absent": (pbu(att=None), pba(status=162)),
    "rfc5213/5.3.6/ll-id-missing": (pbu(ll()), pba()),
    "rfc5213/5.3.6/ll-id-unasked": (pbu(), pba(ll())),
    "rfc5213/5.3.6/ll-id-copied": (pbu(ll()), pba(ll(b"\x02\0\0\0\0\x09"))),
    "rfc5213/5.3.6/link-local-missing": (pbu(local()), pba()),
    "rfc5213/5.3.6/link-local-unasked": (pbu(), pba(local())),
    "rfc5213/5.3.6/link-local-copied": (pbu(local()), pba(local(MAG1))),
    "rfc5213/5.3.6/link-local-generated": (pbu(local(ZERO)), pba(local(ZERO))),
    "rfc5213/5.3.6/timestamp-missing": (pbu(stamp()), pba()),
    "rfc5213/5.3.6/timestamp-unasked": (pbu(), pba(stamp())),
    "rfc5213/5.5/timestamp-copied": (pbu(stamp()), pba(stamp(1))),
    "rfc5213/5.5/timestamp-of-lma": (pbu(stamp()), pba(stamp(), status=156)),
    "rfc5213/5.5/status-without-timestamp": (pbu(), pba(status=157)),
    "rfc5213/5.5/sequence-judged": (pbu(stamp()), pba(stamp(), status=135)),
    "rfc5213/5.3.1/missing-mn-id": (pbu(mn=None), pba(status=153, mn=mn(b""))),
    "rfc5213/5.3.1/missing-hnp": (pbu(hnp=None), pba(status=128, hnp=hnp(ANY))),
    "rfc5213/5.3.1/missing-hi": (pbu(hi=None), pba(status=158, hi=hi(0))),
    "rfc5213/5.3.1/missing-att": (pbu(att=None), pba(att=att(0))),
    "rfc5213/5.3.1/needless-160": (pbu(), pba(status=160, mn=mn(b""))),
    "rfc5213/5.3.1/needless-158": (pbu(), pba(status=158)),
    "rfc5213/5.3.1/needless-161": (pbu(), pba(status=161)),
    "rfc5213/5.3.1/needless-162": (pbu(), pba(status=162)),
    "rfc5213/5.3.2/needless-155": (pbu(hnp=hnp(ANY)), pba(status=155, hnp=hnp(ANY))),
    "rfc5213/5.3.6/hnp-changed": (pbu(), pba(hnp=hnp(P2))),
    "rfc5213/5.3.6/hnp-rejected": (pbu(), pba(status=130, hnp=hnp(ANY))),
    "rfc5213/5.3.6/hnp-rejected-none": (pbu(hnp=None), pba(status=158)),
    "rfc6275/10.3.1/lifetime": (pbu(), pba(lifetime=76)),
    "rfc6275/10.3.1/lifetime-zero": (pbu(), pba(lifetime=0)),
    "rfc6275/10.3.2/lifetime": (removal(), removed(lifetime=75)),
    "rfc6275/6.1.8/lifetime-in-seconds": (pbu(), pba(lifetime=300)),
    "muho/4.1/mhgid-copied": (pbu(mh()), pba(mh(mhgid=1))),
    "muho/4.1/act-changed": (removal(mh(act=2)), removed(mh(act=1))),
    "muho/6.1/option-unasked": (pbu(), pba(mh())),
    "muho/6.1/status-without-option": (pbu(), pba(status=250)),
    "muho/6.1/status-without-keep": (removal(mh(act=1)), removed(mh(), status=251)),
    "rfc5648/6.2/bid-echo": (
        pbu(mh(), BindingIdentifier(bid=1), BindingIdentifier(bid=2)),
        pba(mh(), BindingIdentifier(bid=1)),
    ),
    "rfc5648/6.2/bid-unasked": (pbu(mh()), pba(mh(), BindingIdentifier(bid=1))),
    "mext/5.3.3/two-summaries": (pbu(mh(), FlowSummary(fid=(1,)), FlowSummary(fid=(2,))), pba(mh())),
    "mext/5.3.5/fid-echo": (pbu(mh(), fid(1), fid(2)), pba(mh(), fid(1))),
    "mext/5.2.5/flows-unsupported": (pbu(mh(), fid(1)), pba(mh())),
    "mext/5.3.5/fid-changed": (pbu(mh(), fid()), pba(mh(), fid(pri=11))),
    "mext/5.3.5/fid-suboptions": (pbu(mh(), fid()), pba(mh(), fid(sub=()))),
    "mext/5.3.2/fid-twice-accepted": (pbu(mh(), fid(), fid()), pba(mh(), fid())),
    "mext/4.2/status-fits": (pbu(mh(), fid()), pba(mh(), fid(status=138))),
    "mext/5.3.2.1/no-selector": (pbu(mh(), fid(sub=())), pba(mh(), fid(sub=()))),
    "muho/4.2/pro": (pbu(mh()), pba(mh(), fid(65535))),
    "muho/4.2/fid-unasked": (pbu(mh()), pba(mh(), fid(7, status=136))),
    "rfc8278/4.4/option-unasked": (pbu(), pba(path(1)[0])),
    "rfc8278/4.1/bid-copied": (pbu(*path(1)), pba(path(2)[0])),
    "rfc8278/4.1/interface-copied": (pbu(*path(1)), pba(MagMultipathBinding(bid=1, if_att=4, if_label=8))),
    "rfc8278/4.4/refusal-echo": (pbu(*path(1)), pba(status=180)),
    "rfc8278/4.3/status-without-option": (pbu(), pba(status=180)),
}

EXCHANGES_6089: dict[str, tuple[Any, Any]] = {
    "rfc6089/5.3.5/fid-echo": (pbu(mh(), fid6089(1), fid6089(2, pri=11)), pba(mh(), fid6089(1))),
    "rfc6089/5.3.5/flows-unsupported": (pbu(mh(), fid6089(1)), pba(mh())),
    "rfc6089/5.3.5/fid-changed": (pbu(mh(), fid6089()), pba(mh(), fid6089(pri=11))),
    "rfc6089/5.3.5/fid-suboptions": (pbu(mh(), fid6089()), pba(mh(), fid6089(sub=()))),
    "rfc6089/5.3.2/fid-twice-accepted": (pbu(mh(), fid6089(), fid6089()), pba(mh(), fid6089())),
    "rfc6089/4.2/status-fits": (pbu(mh(), fid6089(sub=())), pba(mh(), fid6089(status=133, sub=()))),
}

GARBAGE = b"\x3b\x09\x05\x00\x00\x00\x00\x00"


def asked(at: float, mag: int, *more: Any, sequence: int = 1, **changed: Any) -> tuple[float, int, Any]:
    return at, mag, pbu(*more, sequence=sequence, **changed)


def told(at: float, mag: int, *more: Any, sequence: int = 1, **changed: Any) -> tuple[float, int, Any]:
    return at, mag, pba(*more, sequence=sequence, **changed)


def bound(at: float, mag: int, sequence: int, *flows: Any, **changed: Any) -> tuple[Any, ...]:
    """An attachment with its answer."""
    return (
        asked(at, mag, ll(bytes((2, 0, 0, 0, 0, mag))), mh(), *flows, sequence=sequence, **changed),
        told(at + 0.01, mag, ll(bytes((2, 0, 0, 0, 0, mag))), mh(), *flows, sequence=sequence, **changed),
    )


def gone(at: float, mag: int, sequence: int, act: int) -> tuple[Any, ...]:
    """A detachment with its answer."""
    me = ll(bytes((2, 0, 0, 0, 0, mag)))
    return (
        (at, mag, removal(me, mh(act=act), sequence=sequence)),
        (at + 0.01, mag, removed(me, mh(), sequence=sequence)),
    )


def renewed(at: float, mag: int, sequence: int, flows: tuple[Any, ...] = (), *given: Any) -> tuple[Any, ...]:
    """A renewal with its answer: filters asked for and given back, which may differ."""
    me = ll(bytes((2, 0, 0, 0, 0, mag)))
    return (
        asked(at, mag, me, mh(), *flows, sequence=sequence, hi=hi(5)),
        told(at + 0.01, mag, me, mh(), *given, sequence=sequence, hi=hi(5)),
    )


def over(at: float, mag: int, sequence: int, *more: Any, **changed: Any) -> tuple[Any, ...]:
    """A request over the path of a MAG that has this number, with its answer."""
    me = ll(), path(mag)[0]
    return (
        asked(at, mag, ll(), *path(mag), *more, sequence=sequence, **changed),
        told(at + 0.01, mag, *me, *more, sequence=sequence, **changed),
    )


PAIR = (*bound(0, 1, 1, fid()), *bound(1, 2, 1, fid(sub=(OTHER,), pri=20)))
KEPT = (*PAIR, *gone(2, 2, 2, 2))
CLEARED = (*PAIR, *gone(2, 2, 2, 1))

# rule -> what passes: seconds, gateway, message (a PBU to the anchor, a PBA from it, octets to it)
SESSIONS: dict[str, tuple[Any, ...]] = {
    **examples_ipv4.SESSIONS,
    **examples_over_time.SESSIONS,
    "rfc5213/5.3.1/answer-lost": (asked(0, 1), asked(1, 1, sequence=2), told(1.01, 1, sequence=2), asked(9, 2)),
    "rfc5213/5.3.1/unanswered": (asked(0, 1),),
    "rfc6275/9.2/deaf": (asked(0, 1), told(0.01, 1), (1, 1, GARBAGE), (2, 1, GARBAGE), asked(3, 1, sequence=2)),
    "rfc6275/11.8/answer-late": (asked(0, 1), told(1.2, 1)),
    "rfc6275/9.5.4/answer-twice": (asked(0, 1), told(0.01, 1), told(0.02, 1)),
    "rfc6275/9.5.4/answers-contradict": (asked(0, 1), told(0.01, 1), told(0.02, 1, status=130)),
    "rfc6275/9.5.4/answer-unasked": (told(0, 1),),
    "rfc5213/5.3.6/addresses": (asked(0, 1), told(0.01, 2)),
    "rfc6275/11.8/rate": tuple(
        step for n in range(4) for step in (asked(n / 10, 1, sequence=n), told(n / 10 + 0.01, 1, sequence=n))
    ),
    "rfc6275/11.8/back-off": (asked(0, 1), asked(0.3, 1, sequence=2)),
    "rfc5213/6.9.4/timestamp": (asked(0, 1, stamp()), asked(1, 1, stamp())),
    "rfc5213/6.9.4/sequence": (asked(0, 1), asked(1, 1)),
    "rfc5213/6.9.1.3/session-hnp": (asked(0, 1), told(0.1, 1), asked(1, 1, sequence=2, hi=hi(5), hnp=hnp(P2))),
    "rfc5213/6.9.1.4/session-hnp": (asked(0, 1), told(0.1, 1), (1, 1, removal(sequence=2, hnp=hnp(P2)))),
    "muho/5/option": (*bound(0, 1, 1), (1, 1, removal(ll(b"\x02\0\0\0\0\x01"), sequence=2))),
    "rfc5213/5.3.6/hnp-session": (
        *bound(0, 1, 1),
        asked(1, 1, ll(b"\x02\0\0\0\0\x01"), mh(), sequence=2, hi=hi(4), hnp=hnp(ANY)),
        told(1.1, 1, ll(b"\x02\0\0\0\0\x01"), mh(), sequence=2, hi=hi(4), hnp=hnp(P2)),
    ),
    "rfc5213/5.3.2/hnp-in-use": (
        *bound(0, 1, 1),
        asked(1, 1, mn=mn(b"mn2"), hnp=hnp(ANY), sequence=2),
        told(1.1, 1, mn=mn(b"mn2"), sequence=2),
    ),
    "muho/1/shared-hnp": (*bound(0, 1, 1), *bound(1, 2, 1, hnp=hnp(P2))),
    "muho/6.1/no-option": (*bound(0, 1, 1), asked(1, 2, mh(), hnp=hnp(ANY)), told(1.1, 2)),
    "rfc5213/5.3.5/foreign-removal": (*bound(0, 1, 1), *gone(1, 2, 5, 0)),
    "rfc5213/5.5/timestamp-accepted": (
        asked(0, 1, stamp(1)),
        told(0.1, 1, stamp(1)),
        asked(1, 1, stamp(0), sequence=2),
        told(1.1, 1, stamp(0), sequence=2),
    ),
    "rfc5213/5.5/needless-157": (asked(0, 1, stamp()), told(0.1, 1, stamp(2), status=157)),
    "rfc5213/5.5/needless-156": (asked(0, 1, stamp()), told(0.1, 1, stamp(0.01), status=156)),
    "rfc6275/9.5.1/sequence-accepted": (asked(0, 1, sequence=9), told(0.1, 1, sequence=9), asked(1, 1), told(1.1, 1)),
    "rfc6275/9.5.1/needless-135": (asked(0, 1, sequence=9), told(0.1, 1, sequence=9, status=135)),
    "rfc6275/9.5.1/last-accepted": (
        asked(0, 1, sequence=9),
        told(0.1, 1, sequence=9),
        asked(1, 1, sequence=4),
        told(1.1, 1, sequence=77, status=135),
    ),
    "mext/5.3.2.1/fid-exists": (*bound(0, 1, 1, fid()), *renewed(1, 1, 2, (fid(pri=3),), fid(pri=3))),
    "mext/5.3.2.1/fid-free": (*bound(0, 1, 1), *renewed(1, 1, 2, (fid(),), fid(status=135))),
    "mext/5.3.2.2/fid-absent": (*bound(0, 1, 1), *renewed(1, 1, 2, (fid(pro=1),), fid(pro=1))),
    "mext/5.3.2.2/fid-present": (*bound(0, 1, 1, fid()), *renewed(1, 1, 2, (fid(pro=1),), fid(pro=1, status=136))),
    "mext/5.3.3/summary-unknown": (*bound(0, 1, 1), *renewed(1, 1, 2, (FlowSummary(fid=(5,)),))),
    "muho/4.2/reinstantiated-unasked": (*PAIR, *renewed(2, 1, 2, (), fid(65535, pro=2))),
    "muho/4.2/fid-unique": (*KEPT, *renewed(3, 1, 2, (), fid(1, pro=2, pri=20, sub=(OTHER,)))),
    "muho/4.2/pri-copied": (*KEPT, *renewed(3, 1, 2, (), fid(65535, pro=2, pri=21, sub=(OTHER,)))),
    "muho/4.2/action-copied": (*KEPT, *renewed(3, 1, 2, (), fid(65535, pro=2, pri=20, action=3, sub=(OTHER,)))),
    "muho/4.1/selector-copied": (*KEPT, *renewed(3, 1, 2, (), fid(65535, pro=2, pri=20))),
    "muho/4.2/announced-changed": (
        *KEPT,
        *renewed(3, 1, 2, (), fid(65535, pro=2, pri=20, sub=(OTHER,))),
        *renewed(4, 1, 3, (), fid(65535, pro=2, pri=19, sub=(OTHER,))),
    ),
    "rfc8278/4.4/option": (*over(0, 1, 1), asked(1, 1, ll(), sequence=2, hi=hi(5))),
    "rfc8278/4.4/no-option": (*over(0, 1, 1), asked(1, 2, ll(), *path(2)), told(1.1, 2, ll())),
    "rfc8278/4.4/disabled": (asked(0, 1, ll(), *path(1)), told(0.1, 1, ll()), asked(1, 1, ll(), *path(1), sequence=2)),
    "muho/4.1/filters-lost": (*KEPT, *renewed(3, 1, 2)),
    "muho/4.1/filters-kept": (*CLEARED, *renewed(3, 1, 2, (), fid(65535, pro=2, pri=20, sub=(OTHER,)))),
}
