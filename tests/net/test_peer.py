"""Peer files: what they hold, and errors that name the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmiptool.errors import UsageError
from pmiptool.net.peer import load_peer

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


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        load_peer(tmp_path / "none.toml")
