"""RFC 8278: several paths of one MAG in one session."""

import pytest

from pmiptool.lma.events import BindingRemoved, Noted, PbuAccepted, SessionEnded
from pmiptool.session.model import Path
from pmiptool.wire.values import (
    BindingReference,
    MagIdentifier,
    MagMultipathBinding,
    Multihoming,
    UnknownOption,
)
from tests.lma.support import MAG1, MAG2, MAG3, START, World, flow, prefix

HNP1 = prefix("2001:db8:f000::/64")
HNP2 = prefix("2001:db8:f000:1::/64")
LL = bytes.fromhex("020000000001")
HOME = MagIdentifier(identifier=b"mag1@example.org")
OTHER = MagIdentifier(identifier=b"mag2@example.org")


class Paths(World):
    """A gateway with three ways to the anchor, for one interface of one mobile node."""

    def path(self, bid, mag, *more, mag_id=HOME, b=0, o=0, label=None, att=3, **fields):
        label = bid * 10 if label is None else label
        option = MagMultipathBinding(if_att=att, if_label=label, bid=bid, b=b, o=o)
        ids = () if mag_id is None else (mag_id,)
        return self.send(option, *ids, *more, mag=mag, **{"ll": LL, **fields})

    def two(self):
        assert self.path(1, MAG1).status == 0
        assert self.path(2, MAG2, hnp=HNP1).status == 0
        return self

    @property
    def bound(self):
        """BID to care-of address."""
        return {b.path.bid if b.path else None: b.care_of_address for b in self.session.bindings.values()}


def test_a_path_is_added_to_the_session_of_its_gateway():
    world = Paths()
    first = world.path(1, MAG1)
    second = world.path(2, MAG2, hnp=first.hnp)
    assert (first.status, second.status) == (0, 0)
    assert first.hnp == second.hnp == HNP1
    assert world.bound == {1: MAG1, 2: MAG2}
    assert [b.path for b in world.session.by_age()] == [Path(1, 10, 3), Path(2, 20, 3)]
    assert [(e.what, e.bid) for e in world.happened(PbuAccepted)] == [("created", 1), ("added", 2)]


def test_the_answer_has_the_option_and_not_the_identifier():
    answer = Paths().path(7, MAG1, label=9, att=4, b=1)
    assert answer.option(MagMultipathBinding) == MagMultipathBinding(if_att=4, if_label=9, bid=7, b=1)
    assert answer.option(MagIdentifier) is None


def test_any_prefix_over_a_second_path_is_that_of_the_session():
    world = Paths().two()
    assert world.path(3, MAG3).hnp == HNP1
    assert world.bound == {1: MAG1, 2: MAG2, 3: MAG3}


def test_two_interfaces_of_a_node_at_one_gateway_have_a_session_each():
    world = Paths()
    assert world.path(1, MAG1).hnp == HNP1
    assert world.path(2, MAG1, ll=bytes.fromhex("020000000002")).hnp == HNP2
    assert len(world.anchor.sessions) == 2


def test_a_renewal_keeps_what_the_others_have():
    world = Paths().two()
    world.now = START + 100
    assert world.path(1, MAG1, hnp=HNP1, hi=5, label=77).status == 0
    ages = {b.path.bid: round(b.expires - START) for b in world.session.bindings.values()}
    assert ages == {1: 400, 2: 300}
    assert world.session.bindings[(1,)].path.label == 77
    assert world.happened(PbuAccepted)[-1].what == "updated"


def test_the_flag_b_renews_all_paths():
    world = Paths().two()
    world.now = START + 100
    answer = world.path(1, MAG1, hnp=HNP1, hi=5, b=1)
    assert (answer.status, answer.lifetime) == (0, 75)
    assert {round(b.expires - START) for b in world.session.bindings.values()} == {400}
    world.advance(250)
    assert world.bound == {1: MAG1, 2: MAG2}
    world.advance(60)
    assert [e.bid for e in world.happened(BindingRemoved)] == [1, 2]
    assert world.happened(SessionEnded) and not world.anchor.sessions


