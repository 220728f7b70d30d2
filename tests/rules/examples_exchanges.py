"""Messages of the exchanges besides registrations, right unless told otherwise, and what breaks their rules.

RFC 5568 and 5949 (handover), 5846 (revocation), 5847 (heartbeat), 6705 (localized routing), 7077 and 7864
(notification), 7109 (flow bindings), 7161 (multicast), and home agents' part of RFC 6275.
"""

from __future__ import annotations

from typing import Any

from pmiptool.wire.values import (
    AccessNetworkIdentifier,
    AlternateCareOfAddress,
    BindingAuthorizationDataFmip,
    BindingIdentifier,
    BindingRevocationAcknowledgement,
    BindingRevocationIndication,
    CareOfTest,
    CareOfTestInit,
    ContextRequest,
    FastBindingAcknowledgment,
    FastBindingUpdate,
    FlowBindingAcknowledgement,
    FlowBindingAction,
    FlowBindingIndication,
    FlowIdentification6089,
    HandoverAcknowledge,
    HandoverInitiate,
    Heartbeat,
    HomeTest,
    HomeTestInit,
    Ipv4HomeAddress,
    Ipv4HomeAddressRequest,
    LocalizedRoutingAcknowledgment,
    LocalizedRoutingInitiation,
    MhAddressPrefix,
    MhLinkLayerAddress,
    MobileNodeGroupIdentifier,
    NetworkIdentifier,
    QualityOfService,
    RestartCounter,
    SubscriptionQuery,
    SubscriptionResponse,
    TargetCareOfAddress,
    UpdateNotification,
    UpdateNotificationAcknowledgement,
    VendorSpecific,
)
from tests.rules.make import MAG1, P1, P2, SELECTOR, fid, hnp, mn

P, G, R, U = 0x8000, 0x2000, 1, 2
A, D = 0x8000, 0x4000


def bri(*options: Any, sequence: int = 1, trigger: int = 1, flags: int = P) -> BindingRevocationIndication:
    return BindingRevocationIndication(
        revocation_trigger=trigger, sequence=sequence, flags=flags, options=options or (mn(), hnp())
    )


def bra(*options: Any, sequence: int = 1, status: int = 0, flags: int = P) -> BindingRevocationAcknowledgement:
    return BindingRevocationAcknowledgement(status=status, sequence=sequence, flags=flags, options=options)


def beat(sequence: int = 1, flags: int = 0) -> Heartbeat:
    return Heartbeat(flags=flags, sequence=sequence)


def pulse(sequence: int = 1, flags: int = R, counter: int = 5) -> Heartbeat:
    """A response."""
    return Heartbeat(flags=flags, sequence=sequence, options=(RestartCounter(restart_counter=counter),))


def upn(*options: Any, sequence: int = 1, reason: int = 2, flags: int = A) -> UpdateNotification:
    return UpdateNotification(sequence=sequence, reason=reason, flags=flags, options=options or (mn(),))


def upa(*options: Any, sequence: int = 1, status: int = 0) -> UpdateNotificationAcknowledgement:
    return UpdateNotificationAcknowledgement(sequence=sequence, status=status, options=options or (mn(),))


PAIR = (mn(), hnp(), mn(b"mn2@example.org"), hnp(P2))


def lri(*options: Any, sequence: int = 1, lifetime: int = 60) -> LocalizedRoutingInitiation:
    return LocalizedRoutingInitiation(sequence=sequence, lifetime=lifetime, options=options or PAIR)


def lra(*options: Any, sequence: int = 1, status: int = 0, lifetime: int = 60, flags: int = 0
        ) -> LocalizedRoutingAcknowledgment:  # fmt: skip
    return LocalizedRoutingAcknowledgment(
        sequence=sequence,
        flags=flags,
        status=status,
        lifetime=lifetime,
        options=options or PAIR[: 0 if status else 4],
    )


