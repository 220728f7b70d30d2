"""The exchanges of `examples_exchanges` over time: sessions that break a rule, and right ones."""

from __future__ import annotations

from typing import Any

from pmiptool.wire.values import BindingError, CareOfTest, CareOfTestInit, HomeTest, HomeTestInit
from tests.rules.examples_exchanges import (
    ANI,
    COOKIE,
    A,
    D,
    G,
    P,
    R,
    U,
    beat,
    bra,
    bri,
    fba,
    fback,
    fbi,
    fbu,
    hack,
    initiate,
    lra,
    lri,
    pulse,
    query,
    response,
    upa,
    upn,
)
from tests.rules.make import P2, hnp, mn, pba, pbu

Steps = tuple[tuple[Any, ...], ...]
"""Time, number of the gateway, message; "up" or "down" where the kind of the message does not say who sends it."""

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
