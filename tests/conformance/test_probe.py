"""What the probe says of an LMA is how that LMA is configured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pmiptool.cli.app import cli
from pmiptool.conformance.probe import Learnt, first_registration, peer_file, probe
from pmiptool.conformance.readings import READINGS
from pmiptool.conformance.trial import TrialSettings
from pmiptool.errors import ExchangeFailed
from pmiptool.lma import LmaConfig
from pmiptool.net.embedded import EmbeddedTransport
from pmiptool.net.peer import load_peer
from pmiptool.net.record import Recorder
from pmiptool.net.transport import Arrival
from pmiptool.registry.ambiguities import AMBIGUITIES
from pmiptool.scenario.anchor import configured_with

NOT_FROM_OUTSIDE = {"no-match", "detach-wait"}
NOT_SEEN = {
    ("reinstantiated-mark", "status"): "the status that marks is 0 as long as nobody sets it",
}
UNSETTLED = {("flow-omission", "strict"): {"reinstantiated-advert"}}


def learnt(*faults: str, **tables: Any) -> Learnt:
    config = configured_with(LmaConfig(), tables)
    return probe(Recorder(EmbeddedTransport(lma_config=config, faults=faults)), TrialSettings())


def test_every_reading_that_shows_has_a_question() -> None:
    assert set(READINGS) | NOT_FROM_OUTSIDE == {entry.key for entry in AMBIGUITIES}


@pytest.mark.parametrize(
    ("key", "name"),
    [(entry.key, name) for entry in AMBIGUITIES if entry.key in READINGS for name in entry.choices],
)
def test_a_reading_is_recognised(key: str, name: str) -> None:
    seen = learnt(readings={key: name}).readings
    expected = {entry.key: entry.default for entry in AMBIGUITIES if entry.key in READINGS} | {key: name}
    for unknown in UNSETTLED.get((key, name), set()) | ({key} if (key, name) in NOT_SEEN else set()):
        del expected[unknown]
    assert seen == expected


def test_a_status_that_marks_is_recognised() -> None:
    tables = {"readings": {"reinstantiated-mark": "status"}, "codepoints": {"reinstantiated_status": 3}}
    assert learnt(**tables).readings["reinstantiated-mark"] == "status"


@pytest.mark.parametrize("dialect", ["mext", "rfc6089"])
def test_the_dialect_is_recognised(dialect: str) -> None:
    assert learnt(codepoints={"dialect": dialect}).codepoints == {"dialect": dialect}


@pytest.mark.parametrize(
    ("table", "absent"),
    [
        ({"multihoming": False}, {"multihoming", "flows"}),
        ({"ipv4": False}, {"ipv4"}),
        ({"gre": "off"}, {"gre"}),
    ],
)
def test_what_is_absent_is_not_claimed(table: dict[str, Any], absent: set[str]) -> None:
    everything = set(learnt().claims)
    assert everything - set(learnt(lma=table).claims) == absent


def test_the_window_is_measured() -> None:
    for window in (0.1, 0.3, 2.0):
        found = learnt(timers={"timestamp_validity_window": window}).window
        assert found is not None and abs(found - window) < 0.06


def test_a_clock_that_differs_is_learnt() -> None:
    transport = Recorder(EmbeddedTransport())
    found = probe(transport, TrialSettings(clock_offset=-7.5))
    assert abs(found.clock_offset) < 0.01
    assert "multihoming" in found.claims


def test_an_lma_that_serves_nobody_is_told() -> None:
    with pytest.raises(ExchangeFailed, match="153.*--peer"):
        learnt(lma={"accept_unknown_mn": False})
    with pytest.raises(ExchangeFailed, match="no answer within 4 s"):
        learnt("answer-lost")


@pytest.mark.parametrize("messages", [3, 9, 30])
def test_an_lma_that_dies_has_nothing_written_of_it(messages: int, tmp_path: Path) -> None:
    """Silence would read as extensions that are missing, and as a window of no width."""
    with pytest.raises(ExchangeFailed, match="answers nothing any more since it was asked about"):
        learnt(f"crashes-after-{messages}")
    file = tmp_path / "peer.toml"
    words = ["conformance", "probe", "--target", "embedded", "--fault", f"crashes-after-{messages}", "-o", str(file)]
    assert CliRunner().invoke(cli, words).exit_code == 3
    assert not file.read_text()
    file.write_text('claims = ["multihoming"]  # as the vendor says\n')
    assert CliRunner().invoke(cli, words).exit_code == 3
    assert "vendor" in file.read_text()


@pytest.mark.parametrize("lost", [2, 6, 12, 20])
def test_an_answer_that_is_lost_changes_nothing(lost: int) -> None:
    class Lossy(EmbeddedTransport):
        heard = 0

        def receive(self, deadline: float) -> list[Arrival]:
            came = super().receive(deadline)
            numbers = range(self.heard + 1, self.heard + 1 + len(came))
            self.heard += len(came)
            return [one for number, one in zip(numbers, came, strict=True) if number != lost]

    found, whole = (probe(Recorder(kind()), TrialSettings()) for kind in (Lossy, EmbeddedTransport))
    assert (found.claims, found.readings, found.window) == (whole.claims, whole.readings, whole.window)


def test_what_each_case_would_fail_for_is_told_first() -> None:
    def told(clock_offset: float = 0.0, **tables: Any) -> str:
        transport = Recorder(EmbeddedTransport(lma_config=configured_with(LmaConfig(), tables)))
        return first_registration(transport, TrialSettings(clock_offset=clock_offset))

    assert told() == ""
    assert "--clock-offset -0.00" in told(clock_offset=-7.5)  # the clock is one; the offset that was given is wrong
    assert "153" in told(lma={"accept_unknown_mn": False}) and "--peer" in told(lma={"accept_unknown_mn": False})
    assert "154" in told(mag=[{"address": "2001:db8::77"}])


def test_the_peer_file_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "peer.toml"
    file.write_text(peer_file(learnt(), "2001:db8::1", (bytes(15) + b"\1",)), "utf-8")
    peer = load_peer(file)
    assert (peer.target, peer.sources, peer.readings["act-zero"]) == ("2001:db8::1", ("::1",), "remove")
    assert {"multihoming", "flows", "heartbeat", "timestamps", "sequence-numbers"} <= set(peer.claims)


def test_on_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "peer.toml"
    done = CliRunner().invoke(cli, ["conformance", "probe", "--target", "embedded", "-o", str(file)])
    assert (done.exit_code, done.stdout) == (0, "")
    assert "reading act-zero: remove" in done.stderr
    assert load_peer(file).codepoints == {"dialect": "mext"}


def test_nothing_is_left_behind() -> None:
    transport = EmbeddedTransport()
    probe(Recorder(transport), TrialSettings())
    transport.receive(transport.now() + 11.0)
    assert not transport.lma.sessions