def fbi(*options: Any, sequence: int = 1, trigger: int = 1, flags: int = 0x80) -> FlowBindingIndication:
    return FlowBindingIndication(sequence=sequence, trigger=trigger, flags=flags, options=options or (fid(),))


def fba(*options: Any, sequence: int = 1, status: int = 0) -> FlowBindingAcknowledgement:
    return FlowBindingAcknowledgement(sequence=sequence, status=status, options=options or (fid(),))


def query(*options: Any, sequence: int = 1) -> SubscriptionQuery:
    return SubscriptionQuery(sequence=sequence, options=options or (mn(),))


def response(*options: Any, sequence: int = 1) -> SubscriptionResponse:
    return SubscriptionResponse(sequence=sequence, options=options or (mn(),))


def initiate(*options: Any, sequence: int = 1, flags: int = 0x20, code: int = 0) -> HandoverInitiate:
    return HandoverInitiate(sequence=sequence, flags=flags, code=code, options=options or (mn(),))


def hack(*options: Any, sequence: int = 1, flags: int = 0x40, code: int = 5) -> HandoverAcknowledge:
    return HandoverAcknowledge(sequence=sequence, flags=flags, code=code, options=options or (mn(), hnp()))


BADF = BindingAuthorizationDataFmip(spi=256, authenticator=bytes(12))


def fbu(*options: Any, sequence: int = 1, flags: int = 0xC000, lifetime: int = 10) -> FastBindingUpdate:
    return FastBindingUpdate(sequence=sequence, flags=flags, lifetime=lifetime, options=options or (BADF,))


def fback(*options: Any, sequence: int = 1, status: int = 0, lifetime: int = 10) -> FastBindingAcknowledgment:
    return FastBindingAcknowledgment(status=status, sequence=sequence, lifetime=lifetime, options=options or (BADF,))


IPV4 = bytes((192, 0, 2, 1))
COOKIE = bytes.fromhex("0102030405060708")
ANI = AccessNetworkIdentifier(suboptions=(NetworkIdentifier(network_name=b"wlan"),))

V = 0x4000
HOA, HOA_REQUEST = Ipv4HomeAddress(ipv4_home_address=IPV4), Ipv4HomeAddressRequest(ipv4_home_address=IPV4)
OTHER_MN = mn(b"mn2@example.org")
GROUP = MobileNodeGroupIdentifier(group=1)
FLOW = FlowIdentification6089(fid=1, pri=10, suboptions=(SELECTOR, FlowBindingAction(action=11)))
MOVED = FlowIdentification6089(fid=1, pri=10, suboptions=(FlowBindingAction(action=15),))
MOVING = FlowIdentification6089(
    fid=1, pri=10, suboptions=(FlowBindingAction(action=15), TargetCareOfAddress(target_care_of_address=MAG1))
)
OLD, NEW = (MhAddressPrefix(option_code=code, prefix=P1) for code in (1, 2))
LLA = MhLinkLayerAddress(lla=bytes(6))
QOS = QualityOfService(sr_id=1, oc=3)