def test_a_path_that_is_not_renewed_expires_alone():
    world = Paths().two()
    world.now = START + 100
    world.path(1, MAG1, hnp=HNP1, hi=5)
    world.advance(250)
    assert world.bound == {1: MAG1}
    (gone,) = world.happened(BindingRemoved)
    assert (gone.bid, gone.reason) == (2, "expired")


def test_the_flag_o_replaces_all_paths():
    world = Paths().two()
    assert world.path(3, MAG3, hnp=HNP1, o=1).hnp == HNP1
    assert world.bound == {3: MAG3}
    assert [(e.bid, e.reason) for e in world.happened(BindingRemoved)] == [(1, "replaced"), (2, "replaced")]
    assert world.path(1, MAG1, hnp=HNP1, hi=4, lifetime=0) is None, "it is no binding any more"
    assert world.path(3, MAG3, hnp=HNP1, hi=5, o=1).status == 0
    assert world.bound == {3: MAG3}


def test_one_path_is_deregistered_and_remembered():
    world = Paths().two()
    gone = world.path(2, MAG2, hnp=HNP1, hi=4, lifetime=0)
    assert (gone.status, gone.lifetime) == (0, 0)
    assert gone.option(MagMultipathBinding).bid == 2
    assert world.bound == {1: MAG1}
    assert world.path(2, MAG2, hnp=HNP1, hi=4, lifetime=0).status == 0, "asked again"
    assert world.path(2, MAG2, hnp=HNP1).status == 0
    assert world.happened(PbuAccepted)[-1].what == "revived"
    assert world.bound == {1: MAG1, 2: MAG2}


def test_a_path_may_be_deregistered_over_another_of_its_gateway_only():
    world = Paths().two()
    assert world.path(2, MAG3, hnp=HNP1, hi=4, lifetime=0) is None
    assert world.last.reason == "deregistration-from-elsewhere"
    assert world.path(2, MAG1, hnp=HNP1, hi=4, lifetime=0, mag_id=OTHER) is not None, "RFC 5213: from its address"
    world = Paths().two()
    assert world.path(2, MAG1, hnp=HNP1, hi=4, lifetime=0).status == 0
    assert world.bound == {1: MAG1}
    assert world.path(9, MAG1, hnp=HNP1, hi=4, lifetime=0) is None
    assert world.last.reason == "deregistration-of-nothing"


def test_the_session_ends_with_its_last_path():
    world = Paths().two()
    world.path(2, MAG2, hnp=HNP1, hi=4, lifetime=0)
    world.path(1, MAG1, hnp=HNP1, hi=4, lifetime=0)
    assert not world.happened(SessionEnded)
    world.advance(10.5)
    assert world.happened(SessionEnded) and not world.anchor.sessions


def test_the_flag_b_with_lifetime_0_removes_all():
    world = Paths().two()
    assert world.path(1, MAG1, hnp=HNP1, hi=4, lifetime=0, b=1).status == 0
    assert not world.session.bindings
    world.advance(10.5)
    assert not world.anchor.sessions


@pytest.mark.parametrize("reading", ["wait", "tombstone", "at-once"])
def test_removal_follows_the_reading_of_removal_delay(reading):
    world = Paths(readings={"removal-delay": reading}).two()
    assert world.path(2, MAG2, hnp=HNP1, hi=4, lifetime=0).status == 0
    assert set(world.bound) == ({1, 2} if reading == "wait" else {1})
    assert bool(world.session.tombstones) == (reading == "tombstone")
    world.advance(10.5)
    assert set(world.bound) == {1}


def test_a_known_bid_from_a_new_address_moves_the_path():
    world = Paths().two()
    assert world.path(2, MAG3, hnp=HNP1).status == 0
    assert world.bound == {1: MAG1, 2: MAG3}
    assert world.happened(PbuAccepted)[-1].what == "moved"


