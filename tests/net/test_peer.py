"""Peer files: what they hold, and errors that name the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmiptool.errors import UsageError
from pmiptool.net.peer import load_peer
from pmiptool.net.profiles import profile_of
from pmiptool.wire.values import GreKey, Ipv4HomeAddressRequest

WHOLE = """
target = "udp://192.0.2.1"
source = ["192.0.2.2", "192.0.2.3"]
clock_offset = -0.25
claims = ["rfc5213"]
[[mn]]
id = "mn1@example.org"
hnp = "2001:db8:a1::/64"
att = "wlan"
ll_id = "02:00:00:00:00:01"
mhgid = 0
flows = ["fid=1 proto=udp"]
[[mn]]
id = "mn2@example.org"
[codepoints]
multihoming_option_type = 201
[readings]
act-zero = "keep"
[timers]
timestamp_validity_window = 1
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "peer.toml"
    path.write_text(text)
    return path


def test_a_whole_one(tmp_path: Path) -> None:
    peer = load_peer(write(tmp_path, WHOLE))
    assert peer.sources == ("192.0.2.2", "192.0.2.3")
    assert peer.mn[0].prefixes == ("2001:db8:a1::/64",)
    assert peer.mn[1].prefixes == () and peer.mn[1].att == 4
    assert peer.codepoints == {"multihoming_option_type": 201}
    assert peer.timers.timestamp_validity_window == 1.0
    assert peer.clock_offset == -0.25


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('targt = "embedded"', "unknown key 'targt'; did you mean 'target'?"),
        ("clock_ofset = 1", "unknown key 'clock_ofset'; did you mean 'clock_offset'?"),
        ("clock-offset = 1", "unknown key 'clock-offset'; did you mean 'clock_offset'?"),
        ("mhgid = 1", "unknown key 'mhgid'; it stands in another section"),
        ('[[mn]]\nid = "a"\n[[mn]]\nid = "b"\nhnpp = "::/0"', "unknown key 'hnpp' in mn number 2; did you mean 'hnp'?"),
        ("[[mn]]\nhnp = '::/0'", "the key 'id' is missing in mn number 1"),
        ("clock_offset = 'late'", "clock_offset: expected `float`"),
        ("[timers]\nwindow = 3", "unknown key 'window' in timers"),
        ("target = ", "is no TOML"),
    ],
)
def test_errors_name_the_key(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        load_peer(write(tmp_path, text))
    assert says in str(error.value)
    assert "peer.toml" in str(error.value)


def test_what_a_gateway_asks_for_beside_prefixes(tmp_path: Path) -> None:
    text = '[[mn]]\nid = "a"\nipv6 = false\nipv4_hoa = "198.18.0.7/24"\ngre = 100\n'
    text += '[[mn]]\nid = "b"\nipv4_hoa = "any"\ngre = "no-key"\n[[mn]]\nid = "c"\ngre = "0x64"\n'
    one, two, three = (profile_of(node) for node in load_peer(write(tmp_path, text)).mn)
    assert one.ipv4_hoa == Ipv4HomeAddressRequest(prefix_length=24, ipv4_home_address=bytes((198, 18, 0, 7)))
    assert (one.ipv6, one.gre) == (False, GreKey(gre_key=(100,)))
    assert two.ipv4_hoa == Ipv4HomeAddressRequest(ipv4_home_address=bytes(4))
    assert (two.ipv6, two.gre) == (True, GreKey())
    assert (three.ipv4_hoa, three.gre) == (None, GreKey(gre_key=(100,)))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('ipv4_hoa = "198.18.0.7"', "ipv4_hoa of mn a is '198.18.0.7'; it takes an address with a prefix length"),
        ('ipv4_hoa = "198.18.0.7/33"', "the prefix length of ipv4_hoa of mn a is 33; it takes a number from 0 to 32"),
        ('gre = "maybe"', "gre of mn a is 'maybe'; it takes a number from 0 to 4294967295, or no-key"),
        ("gre = 4294967296", "gre of mn a is"),
    ],
)
def test_errors_of_what_is_asked_for_name_the_mobile_node(tmp_path: Path, text: str, says: str) -> None:
    peer = load_peer(write(tmp_path, f'[[mn]]\nid = "a"\n{text}\n'))
    with pytest.raises(UsageError) as error:
        profile_of(peer.mn[0])
    assert says in str(error.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        load_peer(tmp_path / "none.toml")