# rule -> one message
MESSAGES: dict[str, Any] = {
    "rfc5846/5.1/mn-id": bri(hnp()),
    "rfc5846/5.1/mn-id-subtype": bri(mn(bytes(16), 2)),
    "rfc5846/5.1/hnp-without-p": bri(flags=0),
    "rfc5846/5.1/ipv4-hoa": bri(mn(), HOA, flags=P | V),
    "rfc5846/5.1/ipv4-hoa-request": bri(mn(), HOA_REQUEST),
    "rfc5846/6.1.1/trigger-global": bri(flags=P | G),
    "rfc5846/6.1.1/trigger-per-mn": bri(trigger=128),
    "rfc5846/6.1.1/trigger-undefined": bri(trigger=99),
    "rfc5846/6.1.1/ipv4-address": bri(mn(), flags=P | V),
    "rfc5846/8.1/ipv4-only": bri(mn(), hnp(), HOA_REQUEST, flags=P | V),
    "rfc5846/8.1/per-peer": bri(mn(), hnp(), trigger=128, flags=P | G),
    "rfc5846/8.1/local-policy": bri(hnp(), trigger=129, flags=P | G),
    "rfc5846/5.2/hnp-without-p": bra(mn(), hnp(), flags=0),
    "rfc5846/5.2/mn-id-without-p": bra(mn(), flags=0),
    "rfc5846/5.2/mn-id": bra(hnp()),
    "rfc5846/5.2/status-undefined": bra(status=99),
    "rfc5847/3.3/u-flag": beat(flags=U),
    "rfc5847/3.4/counter-in-request": pulse(flags=0),
    "rfc5847/3.2/counter-missing": beat(flags=R),
    "rfc6705/10.2/status-undefined": lra(status=99),
    "rfc7077/5/mn-id": upn(hnp()),
    "rfc7077/4.1/reason-reserved": upn(reason=0),
    "rfc7077/4.1/reason-undefined": upn(reason=999),
    "rfc7077/5.1/a-flag": upn(reason=1),
    "rfc7077/6.1/vendor-option": upn(reason=3),
    "rfc7864/4.2/hnp": upn(reason=8),
    "rfc7864/4.2/order": upn(hnp(), mn(), reason=8),
    "rfc7864/3.4/selector": upn(mn(), hnp(), fid(sub=()), reason=8),
    "rfc7222/4.4/qos-missing": upn(reason=5),
    "rfc7077/6.2/mn-id": upa(hnp()),
    "rfc7077/4.2/status-undefined": upa(status=99),
    "rfc7109/6.1.1/fid": fbi(mn()),
    "rfc7109/6.1.1/trigger-reserved": fbi(trigger=0),
    "rfc7109/6.1.1/trigger-undefined": fbi(trigger=99),
    "rfc7109/6.1.2/status-undefined": fba(status=99),
    "rfc5568/6.2.2/a-flag": fbu(flags=0x4000),
    "rfc5568/6.2.2/h-flag": fbu(flags=0x8000),
    "rfc5568/6.2.2/badf": fbu(mn()),
    "rfc5568/6.2.3/badf": fback(mn()),
    "rfc5568/6.2.3/alternate": fback(status=1),
    "rfc5568/6.2.3/status-undefined": fback(status=99),
    "rfc5568/6.2.1.1/s-flag": initiate(LLA, OLD, flags=0x80, code=1),
    "rfc5568/6.2.1.1/u-flag": initiate(LLA, OLD, flags=0x40, code=1),
    "rfc5568/6.2.1.1/mh-lla": initiate(OLD, flags=0),
    "rfc5568/6.2.1.1/old-coa": initiate(LLA, NEW, flags=0),
    "rfc5568/6.2.1.1/code": initiate(LLA, OLD, flags=0, code=3),
    "rfc5568/6.2.1.1/code-undefined": initiate(code=99),
    "rfc5949/6.1.1/s-flag": initiate(flags=0xA0),
    "rfc5949/6.1.1/mn-id": initiate(hnp()),
    "rfc5949/6.1.1/code": initiate(code=1),
    "rfc5568/6.2.1.2/code-undefined": hack(code=99),
    "rfc5568/6.2.1.2/code": hack(flags=0, code=5),
    "rfc5949/6.1.2/code": hack(code=3),
    "rfc5949/6.1.2/mn-id": hack(hnp()),
    "rfc5949/6.1.2/no-context": hack(code=131),
}
# rule -> one message in the dialect of RFC 6089
MESSAGES_6089: dict[str, Any] = {
    "rfc7109/6.2.1/action": fbi(FlowIdentification6089(fid=1, pri=10, suboptions=(SELECTOR,))),
    "rfc7109/6.2.2/target": fbi(MOVED),
    "rfc7109/6.2.1/action-undefined": fbi(
        FlowIdentification6089(fid=1, pri=10, suboptions=(FlowBindingAction(action=99),))
    ),
}
# rule -> request and answer
EXCHANGES: dict[str, tuple[Any, Any]] = {
    "rfc5846/6.1.2/sequence": (bri(), bra(sequence=2)),
    "rfc5846/6.1.2/p-flag": (bri(), bra(flags=0)),
    "rfc5846/6.1.2/v-flag": (bri(), bra(flags=P | V)),
    "rfc5846/6.1.2/g-flag": (bri(mn(), trigger=129, flags=P | G), bra()),
    "rfc5846/5.2/mn-id-copied": (bri(), bra(OTHER_MN)),
    "rfc5846/5.2/hnp-unasked": (bri(), bra(mn(), hnp(P2))),
    "rfc5846/6.2.1/function-unsupported": (bri(flags=P | G), bra(flags=P | G)),
    "rfc5846/9.1/identity-required": (
        bri(BindingIdentifier(bid=1), trigger=129, flags=P | G), bra(flags=P | G)
    ),
    "rfc5846/10/needless-129": (bri(), bra(status=129)),
    "rfc5846/8.2/needless-130": (bri(), bra(status=130)),
    "rfc5846/9.1/needless-131": (bri(), bra(status=131)),
    "rfc5846/9.1/needless-132": (bri(), bra(status=132)),
    "rfc5846/10/needless-135": (bri(mn(), flags=0), bra(flags=0, status=135)),
    "rfc5847/3.1/sequence": (beat(), pulse(2)),
    "rfc6705/10.2/sequence": (lri(), lra(sequence=2)),
    "rfc6705/10.2/mobile-nodes": (lri(), lra(mn(), hnp(), mn(b"mn3"), hnp(P2))),
    "rfc6705/10.2/prefixes": (lri(), lra(mn(), hnp(), OTHER_MN, hnp())),
    "rfc6705/10.2/order": (lri(), lra(OTHER_MN, hnp(P2), mn(), hnp())),
    "rfc6705/10.2/mobile-node-unasked": (lri(), lra(mn(b"mn3"), hnp(), status=129)),
    "rfc6705/10.2/prefix-unasked": (lri(mn(), hnp(), OTHER_MN, hnp()), lra(mn(), hnp(P2), status=129)),
    "rfc6705/10.2/lifetime": (lri(), lra(lifetime=61)),
    "rfc6705/10.2/lifetime-zero": (lri(), lra(lifetime=0)),
    "rfc7077/6.2/sequence": (upn(), upa(sequence=2)),
    "rfc7077/6.2/mn-id-copied": (upn(), upa(OTHER_MN)),
    "rfc7077/6.2/group-copied": (upn(GROUP), upa(MobileNodeGroupIdentifier(group=2))),
    "rfc7077/6.2/named-as-asked": (upn(), upa(GROUP)),
    "rfc7077/4.2/unasked": (upn(flags=0), upa()),
    "rfc7077/6.1/vendor-option-missed": (upn(reason=3), upa()),
    "rfc7077/4.2/needless-129": (upn(), upa(status=129)),
    "rfc7077/6.1/needless-128": (upn(reason=1), upa(status=128)),
    "rfc7222/4.5/needless-130": (upn(), upa(status=130)),
    "rfc7864/4.3/hnp": (upn(mn(), hnp(), reason=8), upa()),
    "rfc7864/4.3/hnp-unasked": (upn(mn(), hnp(), reason=8), upa(mn(), hnp(P2))),
    "rfc7109/6.1.2/sequence": (fbi(), fba(sequence=2)),
    "rfc7109/6.1.2/fid-copied": (fbi(), fba(fid(2))),
    "rfc7109/6.1.2/fid-unasked": (fbi(), fba(fid(), fid(2))),
    "rfc7109/6.1.1/unasked": (fbi(flags=0), fba()),
    "rfc7161/4.3.2.2/sequence": (query(), response(sequence=2)),
    "rfc7161/4.3.2.2/mn-id-copied": (query(), response(OTHER_MN)),
    "rfc7161/4.3.2.2/hnp-unasked": (query(mn(), hnp()), response(mn(), hnp(P2))),
    "rfc6275/6.1.5/cookie": (HomeTestInit(home_init_cookie=COOKIE), HomeTest()),
    "rfc6275/6.1.6/cookie": (CareOfTestInit(care_of_init_cookie=COOKIE), CareOfTest()),
    "rfc5568/6.2.3/sequence": (fbu(), fback(sequence=2)),
    "rfc5568/6.2.3/lifetime": (fbu(), fback(lifetime=11)),
    "rfc5568/6.2.1.2/sequence": (initiate(), hack(sequence=2)),
    "rfc5568/6.2.1.2/new-coa": (initiate(LLA, OLD, flags=0x80), hack(LLA, flags=0, code=2)),
    "rfc5568/6.2.1.2/code-irrelevant": (initiate(LLA, OLD, flags=0, code=1), hack(LLA, flags=0, code=1)),
    "rfc5949/6.1.2/p-flag": (initiate(), hack(flags=0, code=0)),
    "rfc5949/6.1.2/mn-id-copied": (initiate(), hack(OTHER_MN, hnp())),
    "rfc5949/4.1/needless-132": (initiate(), hack(code=132)),
    "rfc5949/6.1.2/context": (initiate(mn(), ContextRequest()), hack(mn(), code=6)),
}  # fmt: skip

