"""What a peer may do and is not blamed for: legacy, clocks, local policy, captures that begin in the middle."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pmiptool.lma.config import config_from
from pmiptool.lma.knowledge import knowledge_of
from pmiptool.registry.ambiguities import DEFAULT_READINGS
from pmiptool.registry.codepoints import CodePoints
from pmiptool.rules import Context, Knowledge, Service, check_exchange, check_message
from pmiptool.wire.codec import codec_for
from pmiptool.wire.envelope import Envelope
from pmiptool.wire.values import BindingIdentifier, FlowSummary
from tests.rules.examples import KEPT, PAIR, asked, bound, gone, renewed, told
from tests.rules.examples_ipv4 import GIVEN, ask, give
from tests.rules.make import (
    ANY,
    LMA,
    MAG1,
    OTHER,
    P1,
    P2,
    RFC6089,
    fid,
    fid6089,
    hi,
    hnp,
    ll,
    mh,
    mn,
    pba,
    pbu,
    removal,
    removed,
    stamp,
    wire,
)
from tests.rules.stories import play, rules_of


def exchange(request: object, answer: object, context: object = None) -> set[str]:
    settings = context.codepoints if isinstance(context, Context) else context
    decoded = (wire(request, settings), wire(answer, settings)) if settings else (wire(request), wire(answer))
    return {found.rule for found in check_exchange(*decoded, context)}  # type: ignore[arg-type]


# FID echo


def test_a_fid_of_a_rejected_request_needs_no_echo() -> None:
    assert exchange(pbu(mh(), fid()), pba(mh(), status=130)) == set()


def test_a_fid_refused_in_a_rejection_is_right() -> None:
    assert not {f.rule for f in check_message(wire(pba(mh(), fid(status=128), status=130)))}


def test_an_answer_without_option_and_without_fids_is_that_of_a_legacy_peer() -> None:
    assert exchange(pbu(mh(), fid(1), fid(2)), pba()) == set()


@pytest.mark.parametrize(
    ("asked_for", "given", "context", "level"),
    [(fid(), fid(action=3), None, "warning"), (fid6089(), fid6089(pri=9), RFC6089, "note")],
    ids=["mext", "rfc6089"],
)
def test_a_changed_copy_is_a_warning_or_a_note(asked_for: object, given: object, context: object, level: str) -> None:
    request, answer = pbu(mh(), asked_for), pba(mh(), given)
    settings = context or None
    found = check_exchange(
        wire(request, settings) if settings else wire(request),  # type: ignore[arg-type]
        wire(answer, settings) if settings else wire(answer),  # type: ignore[arg-type]
        context,  # type: ignore[arg-type]
    )
    assert [finding.level for finding in found] == [level]


def test_modifying_what_is_not_there_is_135_or_136() -> None:
    """mext 5.3.2.2 prints 135, its table says 136."""
    for status in (135, 136):
        steps = (*bound(0, 1, 1), *renewed(1, 1, 2, (fid(pro=1),), fid(pro=1, status=status)))
        assert play(steps) == []


def test_a_flow_of_another_binding_may_make_a_fid_taken() -> None:
    """The reading fid-scope=group."""
    steps = (*PAIR, *renewed(2, 2, 2, (fid(3),), fid(3)), *renewed(3, 1, 2, (fid(3),), fid(3, status=135)))
    assert play(steps) == []


def test_the_same_filter_again_is_no_conflict() -> None:
    assert play((*bound(0, 1, 1, fid()), *renewed(1, 1, 2, (fid(),), fid()))) == []


# Statuses


@pytest.mark.parametrize("status", [128, 129, 130, 151, 152, 153, 154, 155])
def test_local_policy_is_judged_only_where_it_is_known(status: int) -> None:
    assert exchange(pbu(), pba(status=status)) == set()


def test_a_known_mobile_node_may_not_be_refused() -> None:
    known = Context(knowledge=Knowledge(mns={b"mn1@example.org": True}))
    assert exchange(pbu(), pba(status=153), known) == {"rfc5213/5.3.1/needless-refusal"}
    assert exchange(pbu(), pba(status=154), known) == set()  # which gateways may ask is unknown
    assert exchange(pbu(mn=mn(b"other")), pba(status=153, mn=mn(b"other")), known) == set()


def test_a_service_that_is_known_decides_on_163_170_and_172() -> None:
    def judged(service: Service, request: object, answer: object) -> set[str]:
        known = Context(knowledge=Knowledge(services={b"mn1@example.org": service}))
        return {rule.partition("/")[2] for rule in exchange(request, answer, known)}

    both = pbu(ask(), sequence=1)
    assert judged(Service(ipv4=False), both, pba(*GIVEN)) == {"3.1.2.1/not-ipv4"}
    assert judged(Service(ipv4=False), pbu(), pba()) == set()  # nobody asked for it
    assert judged(Service(ipv6=False), both, pba(*GIVEN)) == {"3.1.2.1/not-ipv6"}
    assert judged(Service(ipv6=False), both, pba(give("0.0.0.0", 129, 0), status=172)) == set()
    assert judged(Service(ipv4=False, ipv6=False), both, pba(give("0.0.0.0", 129, 0), status=170)) == set()
    assert judged(Service(ipv4=True), both, pba(give("0.0.0.0", 129, 0), status=170)) == {"3.1.2.1/needless-refusal"}
    assert judged(Service(gre=True), pbu(), pba()) == {"5.2/key-required"}
    assert judged(Service(gre=True), pbu(), pba(status=163)) == set()
    assert judged(Service(gre=True), removal(), removed()) == set()
    assert judged(Service(gre=False), pbu(), pba(status=163)) == {"5.2/needless-refusal"}
    assert judged(Service(), pbu(), pba(status=163)) == set()
    other = mn(b"other")
    assert judged(Service(gre=True), pbu(mn=other), pba(mn=other)) == set()


def test_a_configuration_tells_of_services() -> None:
    lma = {"ipv4": False, "gre": "required"}
    mns = [{"id": "mn1", "ipv6": False}, {"id": "mn2", "gre": "off"}]
    off = knowledge_of(config_from({"lma": lma, "mn": mns})).services
    assert off == {b"mn1": Service(None, False, True), b"mn2": Service(None, True, None)}
    for offered, given in ((True, True), ("reject", False)):
        (service,) = knowledge_of(config_from({"lma": {"ipv4": offered}, "mn": [{"id": "mn1"}]})).services.values()
        assert service == Service(given, True, False)


@pytest.mark.parametrize("status", [152, 153, 154, 156, 157])
def test_what_comes_first_may_answer_first(status: int) -> None:
    """RFC 5213 5.3.1: policy and clocks are judged before (10), the missing prefix."""
    request, answer = pbu(stamp(), hnp=None), pba(stamp(1), status=status, hnp=hnp(ANY))
    assert exchange(request, answer) == set()


def test_160_has_an_empty_identifier_and_is_right() -> None:
    assert exchange(pbu(mn=None), pba(status=160, mn=mn(b""))) == set()


def test_ipv4_only_requests_have_no_prefix() -> None:
    """RFC 5844 3.1.2.1: an IPv4 Home Address Request option stands in for it."""
    request, answer = pbu(ask(), hnp=None), pba(*GIVEN, hnp=None)
    assert exchange(request, answer) == set()
    assert {f.rule for f in check_message(wire(request))} == set()
    assert {f.rule for f in check_message(wire(answer))} == set()


# Readings


def test_a_host_bit_in_a_prefix_is_no_change() -> None:
    from pmiptool.wire.values import Prefix
    from tests.rules.make import P1

    assert exchange(pbu(), pba(hnp=hnp(Prefix(P1.address[:15] + b"\x01", 64)))) == set()


def test_act_echoed_is_a_reading() -> None:
    answer = wire(removed(mh(act=2)))
    assert [f.level for f in check_message(answer)] == ["note"]
    assert check_message(answer, None, Context(readings=DEFAULT_READINGS.changed({"pba-act": "echo"}))) == ()
    assert exchange(removal(mh(act=2)), removed(mh(act=2))) == set()


def test_a_status_may_mark_what_was_reinstantiated() -> None:
    """The reading reinstantiated-mark=status."""
    steps = (*KEPT, *renewed(3, 1, 2, (), fid(65535, pri=20, status=1, sub=(OTHER,))))
    assert play(steps) == []


def test_filters_may_be_kept_by_act_0() -> None:
    """The reading act-zero=keep, and an end of lifetime as by it."""
    announced = renewed(3, 1, 2, (), fid(65535, pro=2, pri=20, sub=(OTHER,)))
    assert play((*PAIR, *gone(2, 2, 2, 0), *announced)) == []
    late = renewed(301.5, 1, 2, (), fid(65535, pro=2, pri=20, sub=(OTHER,)))
    assert rules_of(play((*bound(0, 2, 1, fid(pri=20, sub=(OTHER,))), *bound(290, 1, 1), *late))) == set()


def test_an_equal_filter_of_the_target_absorbs_the_kept_one() -> None:
    same = fid(4, pri=20, sub=(OTHER,))
    steps = (*bound(0, 1, 1, same), *bound(1, 2, 1, fid(pri=20, sub=(OTHER,))), *gone(2, 2, 2, 2), *renewed(3, 1, 2))
    assert play(steps) == []


def test_a_flow_summary_removes_what_it_does_not_name() -> None:
    added = (fid(1), fid(2, pri=11, sub=(OTHER,)))
    again = fid(2, pri=12)
    steps = (
        *bound(0, 1, 1, *added),
        *renewed(1, 1, 2, (FlowSummary(fid=(1,)),)),
        *renewed(2, 1, 3, (again,), again),
    )
    assert play(steps) == []


def test_a_renewal_without_filters_leaves_them_in_doubt() -> None:
    """By the reading flow-omission=strict they are gone, by the default they are there: either is right."""
    another = fid(1, pri=3)
    for status in (0, 135):
        steps = (
            *bound(0, 1, 1, fid(1)),
            *renewed(1, 1, 2),
            *renewed(2, 1, 3, (another,), fid(1, pri=3, status=status)),
        )
        assert play(steps) == []


# Captures of others


def test_what_began_before_the_capture_is_unknown() -> None:
    assert play((told(0, 1),), complete=False) == []
    assert play(renewed(0, 1, 2, (), fid(65535, pro=2)), complete=False) == []
    assert play(renewed(0, 1, 2, (fid(pro=1),), fid(pro=1)), complete=False) == []
    assert play((asked(0, 1), asked(9, 2, sequence=5)), complete=False) == []  # one direction only
    assert play(gone(0, 1, 2, 0), complete=False) == []


def test_an_answer_to_what_was_never_asked_is_wrong_even_in_the_middle() -> None:
    steps = (asked(0, 1), told(0.1, 1), told(9, 1, sequence=30))
    assert rules_of(play(steps, complete=False)) == {"rfc6275/9.5.4/answer-unasked"}


def test_a_truncated_message_is_judged_by_what_was_captured() -> None:
    """What a rule misses may stand in the octets that were not captured."""
    from pmiptool.rules import SessionChecker

    data = codec_for().encode(pbu())[:24]
    envelope = Envelope(MAG1, LMA, MAG1, LMA, 64, "ipv6", None, None, (), data, 0, True)
    decoded = codec_for().decode(data)
    seen = SessionChecker().observe(decoded, src=MAG1, dst=LMA, time=0.0, envelope=envelope)
    assert {one.finding.rule for one in seen} <= {finding.rule for finding in decoded.findings}


@pytest.mark.parametrize("octets", [40, 60, 80])
def test_nobody_is_accused_by_what_a_truncated_request_may_say(octets: int) -> None:
    """A capture of the first octets of each packet has many answers whole, which are shorter than their requests."""
    from pmiptool.rules import SessionChecker

    request = codec_for().encode(pbu(ll(), stamp(), mh(), fid(1), fid(2)), src=MAG1, dst=LMA)
    answer = codec_for().encode(pba(ll(), stamp(), mh()), src=LMA, dst=MAG1)
    checker, seen = SessionChecker(), []
    for time, data, src, dst, cut in ((0.0, request[:octets], MAG1, LMA, True), (0.1, answer, LMA, MAG1, False)):
        envelope = Envelope(src, dst, src, dst, 64, "ipv6", None, None, (), data, 0, cut)
        decoded = codec_for().decode(data)
        seen += checker.observe(decoded, src=src, dst=dst, time=time, envelope=envelope)
    assert {one.finding.rule for one in seen if one.finding.rule.startswith(("rfc5213", "muho", "mext"))} == set()


# Clocks


def test_a_timestamp_below_that_of_another_gateway_shows_a_reading() -> None:
    """timestamp-scope: of the mobile node or of the binding. Neither acceptance nor 157 is a finding."""
    for status in (0, 157):
        back = stamp(0) if status == 0 else stamp(6)
        steps = (
            asked(0, 1, stamp(5), ll(), mh()),
            told(0.1, 1, stamp(5), ll(), mh()),
            asked(1, 2, stamp(0), mh()),
            told(1.1, 2, back, mh(), status=status),
        )
        assert play(steps) == []


def test_an_equal_timestamp_is_156_or_157() -> None:
    for status in (156, 157):
        steps = (
            asked(0, 1, stamp()),
            told(0.1, 1, stamp()),
            asked(2, 1, stamp(), sequence=2),
            told(2.1, 1, stamp(2.05), sequence=2, status=status),
        )
        assert play(steps) == []


def test_a_clock_out_of_step_gets_156_from_a_right_anchor() -> None:
    assert play((asked(0, 1, stamp(9)), told(0.1, 1, stamp(0), status=156))) == []


# Rates, alignment, binding identifiers


def test_three_updates_in_a_second_are_allowed() -> None:
    steps = [step for n in range(3) for step in (asked(n / 10, 1, sequence=n), told(n / 10 + 0.01, 1, sequence=n))]
    assert play(steps) == []


def test_a_doubled_request_does_not_count_towards_the_rate() -> None:
    """The network's copy comes after the answer, and has one of its own."""
    steps = [
        step
        for n in range(3)
        for step in (
            asked(n / 3, 1, sequence=n),
            told(n / 3 + 0.01, 1, sequence=n),
            asked(n / 3 + 0.02, 1, sequence=n),
        )
    ]
    assert "rfc6275/11.8/rate" not in rules_of(play(steps))


