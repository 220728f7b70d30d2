"""`multipath-8278`: today's standard beside the draft, against anchors that know it, do not, or get it wrong."""

from __future__ import annotations

import socket
import threading

import pytest
from click.testing import CliRunner

from pmiptool.cli.app import cli
from pmiptool.errors import UsageError
from pmiptool.lma import LmaConfig, LocalMobilityAnchor, config_from
from pmiptool.lma.knowledge import context_of
from pmiptool.net import sockets
from pmiptool.net.driver import Driver, Port
from pmiptool.net.embedded import EmbeddedTransport
from pmiptool.net.live import LiveTransport
from pmiptool.net.peer import PeerNode, PeerPath
from pmiptool.net.profiles import profile_of
from pmiptool.net.record import Recorder
from pmiptool.net.target import parse_target
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.report.scenario import text
from pmiptool.scenario.loader import builtin_text, load, parse
from pmiptool.scenario.runner import RunSettings, run
from pmiptool.session.endpoint import Endpoint

START = 1_700_000_000.0
NAMES = ["multipath-8278", "multipath-8278-flows"]


def play(name, config=None, faults=(), capture=None, codepoints=DEFAULT):
    made = config_from(config or {}, base=LmaConfig(codepoints=codepoints))
    transport = EmbeddedTransport(lma_config=made, faults=faults, start=START)
    way = Recorder(transport, capture) if capture else transport
    try:
        return run(load(name), way, RunSettings(context=context_of(made), seed=5))
    finally:
        way.close()


@pytest.mark.parametrize("dialect", ["mext", "rfc6089"])
@pytest.mark.parametrize("name", NAMES)
def test_it_passes_in_both_dialects(name, dialect):
    result = play(name, codepoints=CodePoints(dialect=dialect))
    assert (result.verdict, result.findings) == ("PASS", ())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("multipath", "why"), [(False, "RFC 8278 4.4 lets it"), ("reject", "status 180")])
def test_an_anchor_without_it_is_unsupported(name, multipath, why):
    result = play(name, {"lma": {"multipath": multipath}})
    assert result.verdict == "UNSUPPORTED" and why in result.reason
    assert [step.verdict for step in result.steps] == ["UNSUPPORTED"] + ["SKIPPED"] * (len(result.steps) - 1)
    assert not [finding for finding in result.findings if finding.level == "error"]


@pytest.mark.parametrize(
    ("fault", "verdict", "rule"),
    [
        ("multipath-not-echoed", "FAIL", "rfc8278/4.4/no-option"),
        ("mag-id-echoed", "FAIL", "rfc8278/4.4/mag-id-with-option"),
        ("bid-changed", "FAIL", "rfc8278/4.1/bid-copied"),
        ("label-not-copied", "FAIL", "rfc8278/4.1/interface-copied"),
        ("bulk-ignored", "INCONCLUSIVE", "rfc5213/5.3.1/answer-lost"),
        ("path-replaced", "INCONCLUSIVE", "rfc5213/5.3.1/answer-lost"),
    ],
)
def test_every_fault_is_named(fault, verdict, rule):
    result = play("multipath-8278", faults=[fault])
    assert result.verdict == verdict
    assert rule in {finding.rule for finding in result.findings}


def test_the_ladder_shows_the_paths_as_columns_with_their_bids_and_labels():
    shown = text(play("multipath-8278"), unicode=True)
    lines = shown.splitlines()
    assert "│ LTE │    │ WLAN │     │ ETH │           │ LMA │" in shown
    assert any("MAG mag@pmip.example.org" in line for line in lines)
    assert any("BID 1, label 11, e-utran, bulk" in line for line in lines)
    assert any("BID 3, label 7, 802.3, overwrite" in line for line in lines)
    assert max(map(len, lines)) <= 100


def test_the_timeline_shows_the_paths_and_why_each_ended(tmp_path):
    capture = tmp_path / "paths.pcapng"
    play("multipath-8278", capture=capture)
    result = CliRunner().invoke(cli, ["validate", str(capture), "--timeline", "--level", "note"])
    assert result.exit_code == 0 and "no finding" in result.output
    assert "session with several paths of mag@pmip.example.org, HNP 2001:db8:f000::/64" in result.output
    assert "  2001:db8:1::3 BID 2, label 9, 802.11 (8 s left)" in result.output
    assert "binding 2001:db8:1::3 (BID 2) ends: deregistration" in result.output
    assert "binding 2001:db8:1::2 (BID 1) ends: overwritten by BID 3" in result.output


def test_it_passes_over_udp_on_loopback():
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
        probe.bind(("::1", 0))
        number = probe.getsockname()[1]
    here = Endpoint(socket.inet_pton(socket.AF_INET6, "::1"), number)
    anchor = LocalMobilityAnchor(LmaConfig(), here.address)
    port = Port(anchor, sockets.open_socket(here.address, number, None), here, anchor.receive)
    driver = Driver([port])
    serving = threading.Thread(target=driver.run, daemon=True)
    serving.start()
    live = LiveTransport(parse_target(f"udp://[::1]:{number}"), [here.address] * 3)
    try:
        scenario = load("multipath-8278", {"lifetime": "4", "wait": "2"})
        result = run(scenario, live, RunSettings(seed=5))
    finally:
        live.close()
        driver.stop()
        serving.join(5)
        driver.close()
    assert (result.verdict, result.findings) == ("PASS", ()), result.reason


def test_flags_need_several_paths_and_exclude_each_other():
    yaml = builtin_text("multipath-8278")
    both = yaml.replace("bulk: true", "bulk: true, overwrite: true")
    with pytest.raises(UsageError, match="bulk and overwrite exclude each other"):
        parse(both, "mine.yaml")
    alone = yaml.replace('LTE: {multipath: {mag_id: "${mag_id}", bid: 1, label: 11, att: e-utran}}', "LTE: {}")
    with pytest.raises(UsageError, match="bulk is for several paths; LTE has no multipath"):
        parse(alone, "mine.yaml")
    with pytest.raises(UsageError, match="bid of mags.LTE.multipath is 255; it takes a number from 1 to 254"):
        play_text(yaml.replace("bid: 1,", "bid: 255,"))
    with pytest.raises(UsageError, match="unknown key 'labl' in mags.LTE.multipath; did you mean 'label'"):
        parse(yaml.replace("label: 11", "labl: 11"), "mine.yaml")


def play_text(yaml):
    return run(parse(yaml, "mine.yaml"), EmbeddedTransport(start=START))


def test_a_mobile_node_of_a_peer_file_may_have_a_path():
    node = PeerNode(id="mn1@example.org", multipath=PeerPath(mag_id="mag1@example.org", bid=7, label=9, att="802.11"))
    path = profile_of(node).multipath
    assert path is not None and (path.mag_id, path.bid, path.label, path.att) == (b"mag1@example.org", 7, 9, 4)
    with pytest.raises(UsageError, match="bid of multipath of mn x is 0; it takes a number from 1 to 254"):
        profile_of(PeerNode(id="x", multipath=PeerPath(mag_id="m", bid=0)))
