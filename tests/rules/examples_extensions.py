"""What later documents add to the messages: for each rule an example that breaks it, and exchanges that are right.

RFC 5555, 6058, 6463, 6602, 6757, 6909, 7148, 7161, 7222, 7389, 7411, 7563 and 8127.
"""

from __future__ import annotations

from typing import Any

from pmiptool.wire.values import (
    AccessNetworkIdentifier,
    ActiveMulticastSubscriptionIpv6,
    AggMaxDl,
    AllocationRetentionPriority,
    AlternateIpv4CareOfAddress,
    BindingAcknowledgement,
    BindingUpdate,
    CivicLocation,
    DelegatedMobileNetworkPrefix,
    HeartbeatControl,
    Ipv4AddressAcknowledgement,
    Ipv4Selector,
    Ipv4TrafficOffloadSelector,
    LmaAddress,
    LmaControlledMagParameters,
    LmaUserPlaneAddress,
    MobileNodeGroupIdentifier,
    MulticastAcknowledgement,
    MulticastMobility,
    NetworkIdentifier,
    QualityOfService,
    Redirect,
    RedirectCapability,
    ReregistrationControl,
    TransientBinding,
)
from tests.rules.examples_exchanges import bra, bri, hack, initiate, lra, lri, upa, upn
from tests.rules.make import LMA, A, H, P, hi, hnp, mn, pba, pbu, removal, removed

MLD = ActiveMulticastSubscriptionIpv6()
BU_S, BA_S = 0x0020, 0x04
RATE = (AggMaxDl(rate=1000),)
B, BA_B, BA_P, PBA_P = 0x0040, 0x08, 0x20, 0x20
GROUP = MobileNodeGroupIdentifier(group=7)
IPV4, OTHER = bytes((192, 0, 2, 1)), bytes((192, 0, 2, 9))
NET = bytes((198, 51, 100, 0))


def qos(oc: int = 1, sr_id: int = 0, attributes: tuple[Any, ...] = RATE, dscp: int = 0) -> QualityOfService:
    return QualityOfService(oc=oc, sr_id=sr_id, dscp=dscp, suboptions=attributes)


def dmnp(prefix: bytes = NET, length: int = 24) -> DelegatedMobileNetworkPrefix:
    return DelegatedMobileNetworkPrefix(v=int(len(prefix) == 4), prefix_length=length, prefix=prefix)


def transient(lifetime: int = 10, late: int = 1) -> TransientBinding:
    return TransientBinding(l=late, lifetime=lifetime)


def ani(name: bytes = b"wlan") -> AccessNetworkIdentifier:
    return AccessNetworkIdentifier(suboptions=(NetworkIdentifier(network_name=name),))


def bulk(*options: Any, **more: Any) -> BindingUpdate:
    """A bulk binding update: a group in place of a session."""
    return pbu(GROUP, *options, mn=None, hnp=None, **more)


def lcmp(*subs: Any) -> LmaControlledMagParameters:
    return LmaControlledMagParameters(suboptions=subs)


SELECTOR = (Ipv4Selector(dst_port=80),)
COA = AlternateIpv4CareOfAddress(alternate_ipv4_care_of_address=IPV4)
USER_PLANE = LmaUserPlaneAddress(lma_user_plane_address=IPV4)
R2LMA = Redirect(n=1, r2lma_address=IPV4)

