"""Messages of the exchanges besides registrations, right unless told otherwise, and sessions that break their rules."""

from __future__ import annotations

from typing import Any

from pmiptool.wire.values import (
    AccessNetworkIdentifier,
    BindingAuthorizationDataFmip,
    BindingError,
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
    UpdateNotification,
    UpdateNotificationAcknowledgement,
)
from tests.rules.make import P1, P2, SELECTOR, fid, hnp, mn, pba, pbu

Steps = tuple[tuple[Any, ...], ...]
"""Time, number of the gateway, message; "up" or "down" where the kind of the message does not say who sends it."""

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
REGISTERED: Steps = ((0, 1, pbu()), (0.01, 1, pba()))
UNKNOWN_TYPE = BindingError(status=2)

# rule -> what passed
SESSIONS: dict[str, Steps] = {
    "rfc5846/6.1.2/unanswered": ((0, 1, bri()), (5, 1, beat(), "up")),
    "rfc5846/6.1.2/answer-twice": ((0, 1, bri()), (0.1, 1, bra()), (2, 1, bra())),
    "rfc5846/6.2.2/answer-unasked": ((0, 1, bra()),),
    "rfc5846/6.1.2/addresses": ((0, 1, bri()), (0.1, 2, bra(mn()))),
    "rfc5846/5.1/sequence-in-use": ((0, 1, bri()), (0.1, 1, bri(mn(b"mn2@example.org"), hnp(P2)))),
    "rfc5846/6.3/back-off": ((0, 1, bri()), (1, 1, bri()), (1.8, 1, bri()), (1.9, 1, bra())),
    "rfc5847/3/unanswered": ((0, 1, beat(), "up"), (40, 1, pbu()), (40.1, 1, pba())),
    "rfc5847/3/answer-lost": ((0, 1, beat(1), "up"), (60, 1, beat(2), "up"), (60.1, 1, pulse(2), "down")),
    "rfc5847/3/answer-twice": ((0, 1, beat(), "up"), (0.1, 1, pulse(), "down"), (2, 1, pulse(), "down")),
    "rfc5847/3.1/answer-unasked": ((0, 1, pulse(), "down"),),
    "rfc5847/3/interval": (
        (0, 1, beat(1), "up"), (0.1, 1, pulse(1), "down"), (10, 1, beat(2), "up"), (10.1, 1, pulse(2), "down")
    ),
    "rfc5847/3/sequence-order": (
        (0, 1, beat(9), "up"), (0.1, 1, pulse(9), "down"), (40, 1, beat(8), "up"), (40.1, 1, pulse(8), "down")
    ),
    "rfc5847/3.2/restart-counter": (
        (0, 1, beat(1), "up"), (0.1, 1, pulse(1), "down"),
        (40, 1, beat(2), "up"), (40.1, 1, pulse(2, counter=4), "down"),
    ),
    "rfc5847/3.2/restart-unseen": (
        (0, 1, beat(1), "up"), (0.1, 1, pulse(1), "down"), (5, 1, pulse(0, flags=R | U), "down")
    ),
    "rfc5847/3/unsupported": (
        (0, 1, beat(1), "down"), (0.1, 1, UNKNOWN_TYPE, "up"), (60, 1, beat(2), "down"), (60.1, 1, UNKNOWN_TYPE, "up")
    ),
    "rfc7077/6.1/unanswered": ((0, 1, upn()), (5, 1, beat(), "up")),
    "rfc7077/6.1/answer-twice": ((0, 1, upn()), (0.1, 1, upa()), (2, 1, upa())),
    "rfc7077/6.2/answer-unasked": ((0, 1, upa()),),
    "rfc7077/6.2/addresses": ((0, 1, upn()), (0.1, 2, upa())),
    "rfc7077/5.2/unsupported": ((0, 1, upn()), (0.1, 1, UNKNOWN_TYPE, "up"), (9, 1, upn(sequence=2))),
    "rfc7077/4.1/sequence-in-use": ((0, 1, upn()), (0.1, 1, upn(mn(b"mn2@example.org")))),
    "rfc7077/5.2/repeated-changed": ((0, 1, upn()), (1, 1, upn(reason=3, flags=A | D))),
    "rfc7077/5.2/delay": ((0, 1, upn()), (0.2, 1, upn(flags=A | D)), (0.3, 1, upa())),
    "rfc7077/4.1/d-flag-missing": ((0, 1, upn()), (1, 1, upn()), (1.1, 1, upa())),
    "rfc7077/4.1/d-flag-needless": ((0, 1, upn(flags=A | D)), (0.1, 1, upa())),
    "rfc7077/5.1/sequence-order": (
        (0, 1, upn(sequence=9)), (0.1, 1, upa(sequence=9)), (5, 1, upn(sequence=8)), (5.1, 1, upa(sequence=8))
    ),
    "rfc7077/6.1/re-registration": ((0, 1, upn(reason=1, flags=0)), (9, 1, beat(), "up"), (9.1, 1, pulse(), "down")),
    "rfc7077/6.1/ani-sent": (*REGISTERED, (5, 1, upn(reason=4, flags=0)), (6, 1, pbu(sequence=2)),
                             (6.1, 1, pba(sequence=2))),
    "rfc6705/10.2/unanswered": ((0, 1, lri()), (5, 1, beat(), "up")),
    "rfc6705/10.2/answer-twice": ((0, 1, lri()), (0.1, 1, lra()), (2, 1, lra())),
    "rfc6705/10.1/answer-unasked": ((0, 1, lra()),),
    "rfc6705/10.1/sequence-order": (
        (0, 1, lri(sequence=9)), (0.1, 1, lra(sequence=9)), (5, 1, lri(sequence=8)), (5.1, 1, lra(sequence=8))
    ),
    "rfc7109/6.1.2/unanswered": ((0, 1, fbi()), (5, 1, beat(), "up")),
    "rfc7109/6.1.2/answer-twice": ((0, 1, fbi()), (0.1, 1, fba()), (2, 1, fba())),
    "rfc7109/6.1.1/answer-unasked": ((0, 1, fba()),),
    "rfc7109/4/unsupported": ((0, 1, fbi()), (0.1, 1, UNKNOWN_TYPE, "up"), (9, 1, fbi(sequence=2))),
    "rfc7161/4.3.2.1/unanswered": ((0, 1, query()), (5, 1, beat(), "up")),
    "rfc7161/4.3.2.1/answer-twice": ((0, 1, query()), (0.1, 1, response()), (2, 1, response())),
    "rfc7161/4.3.2.2/answer-unasked": ((0, 1, response()),),
    "rfc5568/6.2.1.2/unanswered": ((0, 1, initiate(), "up"), (5, 1, beat(), "up")),
    "rfc5568/6.2.1.2/answer-twice": ((0, 1, initiate(), "up"), (0.1, 1, hack(), "down"), (2, 1, hack(), "down")),
    "rfc5568/6.2.1.1/answer-unasked": ((0, 1, hack(), "down"),),
    "rfc5568/6.2.3/unanswered": ((0, 1, fbu(), "up"), (5, 1, beat(), "up")),
    "rfc5568/6.2.3/answer-unasked": ((0, 1, fback(), "down"),),
    "rfc6275/11.6.2/home-test-unasked": ((0, 1, HomeTest(home_init_cookie=COOKIE), "down"),),
    "rfc6275/11.6.2/care-of-test-unasked": ((0, 1, CareOfTest(care_of_init_cookie=COOKIE), "down"),),
    "rfc6275/11.8/home-cookie": (
        (0, 1, HomeTestInit(home_init_cookie=COOKIE), "up"), (2, 1, HomeTestInit(home_init_cookie=COOKIE), "up")
    ),
    "rfc6275/11.8/care-of-cookie": (
        (0, 1, CareOfTestInit(care_of_init_cookie=COOKIE), "up"),
        (2, 1, CareOfTestInit(care_of_init_cookie=COOKIE), "up"),
    ),
    "rfc5846/6.1.1/p-flag": (*REGISTERED, (5, 1, bri(mn(), flags=0)), (5.1, 1, bra(flags=0))),
    "rfc5846/8.1/per-peer-options": (
        *REGISTERED, (5, 1, bri(mn(), trigger=128, flags=P | G)), (5.1, 1, bra(flags=P | G))
    ),
    "rfc5846/9.2/gateway": (*REGISTERED, (5, 1, bri(), "up"), (5.1, 1, bra(), "down")),
}  # fmt: skip

