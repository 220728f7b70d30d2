"""`replay` on the embedded target: the same against the same, and differences named."""

from __future__ import annotations

import gzip
import json
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pmiptool.capture.files import Writer
from pmiptool.capture.messages import messages
from pmiptool.capture.recording import Recorded
from pmiptool.capture.replay import Replay
from pmiptool.cli.app import cli
from pmiptool.net.embedded import EmbeddedTransport
from pmiptool.net.transport import Arrival, Received
from pmiptool.session.endpoint import Datagram
from pmiptool.wire import values as v
from pmiptool.wire.codec import codec_for
from pmiptool.wire.envelope import build

PCAPS = Path(__file__).parents[2] / "pcaps"
FIGURES = ("setup", "renewal", "modify", "removal-keep", "removal-remove", "addition")


def run(*args: str) -> Result:
    return CliRunner().invoke(cli, list(args))


@pytest.fixture(scope="module")
def captures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A capture of each figure's scenario against the embedded LMA."""
    folder = tmp_path_factory.mktemp("captures")
    made = {}
    for name in FIGURES:
        made[name] = str(folder / f"{name}.pcapng")
        done = run("scenario", "run", name, "--target", "embedded", "-w", made[name])
        assert done.exit_code == 0, done.stdout + done.stderr
    return made


def replay(path: str, *args: str) -> Result:
    return run("replay", path, "--target", "embedded", *args)


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("speed", ["1", "max"])
def test_the_same_against_the_same(captures: dict[str, str], name: str, speed: str) -> None:
    result = replay(captures[name], "--speed", speed)
    assert result.exit_code == 0, result.stdout
    assert result.stdout.endswith(" 0 different, 0 unanswered\n")


@pytest.mark.parametrize(
    ("fault", "name", "field"),
    [
        ("hi-not-copied", "setup", "option.hi.hi"),
        ("sequence-not-copied", "setup", "fields.sequence"),
        ("mn-id-not-copied", "setup", "option.mn-id.identifier"),
        ("hnp-changed", "renewal", "hnp"),
        ("second-hnp", "setup", "hnp"),
        ("p-flag-clear", "setup", "fields.flags"),
        ("checksum-zero", "setup", "checksum"),
        ("options-unaligned", "setup", ".offset"),
        ("no-multihoming-option", "setup", "option.multihoming"),
        ("act-echoed", "removal-keep", "option.multihoming.act"),
        ("filters-lost-on-keep", "removal-keep", "flow["),
        ("fid-not-echoed", "modify", "flow["),
        ("lifetime-too-long", "setup", "lifetime"),
    ],
)
def test_a_fault_is_named(captures: dict[str, str], fault: str, name: str, field: str) -> None:
    result = replay(captures[name], "--fault", fault)
    assert result.exit_code == 1, result.stdout
    differing = [line.strip().partition(": recorded ")[0] for line in result.stdout.splitlines() if "recorded" in line]
    assert any(field in name for name in differing), result.stdout


def test_silence_is_3(captures: dict[str, str]) -> None:
    result = replay(captures["setup"], "--fault", "answer-lost")
    assert result.exit_code == 3
    assert "no answer in 5 s" in result.stdout


def test_alive_moves_nothing_but_what_it_names(captures: dict[str, str], tmp_path: Path) -> None:
    """What went again differs from the recording in sequence number, timestamp and checksum alone."""
    again = str(tmp_path / "again.pcapng")
    replay(captures["setup"], "-w", again)
    for then, now in zip(messages(captures["setup"]), messages(again), strict=True):
        assert now.decoded.checksum_ok
        if then.decoded.name != "pbu":
            continue
        stamps = [slot.offset + 2 for slot in then.decoded.layout.slots if slot.type == 27]
        free = {4, 5, 6, 7, *(place + n for place in stamps for n in range(8))}
        assert len(then.decoded.raw) == len(now.decoded.raw)
        changed = {n for n, (a, b) in enumerate(zip(then.decoded.raw, now.decoded.raw, strict=True)) if a != b}
        assert changed <= free


def test_none_sends_every_octet_as_it_was(tmp_path: Path) -> None:
    golden, again = str(PCAPS / "setup.pcapng"), str(tmp_path / "again.pcapng")
    result = replay(golden, "--rewrite", "none", "-w", again)
    sent = [seen.decoded.raw for seen in messages(again) if seen.decoded.name == "pbu"]
    assert sent == [seen.decoded.raw for seen in messages(golden) if seen.decoded.name == "pbu"]
    assert result.exit_code == 1  # the timestamps are of another time, and 156 says so
    assert "status: recorded 0 (accepted), now 156" in result.stdout


