"""Events as people and programs read them."""

import json
import shlex

import pytest

from pmiptool.lma import events
from pmiptool.lma.events import DISCARDS, event_line, event_object
from pmiptool.session.endpoint import Endpoint
from pmiptool.text.values import parse_octets_text
from tests.lma.support import KEEP, MAG1, MAG2, World, flow, prefix

HNP1 = prefix("2001:db8:f000::/64")


def story():
    world = World()
    world.attach(MAG1, flows=[flow(1), flow(1000, action=9)])
    world.attach(MAG2)
    world.send(mag=MAG1, hnp=HNP1, hi=4, lifetime=0, group=0, act=KEEP)
    world.send(hnp=None)
    world.send(flags=0x8000)
    return world


def test_lines():
    lines = [event_line(event) for event in story().log]
    assert lines == [
        "1000000.100 FlowInstalled mn_id=mn1@example.org care_of_address=2001:db8:1::2 fid=1 modified=False",
        "1000000.100 PbuAccepted mn_id=mn1@example.org source=2001:db8:1::2 what=created sequence=1 "
        "care_of_address=2001:db8:1::2 prefixes=2001:db8:f000::/64 lifetime=75 mhgid=0 flows=1:0,1000:128",
        "1000000.200 PbuAccepted mn_id=mn1@example.org source=2001:db8:2::2 what=added sequence=2 "
        "care_of_address=2001:db8:2::2 prefixes=2001:db8:f000::/64 lifetime=75 mhgid=0 flows=-",
        "1000000.300 BindingRemoved mn_id=mn1@example.org mhgid=0 care_of_address=2001:db8:1::2 reason=deregistered",
        "1000000.300 FlowReinstantiated mn_id=mn1@example.org fid=1 care_of_address=2001:db8:1::2 new_fid=65535 "
        "new_care_of_address=2001:db8:2::2 absorbed=False",
        "1000000.300 PbuAccepted mn_id=mn1@example.org source=2001:db8:1::2 what=removed sequence=3 "
        "care_of_address=2001:db8:1::2 prefixes=2001:db8:f000::/64 lifetime=0 mhgid=0 flows=-",
        "1000000.400 PbuRejected mn_id=mn1@example.org source=2001:db8:1::2 sequence=4 status=158 "
        "reason='Missing home network prefix option'",
        "1000000.500 SilentlyDiscarded source=2001:db8:1::2 reason=home-registration",
    ]


def test_objects_are_json():
    objects = [json.loads(json.dumps(event_object(event))) for event in story().log]
    assert objects[1]["flows"] == [{"fid": 1, "status": 0}, {"fid": 1000, "status": 128}]
    assert objects[1]["prefixes"] == ["2001:db8:f000::/64"]
    assert {"mhgid", "mn_id"}.isdisjoint(objects[-1])


def test_lines_of_what_the_anchor_asks_itself():
    world = World({"lma": {"notify": "rfc7864"}})
    world.attach(MAG1, flows=[flow(1)])
    world.attach(MAG2)
    seen = len(world.log)
    world.send_all(mag=MAG1, hnp=HNP1, hi=4, lifetime=0, group=0, act=KEEP)
    world.anchor.revoke("mn1@example.org", world.now)
    world.advance(3)
    lines = [event_line(event) for event in world.log[seen:]]
    first, second = (event.sequence for event in (world.log[seen + 3], world.log[seen + 4]))
    name = "mn_id=mn1@example.org destination=2001:db8:2::2"
    assert lines[3:] == [
        f"1000000.300 NotificationSent {name} sequence={first} reason=8 attempt=1 fids=65535",
        f"1000000.300 RevocationSent {name} sequence={second} trigger=1 attempt=1 bindings=1",
        f"1000001.300 NotificationSent {name} sequence={first} reason=8 attempt=2 fids=65535",
        f"1000001.300 RevocationSent {name} sequence={second} trigger=1 attempt=2 bindings=1",
        f"1000002.300 NotificationEnded {name} sequence={first} reason=8 outcome=unanswered",
        "1000003.300 BindingRemoved mn_id=mn1@example.org mhgid=0 care_of_address=2001:db8:2::2 reason=revoked",
        "1000003.300 FlowRemoved mn_id=mn1@example.org care_of_address=2001:db8:2::2 fid=65535 reason=revoked",
        f"1000003.300 RevocationEnded {name} sequence={second} outcome=unanswered removed=1",
    ]
    assert event_object(world.log[seen + 3])["fids"] == [65535]