# rule -> one message
MESSAGES: dict[str, Any] = {
    "rfc6757/3.1.1/network-name-utf-8": pbu(
        AccessNetworkIdentifier(suboptions=(NetworkIdentifier(e=1, network_name=b"\xff"),))
    ),
    "rfc6757/3.1.1/access-point-name-utf-8": pbu(
        AccessNetworkIdentifier(suboptions=(NetworkIdentifier(network_name=b"wlan", access_point_name=b"\xff"),))
    ),
    "rfc7563/3.1/element-missing": pbu(AccessNetworkIdentifier(suboptions=(CivicLocation(),))),
    "rfc7161/4.2.1.1/s-flag": pba(MLD),
    "rfc5949/6.2.2/code-and-address": initiate(mn(), LmaAddress(option_code=1, lma_address=bytes(4))),
    "rfc7161/4.2.1.2/subscriptions": removal(flags=A | P | BU_S),
    "rfc7161/4.2.1.2/s-flag": removal(MLD),
    "rfc7222/4.2.5/preemption-reserved": pbu(qos(attributes=(AllocationRetentionPriority(pl=1, pv=3),))),
    "rfc7222/5.2/request": pbu(qos(0, 1)),
    "rfc7222/5.2/identifier": pbu(qos(3, 0)),
    "rfc7222/5.2/attributes": pbu(qos(attributes=())),
    "rfc7222/5.2/query": pbu(qos(4, 1, ())),
    "rfc7222/5.1/request": upn(mn(), qos(0, 1), reason=5),
    "rfc7222/5.1/identifier": upn(mn(), qos(1, 0), reason=5),
    "rfc7222/5.1/a-flag": upn(mn(), qos(1, 1), reason=5, flags=0),
    "rfc7222/5.1/response": pba(qos(1, 1)),
    "rfc7222/5.1/allocated": pba(qos(0, 0)),
    "rfc7222/5.1/proposal": pba(qos(5, 1)),
    "rfc7222/5.1/refused": pba(qos(5), status=179),
    "rfc6463/5.3/success": pba(R2LMA, status=130),
    "rfc6463/4.2/unicast": pba(Redirect(n=1, r2lma_address=bytes((224, 0, 0, 1)))),
    "rfc6602/4.1/b-without-p": pbu(GROUP, flags=A | H | B),
    "rfc6602/4.2/b-without-p": pba(GROUP, flags=BA_B),
    "rfc6602/4.3/subtype-twice": pbu(GROUP, GROUP, flags=A | P | B),
    "rfc6602/4.3/group-zero": pbu(MobileNodeGroupIdentifier(group=0), flags=A | P | B),
    "rfc6602/5.1.2/group": pbu(flags=A | P | B),
    "rfc6602/5.1.3/bulk-update": pbu(GROUP),
    "rfc6602/5.1.3/bulk-revocation": bri(mn(), GROUP),
    "rfc6602/5.2.2/group": pba(flags=PBA_P | BA_B),
    "rfc6705/10.1/order": lri(mn(), mn(b"mn2"), hnp(), hnp()),
    "rfc6705/10.2/tuples": lra(mn(), mn(b"mn2"), hnp(), hnp()),
    "rfc6909/3.2/m-flag": pbu(Ipv4TrafficOffloadSelector(m=1)),
    "rfc7148/5.1.2/once": pbu(dmnp(), dmnp()),
    "rfc7148/5.2.2/given": pba(dmnp(bytes(4), 0)),
    "rfc7389/4/one-of-each": pba(USER_PLANE, LmaUserPlaneAddress(lma_user_plane_address=OTHER)),
    "rfc5555/3.2.1/refused-length": BindingAcknowledgement(
        flags=0, options=(Ipv4AddressAcknowledgement(status=129, prefix_length=32),)
    ),
    "rfc7389/4/address-zero": pba(LmaUserPlaneAddress(lma_user_plane_address=bytes(4))),
    "rfc8127/5.1/reregistration-zero": pba(lcmp(ReregistrationControl(10, 1, 0))),
    "rfc8127/5.2/heartbeat-zero": pba(lcmp(HeartbeatControl(60, 5, 0))),
    "rfc8127/4.1/heartbeat-interval": pba(lcmp(HeartbeatControl(20, 5, 3))),
    "rfc8127/4.1/heartbeat-delay": pba(lcmp(HeartbeatControl(60, 60, 3))),
    "rfc6058/4.5/lifetime": pbu(transient(0)),
    "rfc6058/4.5/l-flag": pbu(transient(late=0)),
    "rfc6058/4.6.1/l-flag": pba(transient(late=0)),
    "rfc6058/4.6.1/ignored": pba(transient(), status=6),
}
# rule -> request and answer
EXCHANGES: dict[str, tuple[Any, Any]] = {
    "rfc7161/4.2.1.1/s-unasked": (pbu(), pba(flags=PBA_P | BA_S)),
    "rfc7161/4.2.1.2/s-in-removal": (removal(MLD, flags=A | P | BU_S), removed(flags=PBA_P | BA_S)),
    "rfc7222/5.1/qos-unasked": (pbu(), pba(qos(0, 1))),
    "rfc7222/4.3/needless-179": (pbu(), pba(status=179)),
    "rfc7222/5.2/accepted": (upn(mn(), qos(1, 1), reason=5), upa(mn(), qos(5, 1))),
    "rfc7222/5.2/copied": (upn(mn(), qos(1, 1), reason=5), upa(mn(), qos(0, 2))),
    "rfc7222/5.2/refused": (upn(mn(), qos(1, 1), reason=5), upa(mn(), qos(0, 1), status=130)),
    "rfc6463/5.2/redirect-unasked": (pbu(), pba(R2LMA)),
    "rfc6463/4.4/alt-ipv4-coa-unasked": (pbu(), pba(COA)),
    "rfc6463/4.4/alt-ipv4-coa-copied": (
        pbu(COA), pba(AlternateIpv4CareOfAddress(alternate_ipv4_care_of_address=OTHER))
    ),
    "rfc6602/4.2/b-unasked": (pbu(), pba(GROUP, flags=PBA_P | BA_B)),
    "rfc6602/5.2.2/group-without-b": (pbu(GROUP, flags=A | P | B), pba(GROUP)),
    "rfc6602/5.2.3/group-copied": (bulk(), pba(MobileNodeGroupIdentifier(group=8), mn=None, hnp=None)),
    "rfc6602/5.2.3/group-missing": (bulk(), pba()),
    "rfc6602/5.2.3/needless-175": (pbu(), pba(status=175)),
    "rfc6602/5.2.3/bulk-revoked": (bri(GROUP), bra()),
    "rfc6602/5.2.3/bulk-revocation-invalid": (bri(mn(), GROUP), bra()),
    "rfc6909/3.3/ipv4-offload-unasked": (pbu(), pba(Ipv4TrafficOffloadSelector(suboptions=SELECTOR))),
    "rfc7148/5.2.2/dmnp-unasked": (pbu(), pba(dmnp())),
    "rfc7148/5.2.2/changed": (pbu(dmnp()), pba(dmnp(bytes((203, 0, 113, 0))))),
    "rfc7148/4.2/needless-177": (pbu(), pba(status=177)),
    "rfc7389/5/lma-user-plane-unasked": (pbu(), pba(LmaUserPlaneAddress(lma_user_plane_address=IPV4))),
    "rfc6058/4.6.1/needless-6": (pbu(), pba(status=6)),
    "rfc6058/4.6.1/lifetime": (pbu(transient(10)), pba(transient(11))),
    "rfc6058/4.6.1/settings": (pbu(transient(late=0)), pba()),
    "rfc7411/5.2/acknowledged": (initiate(mn(), MulticastMobility()), hack()),
    "rfc7411/5.2/acknowledgement-unasked": (initiate(), hack(mn(), MulticastAcknowledgement())),
    "rfc6757/4.2/ani-unasked": (pbu(), pba(ani())),
    "rfc6757/4.2/altered": (pbu(ani()), pba(ani(b"other"))),
}  # fmt: skip