V = 0x4000
HOA, HOA_REQUEST = Ipv4HomeAddress(ipv4_home_address=IPV4), Ipv4HomeAddressRequest(ipv4_home_address=IPV4)
OTHER_MN = mn(b"mn2@example.org")
GROUP = MobileNodeGroupIdentifier(group=1)
FLOW = FlowIdentification6089(fid=1, pri=10, suboptions=(SELECTOR, FlowBindingAction(action=11)))
MOVED = FlowIdentification6089(fid=1, pri=10, suboptions=(FlowBindingAction(action=15),))
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

RIGHT: dict[str, Steps] = {
    "revocation": (*REGISTERED, (5, 1, bri()), (5.1, 1, bra())),
    "revocation repeated": (*REGISTERED, (5, 1, bri()), (6, 1, bri()), (8, 1, bri()), (8.1, 1, bra())),
    "revocation by the gateway": (
        *REGISTERED, (5, 1, bri(mn(), trigger=128, flags=P | G), "up"), (5.1, 1, bra(flags=P | G), "down")
    ),
    "revocation of two mobile nodes": (
        (0, 1, bri()), (0.1, 1, bri(mn(b"mn2"), hnp(P2), sequence=2)), (0.2, 1, bra(sequence=2)), (0.3, 1, bra())
    ),
    "heartbeats": (
        (0, 1, beat(1), "up"), (0.1, 1, pulse(1), "down"), (30, 1, beat(2), "up"), (30.1, 1, pulse(2), "down")
    ),
    "heartbeats cross": (
        (0, 1, beat(7), "up"), (0.1, 1, beat(7), "down"), (0.2, 1, pulse(7, counter=1), "up"),
        (0.3, 1, pulse(7, counter=9), "down"),
    ),
    "a restart": (
        (0, 1, beat(1), "up"), (0.1, 1, pulse(1), "down"), (5, 1, pulse(0, R | U, 6), "down"),
    ),
    "a heartbeat wraps around": (
        (0, 1, beat(0xFFFFFFFF), "up"), (0.1, 1, pulse(0xFFFFFFFF), "down"),
        (60, 1, beat(0), "up"), (60.1, 1, pulse(0), "down"),
    ),
    "a peer without heartbeats": ((0, 1, beat(), "down"), (0.1, 1, UNKNOWN_TYPE, "up")),
    "notification": ((0, 1, upn()), (0.1, 1, upa())),
    "notification of nobody who asks": ((0, 1, upn(flags=0)), (9, 1, upn(sequence=2, flags=0))),
    "notification repeated": ((0, 1, upn()), (1, 1, upn(flags=A | D)), (1.1, 1, upa())),
    "notification repeated, answered twice": (
        (0, 1, upn()), (1, 1, upn(flags=A | D)), (1.1, 1, upa()), (1.2, 1, upa())
    ),
    "two gateways, one number": ((0, 1, upn()), (0.1, 2, upn()), (0.2, 2, upa()), (0.3, 1, upa())),
    "notification wraps around": (
        (0, 1, upn(sequence=0xFFFF)), (0.1, 1, upa(sequence=0xFFFF)), (5, 1, upn(sequence=0)), (5.1, 1, upa(sequence=0))
    ),
    "re-registration": (
        *REGISTERED, (5, 1, upn(reason=1, flags=0)), (5.2, 1, pbu(sequence=2)), (5.3, 1, pba(sequence=2))
    ),
    "access network identifiers": (
        *REGISTERED, (5, 1, upn(reason=4, flags=0)), (5.2, 1, pbu(ANI, sequence=2)), (5.3, 1, pba(sequence=2))
    ),
    "localized routing": ((0, 1, lri()), (0.1, 1, lra()), (9, 1, lra(flags=0x80, lifetime=90))),
    "flow binding": ((0, 1, fbi()), (0.1, 1, fba())),
    "subscription": ((0, 1, query()), (0.1, 1, response())),
    "a number of eight bits wraps around": (
        (0, 1, query(sequence=255)), (0.1, 1, response(sequence=255)), (5, 1, query(sequence=0)),
        (5.1, 1, response(sequence=0)),
    ),
    "subscription asked by the gateway": ((0, 1, query(), "up"), (0.1, 1, response(), "down")),
    "handover": ((0, 1, initiate(), "up"), (0.1, 1, hack(), "down")),
    "unsolicited acknowledge": ((0, 1, hack(code=4), "down"),),
    "fast binding": ((0, 1, fbu(), "up"), (0.1, 1, fback(), "down")),
    "return routability": (
        (0, 1, HomeTestInit(home_init_cookie=COOKIE), "up"), (0, 1, CareOfTestInit(care_of_init_cookie=COOKIE), "up"),
        (0.1, 1, CareOfTest(care_of_init_cookie=COOKIE), "down"), (0.2, 1, HomeTest(home_init_cookie=COOKIE), "down"),
    ),
}  # fmt: skip
