"""Anchors that want a gateway to fall over, and requests that no message holds."""

import msgspec
import pytest

from pmiptool.mag import events as ev
from pmiptool.mag.peer_requests import REMEMBERED
from pmiptool.wire import values as v
from pmiptool.wire.layout import EncodeError
from tests.mag.support import MN, MULTIHOMED, PLAIN, SELECTOR, Bench, options

LONGEST = 2048
FLOWS = tuple(v.FlowIdentification(fid=n, pri=10, action=1, suboptions=(SELECTOR,)) for n in range(1, 200))
NOT_ECHOED = [v.MobileNodeLinkLayerIdentifier, v.Timestamp, v.HandoffIndicator, v.AccessTechnologyType]


def prefixes(count):
    networks = (bytes.fromhex("20010db8") + n.to_bytes(4, "big") + bytes(8) for n in range(count))
    return [v.HomeNetworkPrefix(home_network_prefix=v.Prefix(network, 64)) for network in networks]


def test_what_repeats_too_many_prefixes_goes_without_its_last_options():
    """A binding acknowledgement without the other options has more of them than a request that has those."""
    bench = Bench(renew=False)
    bench.attach(PLAIN)
    bench.answer(put=prefixes(84), drop=NOT_ECHOED)
    assert (bench.entry().state, len(bench.entry().prefixes)) == ("registered", 84)
    for ask in (bench.mag.renew, bench.mag.detach):
        ask(MN, bench.now)
        bench.advance(1)  # retransmissions too
        message = bench.requests[-1]
        assert len(options(message, v.HomeNetworkPrefix)) == 84
        assert len(bench.codec.encode(message)) == LONGEST and not options(message, v.Timestamp)


def test_a_request_that_no_message_holds_is_refused_and_forgotten():
    bench = Bench(renew=False)
    with pytest.raises(EncodeError, match="a Mobility Header holds 2048"):
        bench.attach(msgspec.structs.replace(MULTIHOMED, flows=FLOWS))
    assert not bench.mag.busy() and bench.mag.next_timer() is None
    bench.attach(MULTIHOMED)
    bench.answer()
    with pytest.raises(EncodeError, match="a Mobility Header holds 2048"):
        bench.mag.modify(MN, FLOWS, bench.now)
    assert not bench.mag.busy() and len(bench.entry().flows) == 1
    bench.advance(1)
    assert len(bench.requests) == 1


def test_the_oldest_of_many_requests_is_forgotten():
    bench = Bench(renew=False)
    bench.attach(PLAIN)
    bench.answer()
    who = v.MobileNodeIdentifier(subtype=1, identifier=MN)
    asked = [v.UpdateNotification(sequence=n, reason=99, flags=0x8000, options=(who,)) for n in range(REMEMBERED + 1)]
    for message in asked:
        bench.tell(message)

    def is_known(message):
        bench.tell(msgspec.structs.replace(message, flags=0xC000))
        return bench.of(ev.LmaRequest)[-1].repeated

    assert [is_known(asked[n]) for n in (-1, 1, 0)] == [True, True, False]