def test_a_new_bid_from_a_bound_address_is_a_path_of_its_own():
    world = Paths().two()
    assert world.path(5, MAG2, hnp=HNP1).status == 0
    assert world.bound == {1: MAG1, 2: MAG2, 5: MAG2}
    world.path(2, MAG2, hnp=HNP1, hi=4, lifetime=0)
    assert world.bound == {1: MAG1, 5: MAG2}


@pytest.mark.parametrize("hi", [2, 3, 4])
def test_a_handover_to_another_gateway_takes_all_paths_away(hi):
    world = Paths().two()
    assert world.path(1, MAG3, hnp=HNP1, hi=hi, mag_id=OTHER).status == 0
    assert world.bound == {1: MAG3}
    assert world.session.mag_id == (1, b"mag2@example.org")


def test_a_handover_to_a_gateway_without_paths_and_back():
    world = Paths().two()
    assert world.send(mag=MAG3, hnp=HNP1, hi=3, ll=LL).status == 0
    assert world.bound == {None: MAG3}
    assert world.session.mag_id is None and not world.session.bindings[()].bids
    assert world.path(1, MAG1, hnp=HNP1, hi=3).status == 0
    assert world.bound == {1: MAG1}
    assert world.path(2, MAG2, hnp=HNP1).status == 0
    assert world.bound == {1: MAG1, 2: MAG2}


def test_a_request_without_the_option_goes_on_with_one_binding():
    world = Paths().two()
    assert world.send(mag=MAG2, hnp=HNP1, hi=5, ll=LL).status == 0
    assert world.bound == {None: MAG2}
    assert world.send(mag=MAG2, hnp=HNP1, hi=4, ll=LL, lifetime=0).status == 0
    world.advance(10.5)
    assert not world.anchor.sessions


def test_a_handover_to_a_deregistered_session_revives_it():
    world = Paths()
    world.path(1, MAG1)
    world.path(1, MAG1, hnp=HNP1, hi=4, lifetime=0)
    assert world.path(4, MAG3, hnp=HNP1, hi=3, mag_id=OTHER).status == 0
    assert world.bound == {4: MAG3}
    world.advance(20)
    assert world.bound == {4: MAG3}


def test_an_anchor_that_does_not_know_the_option_skips_it():
    world = Paths(lma={"multipath": False})
    answer = world.path(1, MAG1)
    assert answer.status == 0 and answer.option(MagMultipathBinding) is None
    assert world.session.mag_id is None and world.bound == {None: MAG1}
    assert world.path(2, MAG2, hnp=HNP1, hi=3).status == 0
    assert world.bound == {None: MAG2}


@pytest.mark.parametrize(
    "settings", [{"lma": {"multipath": "reject"}}, {"mn": [{"id": "mn1@example.org", "multipath": False}]}]
)
def test_a_refusal_echoes_the_option(settings):
    world = Paths(**settings)
    answer = world.path(3, MAG1, label=9, o=1)
    assert answer.status == 180
    assert answer.option(MagMultipathBinding) == MagMultipathBinding(if_att=3, if_label=9, bid=3, o=1)
    assert answer.option(MagIdentifier) is None
    assert not world.anchor.sessions
    assert world.send(mag=MAG1, ll=LL).status == 0, "without the option it may register"


@pytest.mark.parametrize(
    "fields",
    [{"bid": 0}, {"bid": 255, "label": 1}, {"bid": 1, "b": 1, "o": 1}, {"bid": 1, "mag_id": None}],
    ids=["bid 0", "bid 255", "b and o", "no identifier"],
)
def test_what_the_text_forbids_is_refused(fields):
    world = Paths()
    assert world.path(mag=MAG1, **fields).status == 128
    assert not world.anchor.sessions


def test_overwriting_in_a_deregistration_is_refused_and_changes_nothing():
    world = Paths().two()
    assert world.path(1, MAG1, hnp=HNP1, hi=4, lifetime=0, o=1).status == 128
    assert world.bound == {1: MAG1, 2: MAG2}