@pytest.mark.parametrize(
    "name", [b"mn1@example.org", b"\x1b[2J\n\xff", b"a\\b", b'it\'s "me"', b"", "\u00fcb\u202e".encode()]
)
def test_a_name_is_shown_as_the_commands_read_it(name):
    event = events.SilentlyDiscarded(time=0.0, mn_id=(1, name), source=Endpoint(MAG1), reason="too-short")
    line = event_line(event)
    assert line.isprintable()
    (word,) = (word for word in shlex.split(line) if word.startswith("mn_id="))
    assert parse_octets_text(word.removeprefix("mn_id=")) == name
    assert parse_octets_text(event_object(event)["mn_id"]) == name


def test_every_event_is_json():
    """Whatever a field holds."""
    values = {
        "time": 1.5, "mn_id": (1, b"mn"), "float": 2.5, "int": 3, "str": "text", "bool": True, "bytes": MAG1,
        "Endpoint": Endpoint(MAG1), "tuple[PrefixKey, ...]": ((MAG1, 64),), "tuple[int, ...]": (1, 2),
        "tuple[tuple[int, int], ...]": ((1, 0),),
    }  # fmt: skip
    kinds = [kind for kind in vars(events).values() if isinstance(kind, type) and issubclass(kind, events.Event)]
    assert len(kinds) > 20
    for kind in kinds:
        made = {}
        for name, hint in (
            (name, hint) for base in kind.__mro__ for name, hint in vars(base).get("__annotations__", {}).items()
        ):
            hint = hint.removesuffix(" | None")
            if name in values or hint in values:
                made[name] = values.get(name, values.get(hint))
        event = kind(**made)
        assert json.loads(json.dumps(event_object(event)))["event"] == kind.__name__
        assert kind.__name__ in event_line(event) and kind.__doc__


def test_every_reason_has_a_sentence():
    assert all(sentence.endswith(".") for sentence in DISCARDS.values())
    assert events.SilentlyDiscarded.__doc__


def test_brackets_stand_around_ipv6_addresses_with_a_port_only():
    for text, address, port in (
        ("192.0.2.1:5436", bytes((192, 0, 2, 1)), 5436),
        ("[2001:db8:1::2]:5436", MAG1, 5436),
        ("2001:db8:1::2", MAG1, None),
    ):
        event = events.SilentlyDiscarded(time=0.0, source=Endpoint(address, port), reason="too-short")
        assert event_object(event)["source"] == text


@pytest.mark.parametrize(
    ("octets", "length", "text"),
    [
        ("20010db8f0000001", 64, "2001:db8:f000:1::/64"), ("20010db8f0000000", 64, "2001:db8:f000::/64"),
        ("20010db800000000", 64, "2001:db8::/64"), ("2001000000000001", 64, "2001:0:0:1::/64"),
        ("2001000000000000", 64, "2001::/64"), ("2001000000010000", 64, "2001:0:1::/64"),
        ("0000000000000000", 64, "::/64"), ("00000db800000001", 64, "0:db8:0:1::/64"),
        ("20010db8f0000000", 48, "2001:db8:f000::/48"),
    ],
)  # fmt: skip
def test_prefixes_are_written_as_rfc_5952_has_it(octets, length, text):
    key = (bytes.fromhex(octets) + bytes(8), length)
    event = events.SessionEnded(time=0.0, mhgid=None, prefixes=(key, (MAG1, 128)))
    assert event_object(event)["prefixes"] == [text, "2001:db8:1::2/128"]