def test_what_was_wrong_stays_wrong(tmp_path: Path) -> None:
    """A request with a bad checksum, which nobody answered, is sent with one that is as bad, and nobody answers."""
    path, again = str(tmp_path / "x.pcapng"), str(tmp_path / "again.pcapng")
    src, dst = bytes.fromhex("20010db8000900000000000000000009"), bytes.fromhex("20010db8000900000000000000000001")
    octets = bytearray(codec_for().encode(v.BindingUpdate(1, 0x8200, 75, ()), src=src, dst=dst))
    octets[4] ^= 0x10
    with Writer(path) as writer:
        writer.write(build(bytes(octets), src, dst), 1_000_000_000)
    assert replay(path, "-w", again).exit_code == 0
    (sent,) = messages(again)
    assert sent.decoded.checksum_ok is False
    assert sent.envelope is not None and sent.envelope.dst.hex() == "20010db8000100000000000000000001"


def test_json(captures: dict[str, str]) -> None:
    document = json.loads(replay(captures["setup"], "--json", "--fault", "hi-not-copied").stdout)
    assert document["schema"] == "pmiptool/replay/1"
    assert document["totals"]["different"] == len(document["requests"])
    assert document["requests"][0]["differences"][0]["field"] == "option.hi.hi"


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_what_was_compared_before_ctrl_c_is_shown(
    captures: dict[str, str], words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = 0
    send = EmbeddedTransport.send

    def until_ctrl_c(self: EmbeddedTransport, datagram: Datagram) -> None:
        nonlocal sent
        sent += 1
        if sent == 3:
            raise KeyboardInterrupt
        send(self, datagram)

    monkeypatch.setattr(EmbeddedTransport, "send", until_ctrl_c)
    done = replay(captures["setup"], *words)
    assert done.exit_code == 130
    if words:
        shown = json.loads(done.stdout)
        assert (shown["interrupted"], shown["totals"]["same"], len(shown["requests"])) == (True, 1, 1)
    else:
        assert done.stdout.splitlines()[-1] == "1 of 4 requests: 1 same, 0 different, 0 unanswered"


def test_a_cut_capture_and_none(captures: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "cut.pcapng"
    path.write_bytes(Path(captures["setup"]).read_bytes()[:-5])
    cut = replay(str(path))
    assert cut.exit_code == 2 and "is cut in the middle of packet" in cut.stderr
    other = replay(__file__)
    assert other.exit_code == 2 and "is no capture" in other.stderr


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--rewrite", "sequence"], "--rewrite is 'sequence'"),
        (["--speed", "0"], "--speed is '0'"),
        (["--speed", "fast"], "--speed is 'fast'"),
    ],
)
def test_misspelt(captures: dict[str, str], args: list[str], says: str) -> None:
    result = replay(captures["setup"], *args)
    assert result.exit_code == 2
    assert says in result.stderr