def test_an_option_of_another_length_is_refused():
    world = Paths()
    assert world.send(UnknownOption(63, bytes(4)), HOME, ll=LL).status == 128


def test_beside_the_drafts_option_it_is_skipped():
    world = Paths()
    answer = world.path(1, MAG1, group=0)
    assert answer.option(Multihoming) is not None and answer.option(MagMultipathBinding) is None
    assert world.session.mhgid == 0 and world.happened(Noted)
    other = Paths(lma={"multihoming": False})
    assert other.path(1, MAG1, group=0).option(MagMultipathBinding) is not None


def test_another_set_of_prefixes_is_refused():
    world = Paths().two()
    assert world.path(1, MAG1, hnp=[HNP1, HNP2], hi=5).status == 159
    assert world.path(3, MAG3, hnp=HNP2, mn=b"mn2").status == 0
    assert world.path(3, MAG3, hnp=HNP1, mn=b"mn3").status == 155


def test_requests_of_two_paths_may_overtake_each_other():
    world = Paths()
    world.path(1, MAG1)
    late = int((world.now + 0.05) * 65536)
    assert world.path(2, MAG2, hnp=HNP1).status == 0
    assert world.path(1, MAG1, hnp=HNP1, hi=5, ts=late).status == 0, "later than its own last one"
    assert world.path(1, MAG1, hnp=HNP1, hi=5, ts=late - 9).status == 157
    assert world.path(1, MAG1, ts=None, seq=100, hnp=HNP1, hi=5).status == 0
    assert world.path(2, MAG2, ts=None, seq=50, hnp=HNP1, hi=5).status == 0
    assert world.path(2, MAG2, ts=None, seq=50, hnp=HNP1, hi=5).status == 135


def test_a_filter_names_a_path_by_its_bid():
    world = Paths().two()
    to_second = flow(1, more=[BindingReference(bid=(2,))])
    assert world.path(1, MAG1, to_second, hnp=HNP1, hi=5).statuses == {1: 0}
    ((owner, there),) = world.session.flows()
    assert owner.care_of_address == MAG1 and world.session.targets(owner, there) == (MAG2,)
    unknown = flow(2, more=[BindingReference(bid=(9,))])
    assert world.path(1, MAG1, unknown, hnp=HNP1, hi=5).statuses == {2: 129}
    world.path(2, MAG2, hnp=HNP1, hi=4, lifetime=0)
    assert not world.session.active(owner, there)


@pytest.mark.parametrize(
    ("fault", "wrong"),
    [
        ("multipath-not-echoed", lambda a: a[0].option(MagMultipathBinding) and not a[1].option(MagMultipathBinding)),
        ("mag-id-echoed", lambda a: a[0].option(MagIdentifier) == HOME),
        ("bid-changed", lambda a: a[0].option(MagMultipathBinding).bid == 2),
        ("label-not-copied", lambda a: a[0].option(MagMultipathBinding).if_label == 10 ^ 255),
    ],
)
def test_faults_of_answers(fault, wrong):
    world = Paths(faults=[fault])
    assert wrong([world.path(1, MAG1), world.path(2, MAG2, hnp=HNP1)])
    assert world.bound == {1: MAG1, 2: MAG2}
    assert not World(faults=[fault]).attach(MAG1).option(MagMultipathBinding), "nothing else is touched"


def test_faults_of_bindings():
    world = Paths(faults=["bulk-ignored"]).two()
    world.path(1, MAG1, hnp=HNP1, hi=5, b=1)
    first, second = world.session.by_age()
    assert first.expires > second.expires
    assert Paths(faults=["path-replaced"]).two().bound == {2: MAG2}


@pytest.mark.parametrize(("faults", "left"), [((), {3: MAG3}), (("keeps-what-is-overwritten",), {1, 2, 3})])
def test_a_fault_leaves_what_is_overwritten(faults, left):
    world = Paths(faults=faults).two()
    world.path(3, MAG3, hnp=HNP1, o=1)
    assert set(world.bound) == set(left)