# Requests with their answers that are right.
RIGHT: dict[str, tuple[Any, Any]] = {
    "QoS allocated": (pbu(qos()), pba(qos(0, 3))),
    "QoS with a counter proposal": (pbu(qos()), pba(qos(5))),
    "QoS refused": (pbu(qos()), pba(status=179)),
    "QoS after a handover": (pbu(hi=hi(3)), pba(qos(0, 3), hi=hi(3))),
    "QoS query": (pbu(qos(4, 0, ())), pba(qos(0, 3))),
    "QoS by notification": (upn(mn(), qos(1, 3), reason=5), upa(mn(), qos(0, 3))),
    "QoS by notification refused": (upn(mn(), qos(1, 3), reason=5), upa(status=130)),
    "redirection": (pbu(RedirectCapability()), pba(R2LMA)),
    "alternate IPv4 care-of address": (pbu(COA), pba(COA)),
    "bulk binding updates wanted": (pbu(GROUP, flags=A | P | B), pba(GROUP, flags=PBA_P | BA_B)),
    "bulk binding updates refused": (pbu(GROUP, flags=A | P | B), pba()),
    "bulk binding update": (bulk(hi=hi(5)), pba(GROUP, mn=None, hnp=None, hi=hi(5))),
    "bulk binding update refused": (bulk(hi=hi(5)), pba(GROUP, mn=None, hnp=None, hi=hi(5), status=175)),
    "bulk revocation": (bri(GROUP), bra(GROUP)),
    "offload policy": (pbu(Ipv4TrafficOffloadSelector()), pba(Ipv4TrafficOffloadSelector(suboptions=SELECTOR))),
    "delegated prefixes": (pbu(dmnp(bytes(4), 0), dmnp(bytes(16), 0)), pba(dmnp())),
    "delegated prefix named": (pbu(dmnp()), pba(dmnp())),
    "user plane": (pbu(LmaUserPlaneAddress()), pba(USER_PLANE)),
    "user planes": (
        pbu(LmaUserPlaneAddress(), LmaUserPlaneAddress()),
        pba(USER_PLANE, LmaUserPlaneAddress(lma_user_plane_address=LMA)),
    ),
    "parameters of the gateway": (
        pbu(), pba(lcmp(ReregistrationControl(10, 1, 32), HeartbeatControl(60, 5, 3)))
    ),
    "transient binding": (pbu(transient()), pba(transient(8))),
    "access network": (pbu(ani()), pba(ani())),
    "subscriptions": (pbu(flags=A | P | BU_S), pba(MLD, flags=PBA_P | BA_S)),
    "removal with subscriptions": (removal(MLD, flags=A | P | BU_S), removed()),
    "removal with everything": (removal(ani()), removed(ani())),
}  # fmt: skip
