"""`load` as its users meet it: what it prints and writes, exit codes, bad input in one sentence."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from pmiptool.capture.files import read
from pmiptool.cli import load_options as module
from pmiptool.cli.app import cli
from pmiptool.errors import UsageError
from pmiptool.load.embedded import TransportPort
from pmiptool.net.target import parse_target
from pmiptool.net.transport import open_transport

EMBEDDED = ("load", "--target", "embedded")


def run(*args: str) -> Result:
    return CliRunner().invoke(cli, list(args))


def result(*args: str) -> dict:
    done = run(*EMBEDDED, *args, "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_the_embedded_lma_keeps_no_events_that_nobody_reads() -> None:
    transport = open_transport(parse_target("embedded"), ())
    port = TransportPort(transport)
    request = bytes.fromhex(run("craft", "pbu", "--mh-hex").stdout)
    for _ in range(3):
        port.rows(0, 1)[0, : len(request)] = np.frombuffer(request, np.uint8)
        port.send(len(request))
        assert port.receive(1.0) is not None
    assert not transport.lma.events()


def test_without_options_it_is_moderate() -> None:
    found = result()
    assert found["settings"]["rate"] == 100 and found["settings"]["duration"] == 10 and found["settings"]["mns"] == 100
    assert found["totals"]["sent"] == found["totals"]["answered"] == 1000
    assert found["kinds"]["attach"]["sent"] == 100 and found["kinds"]["renew"]["sent"] == 900
    assert found["cleanup"] == {"sent": 100, "answered": 100, "rejected": {}, "lost": 0, "left": 0}
    assert found["rate"] == {"asked": 100.0, "sent": 100.0, "answered": 100.0}


def test_without_a_target_nothing_leaves_the_machine() -> None:
    done = run("load", "--count", "5")
    assert done.exit_code == 0 and "embedded" in done.stderr


def test_the_report() -> None:
    done = run(*EMBEDDED, "--duration", "2s", "--threshold", "p99<50ms", "--threshold", "loss<0.1%")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith("embedded from 2001:db8:1::2") and "100/s asked" in lines[0]
    assert next(line for line in lines if line.startswith("all")).split()[:6] == ["all", "200", "200", "0", "0", "0"]
    assert lines[-2:] == ["ok    p99<50ms: 1.000 ms", "ok    loss<0.1%: 0.000%"]


def test_a_mix_of_everything_with_the_layers_flags() -> None:
    found = result(
        "--mix", "attach=1,renew=4,modify=2,handover=1,detach=1,heartbeat=1", "--mns", "50", "--ll-id",
        "02:00:00:00:00:00", "--flow", "fid=9 pri=3 proto=tcp", "--att", "5", "--lifetime", "600",
    )  # fmt: skip
    assert set(found["kinds"]) == {"attach", "renew", "modify", "handover", "detach", "heartbeat"}
    assert found["totals"]["answered"] == 1000 and found["totals"]["rejected"] == {}
    assert found["kinds"]["modify"]["fid_status"] == {"0": found["kinds"]["modify"]["sent"]}


def test_without_timestamps() -> None:
    found = result("--timestamp", "none", "--mns", "20", "--mix", "renew=3,detach=1,attach=1,handover=1")
    assert found["totals"]["rejected"] == {} and found["totals"]["lost"] == 0


def test_rejections_are_told(tmp_path: Path) -> None:
    config = tmp_path / "lma.toml"
    config.write_text("[lma]\naccept_unknown_mn = false\n")
    done = run(*EMBEDDED, "--lma-config", str(config), "--count", "50")
    assert done.exit_code == 0
    assert "rejected 50 with status 153 NOT_LMA_FOR_THIS_MOBILE_NODE" in done.stdout
    crossed = run(*EMBEDDED, "--lma-config", str(config), "--count", "50", "--threshold", "rejected<1%")
    assert crossed.exit_code == 4
    assert "FAIL  rejected<1%: 100.000%" in crossed.stdout


def test_filters_that_are_refused_are_told(tmp_path: Path) -> None:
    config = tmp_path / "lma.toml"
    config.write_text("[flows]\ndiscard = false\n")
    done = run(*EMBEDDED, "--lma-config", str(config), "--count", "30", "--mns", "30",
               "--flow", "fid=1 action=discard proto=udp")  # fmt: skip
    assert done.exit_code == 0 and "filters  30 with status 138" in done.stdout


def test_nothing_answered_is_3() -> None:
    done = run(*EMBEDDED, "--fault", "answer-lost", "--count", "5", "--timeout", "1")
    assert done.exit_code == 3, done.stdout + done.stderr
    assert done.stderr.splitlines()[-1] == "nothing was answered"
    assert "lost     5 without an answer" in done.stdout


def test_restart_storm_and_capacity() -> None:
    storm = result("--scenario", "restart-storm", "--mns", "50")
    assert storm["kinds"]["reattach"]["answered"] == 50 and storm["totals"]["rejected"] == {}
    capacity = result("--find-capacity", "--step", "1s", "--rate", "500")
    assert 1500 < capacity["capacity"]["rate"] < 2500  # a message takes half a millisecond of the virtual clock
    text = run(*EMBEDDED, "--find-capacity", "--step", "1s", "--rate", "1000", "--threshold", "p99<0.5ms")
    assert text.exit_code == 4 and "capacity no rate keeps p99<0.5ms, not even 1000/s" in text.stdout


def test_reports_are_made_again_and_merged(tmp_path: Path) -> None:
    one, two, page = (str(tmp_path / name) for name in ("one.json", "two.json", "both.html"))
    shown = run(*EMBEDDED, "--count", "100", "-o", one)
    run(*EMBEDDED, "--count", "50", "--first", "5000", "-o", two)
    assert run("load", "report", one).stdout == shown.stdout
    both = run("load", "report", one, two, "--html", page, "--json")
    assert both.exit_code == 0
    document = json.loads(both.stdout)
    assert document["totals"]["sent"] == 150 and document["generators"] == 2
    text = Path(page).read_text()
    assert "<svg" in text and "Latency" in text and "nonce" not in text
    assert run("load", "report", one, two, "--threshold", "p99<0.1ms").exit_code == 4
    assert "note" not in both.stderr
    twice = run("load", "report", one, two, one)
    assert f"note: {one} is the result of a run that is there already; it counts twice" in twice.stderr


def test_a_million_a_second_is_written_out() -> None:
    assert "1000000/s asked" in run(*EMBEDDED, "--count", "5", "--rate", "1m/s").stdout


def test_the_capture_of_a_sample(tmp_path: Path) -> None:
    path = tmp_path / "sample.pcapng"
    run(*EMBEDDED, "--mns", "300", "--rate", "300", "--duration", "2s", "-w", str(path), "--mix", "renew=1,heartbeat=1")
    frames = list(read(str(path)))
    judged = run("validate", str(path))
    assert judged.exit_code == 0, judged.stdout
    assert len(frames) == 2 * int(judged.stdout.split(" requests")[0].split()[-1])
    assert "100 mobile nodes" in judged.stdout


def test_mobile_nodes_of_a_peer_file(tmp_path: Path) -> None:
    peer = tmp_path / "peer.toml"
    nodes = "".join(f'[[mn]]\nid = "node{n}@lab"\n' for n in range(4))
    peer.write_text('target = "embedded"\n' + nodes)
    done = run("load", "--peer", str(peer), "--count", "20", "--json")
    assert json.loads(done.stdout)["settings"]["mn_id"] == "node0@lab"
    assert json.loads(done.stdout)["kinds"]["attach"]["sent"] == 4
    more = run("load", "--peer", str(peer), "--mns", "5")
    assert more.exit_code == 2 and "names 4 mobile nodes and --mns asks for 5" in more.stderr


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--threshold", "p99"), "--threshold 'p99' is not NAME<VALUE"),
        (("--rate", "0"), "--rate '0'"),
        (("--rate", "fast"), "--rate 'fast' is not understood"),
        (("--duration", "0s"), "no time at all"),
        (("--duration", "soon"), "--duration 'soon' is not understood"),
        (("--mix", "fly=1"), "there is no exchange 'fly'"),
        (("--mix", "handover=1", "--source", "2001:db8:1::2"), "give --source twice"),
        (("--find-capacity", "--count", "5"), "--find-capacity and --count do not go together"),
        (("--scenario", "restart-storm", "--mix", "renew"), "do not go together"),
        (("--ramp", "3s", "--window", "5"), "--ramp needs --rate"),
        (("--step", "3s"), "--step is about --find-capacity"),
        (("--mn-id", "mn@x"), "exactly one place"),
        (("--lifetime", "301"), "units of 4 s"),
        (("--flow", "fid=x"), "fid is 'x'"),
        (("--json", "-o", "x"), "give one of them"),
        (("--html", "-"), "needs the name of a file"),
        (("-w", "-"), "-w needs the name of a file"),
        (("--html", "x", "-o", "x"), "two reports go to x"),
        (("--html", "/nonexistent/x.html"), "cannot write"),
        (("-w", "/nonexistent/x.pcapng"), "cannot write"),
        (("--start-at", "+1s"), "embedded target has a clock of its own"),
        (("--source", "ff02::1"), "is multicast"),
        (("strange",), "unexpected argument 'strange'"),
        (("--mns", "1000001"), "not in the range"),
        (("--path", "AF_XDP"), "--path is about a network"),
    ],
)
def test_bad_input_is_told_in_one_sentence(args: tuple[str, ...], told: str) -> None:
    done = run(*EMBEDDED, *args)
    assert done.exit_code == 2
    assert told in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "no JSON"), ("{}", "no result of load"), ('{"schema": "pmiptool/load/1"}', "no whole result")],
)
def test_what_is_no_result_is_told(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    done = run("load", "report", str(path))
    assert done.exit_code == 2 and told in done.stderr and "x.json" in done.stderr


def test_targets_that_cannot_be_are_told() -> None:
    for target, code in (("ff02::1", 2), ("nonsense", 2), ("udp://[2001:db8::1]:0", 2)):
        assert run("load", "--target", target).exit_code == code


def test_times_to_begin_at() -> None:
    now = datetime(2026, 11, 23, 14, 0, 0, tzinfo=timezone.utc).timestamp()
    assert module.parse_start("+5s", now) == now + 5
    assert module.parse_start("14:30:00", now) == now + 1800
    assert module.parse_start("9:30", now) == now + 19.5 * 3600
    assert module.parse_start("2026-11-23T14:30:00Z", now) == now + 1800
    assert module.parse_start("2026-11-23T15:30:00+01:00", now) == now + 1800
    for wrong in ("25:00", "yesterday", "2026-11-23T13:00:00Z", ""):
        with pytest.raises(UsageError, match="--start-at"):
            module.parse_start(wrong, now)


def test_rates_and_times() -> None:
    assert [module.parse_rate(text) for text in ("5", "5/s", "2k/s", "1.5k", "1M/s")] == [5, 5, 2000, 1500, 1e6]
    assert [module.parse_seconds(text, "x") for text in ("5", "500ms", "2m", "1h")] == [5, 0.5, 120, 3600]
