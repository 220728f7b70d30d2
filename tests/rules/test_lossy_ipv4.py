"""IPv4 home addresses and GRE keys over a network that loses, doubles and reorders: nobody who is right is blamed."""

from __future__ import annotations

import random

import pytest

from pmiptool.mag.config import MnProfile
from pmiptool.mag.extensions import ANY
from pmiptool.wire.values import GreKey
from tests.rules.test_lossy import Lossy

ALONE = b"ipv4-alone@example.org"
LL = bytes((2, 0, 0, 0, 0, 1))
# A gateway that takes over, or whose answers were lost, does not know what the session has.
UNTOLD = {"rfc5844/3.2.3.3/session-address", "rfc5845/3.3.2/downlink-key"}


@pytest.mark.parametrize("group", [None, 0], ids=["plain", "multihomed"])
@pytest.mark.parametrize("timestamps", [True, False], ids=["timestamps", "sequence-numbers"])
def test_nobody_is_blamed_for_the_network(timestamps: bool, group: int | None) -> None:
    for seed in range(30):
        bench = Lossy(seed, timestamps)
        choose = random.Random(seed)
        for _ in range(12):
            number = choose.choice((1, 2))
            mag = bench.mags[number]
            id_ = choose.choice((b"both@example.org", ALONE))
            profile = MnProfile(
                id=id_, ll_id=LL, mhgid=group, lifetime=40, ipv6=id_ != ALONE,
                ipv4_hoa=ANY if id_ == ALONE else choose.choice((None, ANY, ANY)),
                gre=choose.choice((None, GreKey(gre_key=(number,)))),
            )  # fmt: skip
            if profile.key not in mag.binding_update_list:
                mag.attach(profile, bench.now, hi=choose.choice((1, 3)))
            elif choose.random() < 0.6:
                mag.renew(id_, bench.now)
            else:
                mag.detach(id_, bench.now)
            bench.run(choose.choice((0.1, 3, 8)))
        bench.run(70)
        broken = {seen.finding.rule for seen in bench.finish()}
        assert {rule for rule in broken if rule.startswith(("rfc5844/", "rfc5845/"))} <= UNTOLD, seed
