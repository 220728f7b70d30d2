"""RFC 5844 and RFC 5845: what the texts have breaks no rule, over time neither."""

import pytest

from pmiptool.rules import check_exchange, check_message
from tests.rules.examples_ipv4 import FIRST, GIVEN, HOME, ONE, OTHER_HOME, RIGHT, ask, give, key, router, said
from tests.rules.make import hi, mh, mn, pba, pbu, removal, removed, wire
from tests.rules.stories import play, rules_of
from tests.rules.test_reference import ANY, MN, Bench, MnProfile, ll

OURS = ("rfc5844/", "rfc5845/")


def again(at, *answer, asked=(), number=2, **changed):
    """A re-registration of the session that `FIRST` opens."""
    fields = {"sequence": number, "hi": hi(5), **changed}
    return said(at, pbu(ONE, *asked, **fields), pba(ONE, *answer, **fields))


@pytest.mark.parametrize("pair", RIGHT)
def test_what_is_right_breaks_nothing(pair):
    request, answer = (wire(message) for message in pair)
    broken = [found.rule for message in (request, answer) for found in check_message(message)]
    broken += [found.rule for found in check_exchange(request, answer)]
    assert broken == []


@pytest.mark.parametrize(
    "steps",
    [
        again(1, *GIVEN, key(7), asked=(ask(HOME), key())),
        (*again(1, *GIVEN, key(7), asked=(ask(HOME), key())), *said(2, removal(ONE, ask(HOME), sequence=3),
                                                                    removed(ONE, *GIVEN, sequence=3))),
        # The address alone is given up, then the prefixes go on without it.
        (*said(1, removal(ONE, ask(HOME), sequence=2, hnp=None), removed(ONE, *GIVEN, sequence=2, hnp=None)),
         *again(2, key(7), asked=(key(),), number=3)),
        # The prefixes alone are given up.
        (*said(1, removal(ONE, sequence=2), removed(ONE, sequence=2)),
         *again(2, *GIVEN, key(7), asked=(ask(HOME), key()), number=3, hnp=None)),
        # Of one that left, another mobile node may have the address.
        (*said(1, removal(ONE, ask(HOME), sequence=2), removed(ONE, *GIVEN, sequence=2)),
         *said(2, pbu(ask(), mn=mn(b"mn2"), sequence=3, hnp=None), pba(*GIVEN, mn=mn(b"mn2"), sequence=3, hnp=None))),
        # Addresses of several networks may overlap where GRE keys tell them apart.
        said(1, pbu(ask(), key(), mn=mn(b"mn2"), sequence=2, hnp=None),
             pba(*GIVEN, key(9), mn=mn(b"mn2"), sequence=2, hnp=None)),
        # The anchor does not require GRE any more.
        said(1, pbu(ONE, ask(HOME), key(), sequence=2, hi=hi(5)), pba(ONE, *GIVEN, sequence=2, hi=hi(5), status=2)),
    ],
    ids=["renewal", "removal", "address given up", "prefixes given up", "after a removal", "overlapping", "status 2"],
)  # fmt: skip
def test_what_is_right_over_time_breaks_nothing(steps):
    assert rules_of(play((*FIRST, *steps))) == set()


def test_a_session_of_ipv4_alone_is_followed_through_a_handover():
    """The first gateway's late word is rightly not answered."""
    attach = pbu(ONE, ask(), hnp=None), pba(ONE, *GIVEN, hnp=None)
    moved = {"sequence": 5, "hi": hi(3), "hnp": None}
    late = removal(ONE, ask(HOME), sequence=2, hnp=None)
    handover = (1, 2, pbu(ONE, ask(HOME), **moved)), (1.01, 2, pba(ONE, *GIVEN, **moved))
    steps = [*said(0, *attach), *handover]
    assert rules_of(play([*steps, (2, 1, late)])) == set()
    again = {"sequence": 6, "hi": hi(5), "hnp": None}
    steps += [(3, 2, pbu(ONE, ask(HOME), **again)), (3.01, 2, pba(ONE, give(OTHER_HOME), router(), **again))]
    assert "rfc5844/3.1.2.6/session-address" in rules_of(play(steps))


def test_unknown_state_is_silent():
    """A capture that begins in the middle: nothing is known of the address or of the keys before."""
    steps = again(1, *GIVEN, key(7), asked=(ask(HOME), key()))
    assert rules_of(play(steps, complete=False)) == set()
    steps = again(1)
    assert not {rule for rule in rules_of(play(steps, complete=False)) if rule.startswith(OURS)}


def test_one_of_several_gateways_need_not_know_of_the_address():
    first = said(0, pbu(ONE, mh(), ask()), pba(ONE, mh(), *GIVEN))
    second = (
        (1, 2, pbu(mh(), sequence=4)), (1.01, 2, pba(mh(), sequence=4)),
        (2, 2, pbu(mh(), sequence=5, hi=hi(5))), (2.01, 2, pba(mh(), sequence=5, hi=hi(5))),
    )  # fmt: skip
    assert rules_of(play((*first, *second))) == set()


@pytest.mark.parametrize("alone", [False, True], ids=["both", "ipv4 alone"])
def test_a_revoked_address_is_not_missed(alone):
    """RFC 5846 9.1: the V flag takes the address and leaves the rest."""
    bench = Bench()
    mag = bench.mags[1]
    mag.attach(MnProfile(id=MN, ll_id=ll(1), lifetime=40, ipv4_hoa=ANY, ipv6=not alone), bench.now)
    bench.run(1)
    bench.lma.revoke(MN, bench.now, ipv4_only=True)
    bench.run(2)
    if not alone:
        bench.renew(1)
        bench.run(2)
        bench.detach(1)
        bench.run(2)
    assert not bench.lma.sessions or not alone
    assert bench.finish() == []
