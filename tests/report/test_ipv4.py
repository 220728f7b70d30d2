"""IPv4 home addresses and GRE keys beside the arrows of a ladder and in the state below them."""

import pytest

from pmiptool.report.describe import details
from pmiptool.report.timeline import state_lines, state_of
from pmiptool.rules.watch_state import Group
from pmiptool.session.model import Binding, GreKeys, Ipv4Home, Session
from pmiptool.session.transitions import add_binding
from tests.rules.examples_ipv4 import GIVEN, HOME, ask, give, key
from tests.rules.make import LMA, MAG1, P1, pba, pbu, wire

ADDRESS = Ipv4Home(bytes((198, 18, 0, 7)), 16, bytes((198, 18, 0, 1)))


@pytest.mark.parametrize(
    ("message", "line"),
    [
        (pbu(ask()), "IPv4 any"),
        (pbu(ask(HOME)), "IPv4 198.18.0.7/16"),
        (pba(*GIVEN), "IPv4 198.18.0.7/16, router 198.18.0.1"),
        (pba(give(status=129), status=171), "IPv4 198.18.0.7/16 status 129 prohibited"),
        (pbu(key(100)), "GRE key 100"),
        (pbu(key(None)), "GRE"),
    ],
)
def test_what_stands_beside_an_arrow(message, line):
    assert line in details(wire(message))


@pytest.mark.parametrize(
    ("prefixes", "home", "keys", "lines"),
    [
        ((P1,), ADDRESS, None, ["session without multihoming, HNP 2001:db8:a1::/64, IPv4 198.18.0.7/16", "::2 ("]),
        ((), ADDRESS, None, ["session without multihoming, IPv4 198.18.0.7/16", "::2 ("]),
        ((), None, GreKeys(1, 2), ["session without multihoming, HNP unknown", "::2 GRE keys 1 down, 2 up ("]),
        ((), None, GreKeys(None, None), ["session without multihoming, HNP unknown", "::2 GRE ("]),
    ],
)
def test_the_state_of_a_session(prefixes, home, keys, lines):
    session = Session((1, b"mn1"), None, tuple((prefix.address, prefix.length) for prefix in prefixes), ipv4=home)
    add_binding(session, (), Binding(MAG1, 4, None, gre=keys))
    state = state_of([Group(LMA, session)], 0.0)
    shown = state_lines(state)
    assert len(shown) == 2 and shown[0] == lines[0] and lines[1] in shown[1]
    assert state[0].get("ipv4_hoa") == (None if home is None else "198.18.0.7/16")