def test_nothing_to_replay(captures: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "empty.pcapng"
    Writer(str(path)).close()
    result = replay(str(path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is nothing to replay" in result.stderr
    assert replay(str(tmp_path / "none.pcapng")).exit_code == 2
    several = run("replay", captures["setup"], "--target", "udp://127.0.0.1")
    assert several.exit_code == 5 and "give --source as many times" in several.stderr


def test_only_what_gateways_ask_is_sent_again() -> None:
    result = replay(str(PCAPS / "heartbeat.pcapng"))
    assert result.exit_code == 0 and result.stdout.endswith("4 requests: 4 same, 0 different, 0 unanswered\n")
    result = replay(str(PCAPS / "flow-mobility-7864.pcapng"))
    assert result.exit_code == 0 and "UPN" not in result.stdout and "UPA" not in result.stdout


def test_a_capture_of_an_anchors_requests_alone_has_nothing_to_replay(tmp_path: Path) -> None:
    whole = [one for one in messages(str(PCAPS / "revocation.pcapng")) if one.decoded.name in ("bri", "bra")]
    assert len(whole) == 4
    with Writer(tmp_path / "x.pcapng") as writer:
        for one in whole:
            writer.write(one.frame.data, one.frame.time_ns)
    result = replay(str(tmp_path / "x.pcapng"))
    assert result.exit_code == 2 and "it has no request of a gateway" in result.stderr


def test_an_anchors_own_heartbeats_are_not_sent_to_one(tmp_path: Path) -> None:
    scenario, capture = tmp_path / "x.yaml", str(tmp_path / "x.pcapng")
    scenario.write_text(
        "{name: x, title: X, mn: {id: x@example.org}, mags: {MAG1: {}}, interfaces: {IF1: {}},\n"
        " embedded: {lma: {heartbeat_interval: 30}},\n"
        " steps: [{attach: {mag: MAG1, interface: IF1}}, {wait: 70}, {renew: {mag: MAG1}}]}\n"
    )
    assert run("scenario", "run", str(scenario), "--target", "embedded", "-w", capture).exit_code == 0
    assert sum(one.decoded.name == "heartbeat" for one in messages(capture)) == 4
    result = replay(capture)
    assert result.stdout.endswith("3 requests: 3 same, 0 different, 0 unanswered\n"), result.stdout


def test_what_the_anchor_asks_meanwhile_answers_nothing() -> None:
    """Not even a request that was cut, which is answered by whatever comes."""
    way = Asking()
    source, lma = way.locals[0].address, way.peer.address
    data = codec_for().encode(v.BindingUpdate(sequence=1, flags=0x8200, lifetime=75), src=source, dst=lma)[:8]
    cut = Recorded(1, 0.0, codec_for().decode(data), source, lma, None)
    (one,) = Replay(way, [cut], timeout=1.0).run()
    assert one.answer is None and one.state == "same"


class Asking(EmbeddedTransport):
    """Has the LMA ask whenever a gateway said something."""

    def send(self, datagram: Datagram) -> None:
        data = codec_for().encode(v.Heartbeat(sequence=1), src=self.peer.address, dst=datagram.source.address)
        self.waiting: list[Arrival] = [Received(data, self.peer, datagram.source, self.now())]

    def receive(self, deadline: float) -> list[Arrival]:
        waiting, self.waiting = self.waiting, []
        return waiting or super().receive(deadline)


def test_what_is_assigned_anew_stands_for_the_old_and_is_no_difference(tmp_path: Path) -> None:
    """Another anchor's pools: what it gives is told once, and the requests that follow name it, filters too."""
    config, again = tmp_path / "lma.toml", str(tmp_path / "again.pcapng")
    config.write_text('[lma]\npool = "2001:db8:e000::/36"\nipv4_pool = "10.0.0.0/16"\n')
    done = replay(str(PCAPS / "ipv4-home-address.pcapng"), "--lma-config", str(config), "-w", again)
    assert done.exit_code == 0 and done.stdout.endswith("5 requests: 5 same, 0 different, 0 unanswered\n")
    given = [line.strip() for line in done.stdout.splitlines() if "was given for" in line]
    assert given == [
        "2001:db8:e000::/64 was given for 2001:db8:f000::/64",
        "10.0.0.2 was given for 198.18.0.2",
        "10.0.0.1 was given for 198.18.0.1",
    ]
    renewal = [seen.decoded.message for seen in messages(again) if seen.decoded.name == "pbu"][1]
    homes = [o.home_network_prefix.address for o in renewal.options if isinstance(o, v.HomeNetworkPrefix)]
    asked = [o.ipv4_home_address for o in renewal.options if isinstance(o, v.Ipv4HomeAddressRequest)]
    assert homes == [bytes.fromhex("20010db8e000") + bytes(10)] and asked == [bytes((10, 0, 0, 2))]
    assert replay(str(PCAPS / "gre-keys.pcapng"), "--fault", "ipv4-router-missing").exit_code == 0


def test_what_is_assigned_otherwise_than_before_is_a_difference(captures: dict[str, str], tmp_path: Path) -> None:
    """In the addition of a second interface the prefix is shared then; this anchor gives each its own."""
    config = tmp_path / "lma.toml"
    config.write_text('[lma]\npool = "2001:db8:e000::/36"\nmultihoming = false\n')
    done = replay(captures["setup"], "--lma-config", str(config))
    assert done.exit_code == 3  # and what deregisters from there is not understood
    assert "hnp: recorded 2001:db8:e000::/64, now 2001:db8:e000:1::/64" in done.stdout


def test_what_the_anchor_asked_by_itself_is_left_out_and_told() -> None:
    """Nobody revokes in a replay: the session goes on, and what is attached anew gets the prefix that it has."""
    result = replay(str(PCAPS / "revocation.pcapng"), "--speed", "max")
    assert result.exit_code == 1
    assert "what the LMA asked by itself (2 bri) is left out" in result.stderr
    assert "5 requests: 4 same, 1 different, 0 unanswered" in result.stdout
    assert "left out" not in replay(str(PCAPS / "heartbeat.pcapng"), "--speed", "max").stderr


# Other names


def sent(path: str) -> list[v.BindingUpdate]:
    return [seen.decoded.message for seen in messages(path) if seen.decoded.name == "pbu"]


def of(message: v.BindingUpdate, kind: type[Any]) -> Any:
    return next((option for option in message.options if isinstance(option, kind)), None)


def test_a_map_says_who_becomes_whom(captures: dict[str, str], tmp_path: Path) -> None:
    table, again = tmp_path / "map.toml", str(tmp_path / "again.pcapng")
    table.write_text(
        '[mn]\n"*@pmip.example.org" = "*@a.much.longer.realm.example"\n'
        '[address]\n"2001:db8:1::2" = "2001:db8:77::9"\n'
        '[prefix]\n"2001:db8:f000::/64" = "2001:db8:f000:1234::/64"\n'
    )
    done = replay(captures["setup"], "--map", str(table), "-w", again)
    assert done.exit_code == 1  # this LMA has a pool of its own: the prefix is another one than the map says
    assert "hnp: recorded 2001:db8:f000:1234::/64, now 2001:db8:f000::/64" in done.stdout
    table.write_text(table.read_text().partition("[prefix]")[0])
    done = replay(captures["setup"], "--map", str(table), "-w", again)
    assert (done.exit_code, done.stderr) == (0, ""), done.stdout
    assert {of(message, v.MobileNodeIdentifier).identifier for message in sent(again)} == {
        b"setup@a.much.longer.realm.example"
    }
    sources = [seen.envelope.src.hex() for seen in messages(again) if seen.envelope and seen.decoded.name == "pbu"]
    assert sources[0] == "20010db8007700000000000000000009" != sources[1]
    for then, now in zip(messages(captures["setup"]), messages(again), strict=True):
        assert now.decoded.checksum_ok and not now.decoded.findings
        places = [
            [(slot.type, slot.offset % 8) for slot in one.decoded.layout.slots if slot.pad is None]
            for one in (then, now)
        ]
        assert places[0] == places[1]


def test_mobile_nodes_get_new_names_or_those_of_the_peer_file(captures: dict[str, str], tmp_path: Path) -> None:
    again = str(tmp_path / "again.pcapng")
    words = ("--rewrite", "seq,timestamp,addresses,mn-id", "-w", again)
    done = replay(captures["setup"], *words)
    assert done.exit_code == 0, done.stdout
    (name,) = {of(message, v.MobileNodeIdentifier).identifier.decode() for message in sent(again)}
    assert name != "setup@pmip.example.org" and name.endswith("@pmip.example.org")
    assert done.stderr == f"setup@pmip.example.org goes as {name}\n"
    peer = tmp_path / "peer.toml"
    peer.write_text('[[mn]]\nid = "lab1@x.example"\n[[mn]]\nid = "lab2@x.example"\n')
    assert replay(captures["setup"], *words, "--peer", str(peer)).exit_code == 0
    assert {of(message, v.MobileNodeIdentifier).identifier for message in sent(again)} == {b"lab1@x.example"}


def test_captures_of_all_forms(captures: dict[str, str], tmp_path: Path) -> None:
    import zstandard

    packets = [(seen.frame.data, seen.frame.time_ns) for seen in messages(captures["setup"])]
    pcap = tmp_path / "x.pcap"
    with Writer(pcap) as writer:
        for data, time in packets:
            writer.write(data, time)
    forms = {"x.pcap.gz": gzip.compress(pcap.read_bytes()), "x.pcap.zst": zstandard.compress(pcap.read_bytes())}
    for name, octets in forms.items():
        (tmp_path / name).write_bytes(octets)
    for name in ("x.pcap", *forms):
        result = replay(str(tmp_path / name), "--speed", "max")
        assert result.exit_code == 0 and result.stdout.endswith("4 requests: 4 same, 0 different, 0 unanswered\n")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--target", "embedded", "--map", "none.toml"], "cannot read the map none.toml"),
        (["--target", "embedded", "--map", "{map}", "--rewrite", "seq"], "is about mn-id, which --rewrite seq leaves"),
        (["--target", "embedded", "--as", "lma"], "the embedded target is an LMA"),
        (["--target", "embedded", "--reject", "130"], "it goes with --as lma --listen"),
        (["--listen", "udp://127.0.0.1:1"], "add --as lma"),
        (["--as", "lma", "--listen", "udp://127.0.0.1:1", "--target", "embedded"], "goes without --target"),
        (["--as", "lma", "--listen", "udp://127.0.0.1:1", "--rewrite", "none"], "goes without --target"),
        (["--as", "lma", "--listen", "embedded"], "embedded"),
        (["--as", "lma", "--listen", "udp://127.0.0.1", "--reject", "no"], "--reject is 'no'"),
        (["--as", "lma", "--target", "udp://127.0.0.1"], "it has no request of an anchor"),
        ([], "no target given"),
    ],
)
def test_what_does_not_go_together(captures: dict[str, str], args: list[str], says: str, tmp_path: Path) -> None:
    table = tmp_path / "map.toml"
    table.write_text('[mn]\n"setup@pmip.example.org" = "x"\n')
    done = run("replay", captures["setup"], *[arg.format(map=table) for arg in args])
    assert done.exit_code == 2 and says in done.stderr, done.stderr


def test_as_they_were_they_may_come_from_other_addresses(captures: dict[str, str]) -> None:
    few = run(
        "replay", captures["setup"], "--target", "udp://127.0.0.1:9", "--rewrite", "none", "--source", "127.0.0.2"
    )
    assert few.exit_code == 5 and "give --source as many times" in few.stderr
    one = replay(captures["setup"], "--rewrite", "none", "--source", "2001:db8:77::2", "--speed", "max")
    assert one.exit_code == 3 and one.stdout.endswith(" unanswered\n")  # no checksum is right from there


def test_messages_that_were_cut_are_left_out_and_told(captures: dict[str, str], tmp_path: Path) -> None:
    packets = [(seen.frame.data, seen.frame.time_ns) for seen in messages(captures["setup"])]
    path = tmp_path / "x.pcapng"
    with Writer(path) as writer:
        for number, (data, time) in enumerate(packets):
            writer.write(data[:80] if number < 4 else data, time)
    done = replay(str(path), "--speed", "max")
    assert "messages that were captured only in part, and are left out: 4\n" in done.stderr
    assert done.stdout.splitlines()[-1].startswith("2 requests: ")
    with Writer(path) as writer:
        writer.write(packets[0][0][:80], 0)
    done = replay(str(path))
    assert done.exit_code == 2 and "are left out: 1\n" in done.stderr and "nothing to replay" in done.stderr


def test_sources_that_are_missing_are_asked_for(captures: dict[str, str], tmp_path: Path) -> None:
    table = tmp_path / "map.toml"
    table.write_text('[address]\n"2001:db8:1::2" = "2001:db8:77::9"\n')
    done = run("replay", captures["setup"], "--target", "2001:db8::1", "--map", str(table))
    assert done.exit_code == 5 and "requests from 1 addresses (2001:db8:1::3)" in done.stderr


# As the recorded LMA


def test_a_recording_answers_over_the_network(captures: dict[str, str], tmp_path: Path) -> None:
    """Over UDP on loopback: the recorded LMA on one side, the recorded MAGs on the other, under another name.

    The MAGs' addresses are of this test alone: another's would have port 5436, by which the capture is read, in use.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        target = f"udp://127.0.0.1:{probe.getsockname()[1]}"
    kept = str(tmp_path / "lma.pcapng")
    line = [sys.executable, "-m", "pmiptool", "replay", captures["setup"], "--as", "lma", "--listen", target]
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([*line, "--json", "--speed", "max", "--timeout", "60", "-w", kept], **pipes) as process:
        try:
            assert json.loads(process.stdout.readline()) == {"event": "Listening", "address": target}
            words = ("--source", "127.83.0.2", "--source", "127.83.0.3", "--speed", "max", "--timeout", "20")
            done = run(
                "replay", captures["setup"], "--target", target, *words, "--rewrite", "seq,timestamp,addresses,mn-id"
            )
            words = ("--source", "127.83.0.2", "--mn-id", "x@y", "--once", "--timeout", "1")
            other = run("send", "pbu", "--target", target, *words)
        finally:
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
    assert done.exit_code == 0, done.stdout
    assert other.exit_code == 3
    assert process.returncode == 0
    events = [json.loads(one) for one in out.splitlines()]
    assert [event["event"] for event in events] == ["Answered"] * 4 + ["Unknown"]
    assert [event["frame"] for event in events[:4]] == [1, 3, 5, 7]
    assert events[0]["recorded_mn_id"] == "setup@pmip.example.org" != events[0]["mn_id"]
    assert (
        "the recording has nothing like PBU" in err and "5 requests: 4 answered, 0 silent, 0 rejected, 1 unknown" in err
    )
    assert [seen.decoded.name for seen in messages(kept)] == ["pbu", "pba"] * 4 + ["pbu"]