@pytest.mark.parametrize("options", [(mh(),), ()], ids=["multihomed", "plain"])
def test_after_a_removal_without_answer_the_session_is_unknown(options: tuple[object, ...]) -> None:
    """The anchor may have removed it, and then a new one has another prefix; long after, too."""
    who = ll()
    steps = (
        asked(0, 1, who, *options, sequence=1),
        told(0.01, 1, who, *options, sequence=1),
        (10.0, 1, removal(who, *options, sequence=2)),
        asked(100, 2, ll(b"abcdef"), *options, sequence=1, hnp=hnp(ANY)),
        told(100.01, 2, ll(b"abcdef"), *options, sequence=1, hnp=hnp(P2)),
        asked(110, 1, who, *options, sequence=3, hnp=hnp(ANY)),
        told(110.01, 1, who, *options, sequence=3, hnp=hnp(P2 if options else P1)),
    )
    assert rules_of(play(steps)) <= {"rfc5213/5.3.1/unanswered", "rfc5213/5.3.1/answer-lost"}


def test_a_fid_in_mext_may_stand_anywhere() -> None:
    data = codec_for().encode(pbu(mh(), fid()))
    moved = data.replace(bytes.fromhex("c8020000"), bytes.fromhex("00c8020000"))
    moved += b"\0" * (-len(moved) % 8)
    moved = moved[:1] + bytes((len(moved) // 8 - 1,)) + moved[2:]
    assert check_message(codec_for().decode(moved)) == ()


def test_a_wait_before_a_new_session_is_not_late() -> None:
    """RFC 5213 5.4.1.2: MaxDelayBeforeNewBCEAssign, 1.5 s."""
    steps = (asked(0, 1, hi=hi(4)), asked(1, 1, sequence=2, hi=hi(4)), told(1.6, 1, sequence=2, hi=hi(4)))
    assert play(steps) == []


def test_bids_are_echoed_or_skipped_as_a_whole() -> None:
    request = pbu(mh(), BindingIdentifier(bid=1, care_of_address=MAG1))
    assert exchange(request, pba(mh())) == set()
    assert exchange(request, pba(mh(), BindingIdentifier(bid=1))) == set()


def test_the_other_dialect_is_named_once_per_option() -> None:
    """An option that parses with findings in the set dialect and without in the other."""
    octets = codec_for(RFC6089).encode(pbu(mh(), fid6089(1), fid6089(2, pri=300)))
    found = check_message(wire(octets))
    hints = [finding for finding in found if finding.rule == "rfc6089/4.2/dialect"]
    assert len(hints) == 2 and all("parses cleanly as rfc6089" in hint.text for hint in hints)
    assert {hint.option for hint in hints} <= {finding.option for finding in found if finding not in hints}


@pytest.mark.parametrize("dialect", ["mext", "rfc6089"])
def test_the_numbers_that_rfc_6089_swaps_are_named(dialect: str) -> None:
    """A summary sent as 45 and a flow sent as 44: each is read as what its sender meant, and told once."""
    read = CodePoints(dialect=dialect)
    there = replace(read, flow_summary_option_type=45, flow_identification_option_type=44)
    flow = fid6089(1) if dialect == "rfc6089" else fid(1)
    for options, swapped in (((flow,), 1), ((FlowSummary((1, 2)),), 1), ((flow, FlowSummary((1,))), 2)):
        octets = codec_for(there).encode(pbu(mh(), *options))
        hints = [one for one in check_message(wire(octets, read), None, read) if one.rule.startswith("rfc6089/8/")]
        assert len(hints) == swapped and all(hint.level == "note" for hint in hints)
        as_set = codec_for(read).encode(pbu(mh(), *options))
        assert not [one for one in check_message(wire(as_set, read), None, read) if one.rule.startswith("rfc6089/8/")]


def test_silence_to_a_removal_of_what_was_never_bound_is_right() -> None:
    """RFC 5213 5.3.5 (1), 5.4.1: ignored; but the removal of a binding is answered."""
    stray = (9, 3, removal(ll(bytes((2, 0, 0, 0, 0, 3))), mh(), sequence=5))
    own = (9, 1, removal(ll(bytes((2, 0, 0, 0, 0, 1))), mh(), sequence=5))
    assert play((*bound(0, 1, 1), stray)) == []
    assert rules_of(play((*bound(0, 1, 1), own))) == {"rfc5213/5.3.1/unanswered"}
