"""The reference MAG revokes all its bindings (RFC 5846 9.2, 6.3)."""

from __future__ import annotations

import msgspec
import pytest

from pmiptool.errors import UsageError
from pmiptool.mag import events as ev
from pmiptool.wire import values as v
from tests.mag.support import MAG, PLAIN, Bench

P, G = 0x8000, 0x2000


def begun(**config):
    """A gateway with two registrations, and the indication that it sends."""
    bench = Bench(renew=False, identity="gateway@example.net", **config)
    for number in (1, 2):
        bench.attach(msgspec.structs.replace(PLAIN, id=f"mn{number}@example.org".encode()))
        bench.answer()
    bench.requests.clear()
    bench.mag.revoke_all(bench.now)
    bench.collect()
    return bench


def acknowledge(bench, status=0, *, sequence=None, flags=P | G):
    (first, *_) = bench.requests
    number = first.sequence if sequence is None else sequence
    return bench.tell(v.BindingRevocationAcknowledgement(status=status, sequence=number, flags=flags))


def test_the_indication_has_what_9_2_wants():
    (message,) = begun().requests
    assert (message.flags, message.revocation_trigger) == (P | G, 128)
    assert message.options == (
        v.MobileNodeIdentifier(subtype=1, identifier=b"gateway@example.net"),
        v.AlternateCareOfAddress(alternate_care_of_address=MAG.address),
    )


@pytest.mark.parametrize("status", [0, 1])
def test_success_ends_all_bindings_and_the_waiting(status):
    bench = begun()
    assert bench.mag.busy() and acknowledge(bench, status) == []
    assert bench.mag.binding_update_list == {} and not bench.mag.busy()
    assert len(bench.of(ev.BindingRevoked)) == 2 and bench.of(ev.GlobalRevocationEnded)[0].status == status
    bench.advance(60)
    assert len(bench.requests) == 1


def test_it_is_sent_again_twice_as_late_each_time_and_given_up():
    bench = begun(bri_max_retries=3, init_min_delay_bris=1.0, max_brack_timeout=4.0)
    sent = [bench.now]
    for delay in (1.0, 2.0, 4.0):
        bench.advance(delay - 0.01)
        assert len(bench.requests) == len(sent)
        bench.advance(0.01)
        sent.append(bench.now)
        assert len(bench.requests) == len(sent)
    assert len(set(bench.requests)) == 1
    bench.advance(4.0)
    assert bench.mag.binding_update_list == {} and bench.of(ev.GlobalRevocationEnded)[0].status is None


def test_what_answers_nothing_is_ignored():
    bench = begun()
    acknowledge(bench, sequence=1)
    assert bench.of(ev.Ignored)[-1].reason == "unmatched" and len(bench.mag.binding_update_list) == 2
    acknowledge(bench)
    acknowledge(bench)
    assert bench.of(ev.Ignored)[-1].reason == "unmatched"


def test_a_refusal_keeps_the_bindings_and_130_ends_such_revocations():
    bench = begun()
    acknowledge(bench, 133)
    assert len(bench.mag.binding_update_list) == 2
    bench.requests.clear()
    bench.mag.revoke_all(bench.now)
    bench.collect()
    acknowledge(bench, 130)
    assert len(bench.mag.binding_update_list) == 2
    with pytest.raises(UsageError, match="does not authorize global revocations"):
        bench.mag.revoke_all(bench.now)


def test_a_gateway_that_takes_no_revocations_hears_the_answer_to_its_own():
    bench = begun(answers=())
    assert acknowledge(bench) == []
    assert bench.mag.binding_update_list == {}
    assert [type(message) for message in acknowledge(bench)] == [v.BindingError]
