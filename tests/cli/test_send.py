"""`send` on the embedded target: answers, expectations, retransmission, exit codes."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pmiptool.cli.app import cli


def send(*args: str) -> Result:
    return CliRunner().invoke(cli, ["send", *args, "--target", "embedded"])


def answer(*args: str) -> dict[str, object]:
    document: dict[str, object] = json.loads(send(*args, "--json").stdout)
    return document


def test_an_accepted_request_prints_the_answer() -> None:
    result = send("pbu", "--mhgid", "0", "--flow", "fid=1 proto=udp")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Proxy Binding Acknowledgement" in result.stdout
    assert "2001:db8:f000::/64" in result.stdout
    assert "fid 1" in result.stdout


def test_the_json_is_that_of_decode() -> None:
    shown = answer("pbu", "--seq", "77")
    assert shown["schema"] == "pmiptool/decode/1"
    assert (shown["src"], shown["dst"]) == ("2001:db8:1::1", "2001:db8:1::2")
    assert (shown["message"], shown["answer"]) == ("pba", "pba")
    assert shown["fields"]["sequence"] == 77  # type: ignore[index]
    assert shown["findings"] == shown["request_findings"] == []


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["pbu"], 0),
        (["pbu", "--mn-id", ""], 3),  # rejected
        (["pbu", "--set", "checksum=wrong"], 3),  # silence
        (["message-99"], 3),  # a binding error
        (["pbu", "--fault", "hi-not-copied"], 1),  # findings
        (["pbu", "--fault", "options-unaligned"], 0),  # a warning does not count
        (["pbu", "--fault", "nonsense"], 2),
        (["pbu", "--expect", "status = 0"], 0),
        (["pbu", "--expect", "status = 0", "--fault", "hi-not-copied"], 0),  # expectations alone decide
        (["pbu", "--expect", "status = 0", "--expect", "findings = 0", "--fault", "hi-not-copied"], 1),
        (["pbu", "--expect", "status = 130"], 1),
        (["pbu", "--set", "checksum=wrong", "--expect", "answer = none"], 0),
        (["pbu", "--expect", "statos = 0"], 2),
        (["pbu", "--hi", "nonsense"], 2),
        (["heartbeat"], 0),
        (["heartbeat", "--fault", "heartbeat-sequence-wrong"], 1),
        (["heartbeat", "--fault", "deaf-to-heartbeats"], 3),
        (["heartbeat", "--expect", "answer = heartbeat", "--expect", "option.restart-counter = present"], 0),
        (["bri"], 3),  # no binding
        (["bri", "--expect", "answer = bra", "--expect", "status = no-binding"], 0),
        (["bri", "--expect", "answer = brs"], 2),
        (["lri"], 3),  # a binding error
        (["hoti"], 3),  # silence
        (["update-notification"], 0),  # asks for no answer
        (["update-notification", "--flags", "A"], 3),
        (["subscription-query", "--expect", "answer = binding-error"], 0),  # its number has 8 bits
        (["pbu", "--src", "2001:db8::1"], 2),
        (["pbu", "--source", "2001:db8::1", "--source", "2001:db8::2"], 2),
    ],
)
def test_exit_codes(args: list[str], code: int) -> None:
    result = send(*args)
    assert result.exit_code == code, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    if code == 2:
        assert len(result.stderr.splitlines()) == 1


def test_expectations_are_told_one_by_one() -> None:
    result = send("pbu", "--expect", "status = 0", "--expect", "lifetime_s > 300")
    assert result.stdout.splitlines()[-2:] == ["ok    status = 0", "FAIL  lifetime_s > 300: was 300"]


def test_what_the_request_breaks_is_told_once() -> None:
    result = send("pbu", "--set", "checksum=wrong")
    assert [line.split()[2] for line in result.stdout.splitlines()] == ["rfc6275/6.1.1/checksum:"]
    assert result.stderr == "no answer to 4 transmissions\n"


def test_what_asks_for_no_answer_says_so() -> None:
    assert send("update-ack").stderr == "update-ack asks for no answer, and none came\n"
    assert send("bri", "--fault", "deaf-to-heartbeats").stderr == ""


def test_the_number_of_every_request_is_the_time() -> None:
    first = answer("heartbeat")["fields"]["sequence"]  # type: ignore[index]
    assert abs((int(time.time()) & 0xFFFF) - first) % 0x10000 < 60
    assert answer("heartbeat", "--seq", "70000")["fields"]["sequence"] == 70000  # type: ignore[index]


def test_once() -> None:
    assert send("pbu", "--set", "checksum=wrong", "--once").stderr == "no answer to 1 transmission\n"


def test_the_recording_names_step_and_verdict(tmp_path: Path) -> None:
    from pmiptool.capture.files import read

    path = tmp_path / "x.pcapng"
    send("pbu", "--fault", "hi-not-copied", "-w", str(path))
    assert [frame.comment for frame in read(str(path))] == ["send pbu", "send pbu; breaks rfc5213/5.3.6/hi-copied"]


def test_resync_follows_a_135(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without timestamps an old sequence number is 135 with the last accepted one; the next try goes on from there."""
    from pmiptool.net.embedded import EmbeddedTransport

    opened: list[EmbeddedTransport] = []

    class Kept(EmbeddedTransport):
        """One LMA for all commands of this test."""

        def __new__(cls, *args: object, **settings: object) -> Kept:
            return opened[0] if opened else super().__new__(cls)  # type: ignore[return-value]

        def __init__(self, *args: object, **settings: object) -> None:
            if not opened:
                super().__init__()
                opened.append(self)

    monkeypatch.setattr("pmiptool.net.embedded.EmbeddedTransport", Kept)
    plain = ["pbu", "--timestamp", "none", "--ll-id", "02:00:00:00:00:01"]
    assert send(*plain, "--seq", "500").exit_code == 0
    assert send(*plain, "--seq", "400", "--expect", "status = 135", "--expect", "fields.sequence = 500").exit_code == 0
    followed = send(*plain, "--seq", "400", "--resync", "--expect", "status = 0", "--expect", "fields.sequence = 501")
    assert followed.exit_code == 0, followed.stdout
    assert followed.stderr == "135: once more with sequence number 501\n"


def test_from_a_file_sends_the_octets_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    made = CliRunner().invoke(cli, ["craft", "pbu", "--seq", "9", "--mh-hex"])
    path.write_text(json.dumps({"schema": "none"}))
    assert send("--from", str(path)).exit_code == 2
    path.write_text(CliRunner().invoke(cli, ["craft", "pbu", "--seq", "9"]).stdout)
    assert made.exit_code == 0
    assert answer("--from", str(path))["fields"]["sequence"] == 9  # type: ignore[index]


def test_help_says_what_send_does_with_the_flags_of_craft() -> None:
    shown = " ".join(CliRunner().invoke(cli, ["send", "--help"]).stdout.split())
    assert "Sequence number (Unix time modulo 65536)." in shown and "Timestamp (now)." in shown
    for flag in ("--src ", "--dst ", "--hop-limit ", "--udp ", "--sport ", "--dport "):
        assert f" {flag}" not in shown
    craft = " ".join(CliRunner().invoke(cli, ["craft", "--help"]).stdout.split())
    assert "Sequence number (1)." in craft and " --src " in craft
