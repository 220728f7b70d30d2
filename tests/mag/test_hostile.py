"""Anchors that want a gateway to fall over, and requests that no message holds."""

import msgspec

from pmiptool.mag import events as ev
from pmiptool.mag.peer_requests import REMEMBERED
from pmiptool.wire import values as v
from tests.mag.support import MN, PLAIN, Bench


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