# Requests with their answers that are right.
ANSWERED: dict[str, tuple[Any, Any]] = {
    "IPv4 home address revoked": (bri(mn(), HOA_REQUEST, flags=P | V), bra(flags=P | V)),
    "IPv4 home address of a mobile node revoked": (bri(HOA, flags=V), bra(flags=V)),
    "a realm revoked": (bri(mn(b"@example.org"), trigger=129, flags=P | G), bra(flags=P | G)),
    "a trigger for tests": (bri(trigger=250), bra(status=133)),
    "a function that is not supported": (bri(mn(), trigger=129, flags=P | G), bra(flags=P | G, status=134)),
    "revoked in part": (bri(), bra(mn(), hnp(), status=1)),
    "a mobile node that is attached": (bri(trigger=4), bra(status=132)),
    "heartbeat": (beat(), pulse()),
    "flow mobility": (upn(mn(), hnp(), fid(), reason=8), upa(mn(), hnp())),
    "flow mobility refused": (upn(mn(), hnp(), fid(), reason=8), upa(status=132)),
    "a group notified": (upn(GROUP), upa(GROUP)),
    "a vendor's reason": (upn(mn(), VendorSpecific(vendor_id=9), reason=3), upa()),
    "localized routing refused": (lri(), lra(mn(), hnp(), status=129, lifetime=0)),
    "localized routing ends": (lri(lifetime=0), lra(lifetime=0)),
    "fast handover of a mobile node": (
        initiate(LLA, OLD, NEW, flags=0x80), hack(NEW, flags=0, code=2)
    ),
    "fast handover with the previous address": (initiate(LLA, OLD, flags=0), hack(LLA, flags=0, code=3)),
    "handover between gateways": (initiate(mn(), ContextRequest(), flags=0x30), hack(mn(), hnp(), code=6)),
    "context not there": (initiate(mn(), ContextRequest()), hack(mn(), code=131)),
    "forwarding not there": (initiate(flags=0x30), hack(mn(), hnp(), code=132)),
    "an alternate address": (fbu(), fback(AlternateCareOfAddress(alternate_care_of_address=MAG1), BADF, status=1)),
}  # fmt: skip
# The same in the dialect of RFC 6089.
ANSWERED_6089: dict[str, tuple[Any, Any]] = {
    "a flow added": (fbi(FLOW), fba(FLOW)),
    "a flow moved": (fbi(MOVING), fba(MOVING)),
}
