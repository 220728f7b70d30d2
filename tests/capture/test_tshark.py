"""tshark is found, started safely, and heard when it complains; nothing of it stays behind."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from pmiptool.capture import tshark
from pmiptool.capture.files import Writer
from pmiptool.capture.pdml import read_messages
from pmiptool.errors import EnvironmentLacks, UsageError
from pmiptool.wire.codec import codec_for
from pmiptool.wire.envelope import build
from pmiptool.wire.values import BindingUpdate, HomeNetworkPrefix, MobileNodeIdentifier, Prefix

SRC, DST = bytes.fromhex("20010db8000100000000000000000002"), bytes.fromhex("20010db8000100000000000000000001")
PREFIXES = [Prefix(bytes.fromhex(f"20010db800a{n}") + bytes(10), 64) for n in (1, 2)]
PBU = BindingUpdate(
    sequence=9,
    flags=0x8200,
    options=(MobileNodeIdentifier(1, b"mn1"), *(HomeNetworkPrefix(home_network_prefix=p) for p in PREFIXES)),
)
LUA = """
local pmip6 = Proto("pmip6", "A dissector for the test")
local sequence = ProtoField.uint16("pmip6.test", "Sequence")
pmip6.fields = { sequence }
pmip6.prefs.more = Pref.uint("More", 0, "added")
function pmip6.dissector(tvb, pinfo, tree)
  Dissector.get("mip6"):call(tvb, pinfo, tree)
  tree:add(pmip6, tvb()):add(sequence, tvb(6, 2), tvb(6, 2):uint() + pmip6.prefs.more)
end
DissectorTable.get("ip.proto"):add(135, pmip6)
"""


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    file = tmp_path / "x.pcapng"
    with Writer(file) as writer:
        writer.write(build(codec_for().encode(PBU, src=SRC, dst=DST), SRC, DST), 0)
        writer.write(b"\x60" + bytes(39), 0)
    return file


@pytest.fixture
def lua(tmp_path: Path) -> Path:
    file = tmp_path / "test.lua"
    file.write_text(LUA)
    return file


def pretend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    """A tshark of our own in PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    folder.chmod(0o755)
    fake = folder / "tshark"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin:/bin")
    return fake


def test_missing_or_too_old_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EnvironmentLacks, match="tshark was not found; install it with: .*install.*") as error:
        tshark.find()
    assert error.value.exit_code == 5
    pretend(tmp_path, monkeypatch, "echo 'TShark (Wireshark) 3.6.2 (Git v3.6.2)'")
    with pytest.raises(EnvironmentLacks, match=r"is version 3\.6\.2, and 4\.0 is the oldest that serves; update it"):
        tshark.find()


@pytest.mark.parametrize("text", ["TShark (Wireshark) 4.0.17 (Git v4)", "TShark 4.6.9.", "TShark (Wireshark) 10.2.0"])
def test_versions_are_read(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(tmp_path, monkeypatch, f"echo '{text}'")
    assert tshark.find().version >= (4, 0, 0)


def test_fields_are_read_with_all_their_values(capture: Path, lua: Path) -> None:
    names = ["frame.number", "mip6.nemo.mnp.mnp", "pmip6.test"]
    assert list(tshark.fields(capture, names, lua=lua, preferences={"pmip6.more": 100})) == [
        (("1",), ("2001:db8:a1::", "2001:db8:a2::"), ("109",)),
        (("2",), (), ()),
    ]
    assert len(list(tshark.fields(capture, names, lua=lua, display_filter="mipv6"))) == 1


def test_a_field_that_does_not_exist_is_named(capture: Path) -> None:
    with pytest.raises(UsageError, match=r"Some fields aren't valid: pmip6\.nonsense"):
        list(tshark.fields(capture, ["pmip6.nonsense"]))


@pytest.mark.parametrize("read", [lambda c, f: list(tshark.fields(c, ["frame.number"], lua=f)), read_messages])
def test_a_lua_file_that_wireshark_refuses(read: object, capture: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.lua"
    broken.write_text("local x = = 1\n")
    with pytest.raises(
        tshark.LuaRefused, match=r"refuses the Lua file .*broken\.lua.*syntax error.*broken\.lua:1"
    ) as e:
        read(capture, broken)  # type: ignore[operator]
    assert (e.value.exit_code, "judge.lua" in str(e.value)) == (2, False)


def test_a_lua_file_that_does_nothing_is_no_judge(capture: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.lua"
    empty.write_text("")
    with pytest.raises(EnvironmentLacks, match=r"without the dissector .*empty\.lua"):
        read_messages(capture, empty)


@pytest.mark.parametrize("what", ["capture", "lua"])
def test_files_that_are_not_there(what: str, capture: Path, lua: Path, tmp_path: Path) -> None:
    files = {"capture": capture, "lua": lua} | {what: tmp_path / "nowhere"}
    with pytest.raises(UsageError, match="cannot read .*nowhere: No such file"):
        read_messages(files["capture"], files["lua"])
    with pytest.raises(UsageError, match="cannot read .*nowhere: No such file"):
        list(tshark.fields(files["capture"], ["frame.number"], lua=files["lua"]))


def test_a_cut_capture(capture: Path) -> None:
    capture.write_bytes(capture.read_bytes()[:-3])
    frames: list[object] = []
    with pytest.raises(UsageError, match="to its end: .*cut short in the middle of a packet"):
        frames.extend(tshark.fields(capture, ["frame.number"]))
    assert frames == [(("1",),)]
    with pytest.raises(UsageError, match="cut short"):
        read_messages(capture)


def test_the_users_own_dissector_and_preferences_do_not_matter(
    capture: Path, lua: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installed copy would define the protocol twice."""
    plugins = tmp_path / "home" / ".local/lib/wireshark/plugins"
    plugins.mkdir(parents=True)
    (plugins / "pmip6.lua").write_text(LUA)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert [message.fields["pmip6.test"][0].show for message in read_messages(capture, lua)] == ["9"]


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_root_lends_tshark_no_rights(capture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nobody can read a capture that only root can: it comes through standard input."""
    top = Path(tempfile.gettempdir())
    for folder in (tmp_path, *tmp_path.parents):
        if top in folder.parents:
            folder.chmod(folder.stat().st_mode | 0o055)
    capture.chmod(0o600)
    said = subprocess.run(["which", "tshark"], capture_output=True, text=True, check=True).stdout.strip()
    pretend(tmp_path, monkeypatch, f'[ "$1" = --version ] && exec {said} --version\nid -u; cat > /dev/null')
    assert list(tshark.run(capture, [])) == ["65534"]


def children() -> set[str]:
    """Names of our child processes that are Wireshark's."""
    names = set()
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):
            fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
            if fields.get("PPid") == str(os.getpid()):
                names.add(fields["Name"])
    return names & {"tshark", "dumpcap"}


def test_no_process_stays_behind(capture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = tshark.run(capture, ["-T", "pdml"])
    next(lines)
    lines.close()  # type: ignore[attr-defined]
    assert children() == set()

    def fail(*arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("pmiptool.capture.pdml._messages", fail)
    with pytest.raises(ZeroDivisionError):
        read_messages(capture)
    assert children() == set()
