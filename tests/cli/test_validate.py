"""``pmiptool validate``: exit codes, selection, sets of files, JSON, timeline."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pmiptool.capture.files import Writer
from pmiptool.cli.app import cli
from pmiptool.rules import RULES
from pmiptool.wire.codec import codec_for
from pmiptool.wire.envelope import build
from tests.rules.bench import Bench
from tests.rules.examples_exchanges import bra, bri, lra, lri, upa, upn
from tests.rules.make import LMA, MAG1, RFC6089, fid6089, mh, pba, pbu, wire
from tests.rules.test_reference import asking, figures, ll, moving

SECOND = 1_000_000_000


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["validate", *map(str, arguments)])


def capture(path: Path, story: Callable[[Bench], None] = figures, *faults: str) -> Path:
    """What passed in a story of the reference gateways and anchor."""
    bench = Bench(faults=faults)
    story(bench)
    with Writer(path) as writer:
        for time, decoded, src, dst in bench.passed:
            writer.write(build(decoded.raw, src, dst), round(time * SECOND))
    return path


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return capture(tmp_path_factory.mktemp("clean") / "clean.pcapng")


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return capture(tmp_path_factory.mktemp("lost") / "lost.pcapng", figures, "filters-lost-on-keep")


@pytest.fixture(scope="module")
def echoed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Breaks one rule whose level is note."""
    return capture(tmp_path_factory.mktemp("echoed") / "echoed.pcapng", figures, "act-echoed")


def sets(result: Result) -> list[dict[str, Any]]:
    document = json.loads(result.stdout)
    assert document["schema"] == "pmiptool/validate/1"
    found: list[dict[str, Any]] = document["sets"]
    return found


def test_nothing_wrong(clean: Path) -> None:
    result = run(clean)
    assert result.exit_code == 0
    assert result.stdout == f"{clean}: 22 messages, 11 requests, 11 answers, 1 mobile node: no finding\n"


def test_findings(lost: Path) -> None:
    result = run(lost)
    assert result.exit_code == 1
    first, text, *_ = result.stdout.splitlines()
    assert "error muho/4.1/filters-lost (mn1@example.org)" in first and first.startswith("frames ")
    assert text.startswith("  Filters that were to be kept are re-instantiated on another interface: FID ")


@pytest.mark.parametrize(("level", "code"), [("error", 0), ("warning", 0), ("note", 1)])
def test_level_is_what_counts(echoed: Path, level: str, code: int) -> None:
    result = run(echoed, "--level", level)
    assert result.exit_code == code
    assert "note muho/4.1/act-in-pba" in result.stdout


def test_only_and_ignore(lost: Path) -> None:
    assert run(lost, "--ignore", "muho/4.1/*").exit_code == 0
    assert run(lost, "--only", "rfc*").exit_code == 0
    assert run(lost, "--only", "muho/*", "--only", "rfc*").exit_code == 1


def test_a_glob_that_fits_no_rule(clean: Path) -> None:
    result = run(clean, "--only", "nonsense/*")
    assert result.exit_code == 2
    assert "no rule fits 'nonsense/*'" in result.stderr and "Traceback" not in result.stderr


def test_mn(lost: Path) -> None:
    assert run(lost, "--mn", "mn1@*").exit_code == 1
    result = run(lost, "--mn", "mn2@*")
    assert result.exit_code == 2 and "fits 'mn2@*'" in result.stderr


def test_several_files_are_one_set(clean: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.pcapng"
    shutil.copy(clean, copy)
    (together,) = sets(run(clean, copy, "--json"))
    assert together["messages"] == sets(run(clean, "--json"))[0]["messages"]
    assert together["findings"] == []
    alone = sets(run(clean, copy, "--separate", "--json"))
    assert [one["files"] for one in alone] == [[str(clean)], [str(copy)]]


def test_one_set_has_what_one_file_lacks(tmp_path: Path) -> None:
    """Requests in one capture, answers in the other: alone, the answers have no request."""
    bench = Bench(faults=("hi-not-copied",))
    bench.attach(1, ll_id=ll(1))
    up, down = tmp_path / "up.pcapng", tmp_path / "down.pcapng"
    for path, wanted in ((up, "pbu"), (down, "pba")):
        with Writer(path) as writer:
            for time, decoded, src, dst in bench.passed:
                if decoded.name == wanted:
                    writer.write(build(decoded.raw, src, dst), round(time * SECOND))
    assert run(up, down, "--separate").exit_code == 0
    (together,) = sets(run(up, down, "--json"))
    (finding,) = together["findings"][:1]
    assert finding["rule"] == "rfc5213/5.3.6/hi-copied"
    assert finding["frames"] == [{"file": str(up), "frame": 1}, {"file": str(down), "frame": 1}]


def test_json(lost: Path) -> None:
    (found,) = sets(run(lost, "--json"))
    assert found["counts"]["error"] == len(found["findings"]) > 0
    assert found["mobile_nodes"] == ["mn1@example.org"]
    finding = found["findings"][0]
    assert set(finding) == {
        "rule", "level", "clause", "text", "frames", "time", "mn", "lma", "peer", "option", "offset", "field",
    }  # fmt: skip
    assert finding["clause"] == "draft-melia-netext-muho-solution-00 4.1" and finding["lma"] == "2001:db8:1::1"


def test_timeline_says_why(clean: Path) -> None:
    result = run(clean, "--timeline")
    assert result.exit_code == 0
    assert "Mobile node mn1@example.org" in result.stdout
    for why in ("ACT=Keep: it goes to another interface", "ACT=Remove", "deregistration"):
        assert f"ends: {why} (frames " in result.stdout
    assert "session MHGID 0, HNP 2001:db8:f000::/64" in result.stdout


def test_timeline_in_json(tmp_path: Path) -> None:
    (found,) = sets(run(capture(tmp_path / "moved.pcapng", moving), "--timeline", "--json"))
    (timeline,) = found["timeline"]
    ended = [end for message in timeline["messages"] for end in message["ended"]]
    assert [end["why"] for end in ended] == ["handover to 2001:db8:1::3"]
    last = timeline["messages"][-1]["sessions"][0]
    assert [binding["care_of_address"] for binding in last["bindings"]] == ["2001:db8:1::3"]
    assert [flow["fid"] for flow in last["bindings"][0]["flows"]] == [1]


def test_expiry_and_omission_in_the_timeline(tmp_path: Path) -> None:
    def story(bench: Bench) -> None:
        bench.attach(1, "fid=1 pri=1 proto=udp", "fid=2 pri=2 proto=tcp", ll_id=ll(1), lifetime=40)
        bench.attach(2, ll_id=ll(2))
        bench.modify(1, summary=(1,))
        bench.run(60)
        bench.renew(2)

    result = run(capture(tmp_path / "ends.pcapng", story), "--timeline")
    assert result.exit_code == 0
    assert "FID 2 at 2001:db8:1::2 ends: omitted from the flow summary (frames 5, 6)" in result.stdout
    assert "FID 1 at 2001:db8:1::2 ends: expiry" in result.stdout
    assert "binding 2001:db8:1::2 ends: expiry" in result.stdout


def test_list_rules() -> None:
    lines = run("--list-rules").stdout.splitlines()
    assert len(lines) == len(RULES) and all("  " in line for line in lines)
    listed = json.loads(run("--list-rules", "--only", "muho/*", "--json").stdout)
    assert {"name", "text", "level"} <= set(listed[0]) and all(one["name"].startswith("muho/") for one in listed)


def test_no_message_at_all(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pcapng"
    Writer(empty).close()
    result = run(empty)
    assert result.exit_code == 2 and "nothing to judge" in result.stderr


@pytest.mark.parametrize("content", [None, b"", b"this is no capture"])
def test_what_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content)
    result = run(file)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1 and "Traceback" not in result.stderr


def test_no_file() -> None:
    result = run()
    assert result.exit_code == 2 and "capture file" in result.stderr


def test_a_cut_capture_is_judged_as_far_as_it_goes(lost: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.pcapng"
    cut.write_bytes(lost.read_bytes()[:-10])
    result = run(cut)
    assert result.exit_code == 2 and "messages" in result.stdout and "cut" in result.stderr


def write(path: Path, *messages: tuple[float, bytes, bytes, bytes]) -> Path:
    with Writer(path) as writer:
        for at, data, src, dst in messages:
            writer.write(build(data, src, dst), round(at * SECOND))
    return path


def test_dialect_auto_decides_and_says_so(tmp_path: Path) -> None:
    flow = fid6089(1, pri=300)
    octets = [codec_for(RFC6089).encode(m, src=s, dst=d) for m, s, d in (
        (pbu(mh(), flow), MAG1, LMA), (pba(mh(), flow), LMA, MAG1))]  # fmt: skip
    file = write(tmp_path / "6089.pcapng", (1, octets[0], MAG1, LMA), (1.1, octets[1], LMA, MAG1))
    assert "rfc6089/4.2/dialect" in run(file, "--level", "note").stdout
    result = run(file, "--codepoint", "dialect=auto", "--level", "note")
    assert result.exit_code == 0 and "in the dialect rfc6089" in result.stderr


def test_a_peer_file_says_what_the_anchor_knows(tmp_path: Path) -> None:
    refused = codec_for().encode(pba(status=153), src=LMA, dst=MAG1)
    file = write(tmp_path / "153.pcapng", (1, wire(pbu(), src=MAG1, dst=LMA).raw, MAG1, LMA), (1.1, refused, LMA, MAG1))
    assert run(file).exit_code == 0
    peer = tmp_path / "peer.toml"
    peer.write_text('[[mn]]\nid = "mn1@example.org"\n')
    result = run(file, "--peer", peer)
    assert result.exit_code == 1 and "rfc5213/5.3.1/needless-refusal" in result.stdout


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_the_second_judge_agrees(clean: Path) -> None:
    result = run(clean, "--wireshark")
    assert result.exit_code == 0, result.stdout
    assert f"{clean}: Wireshark agrees: " in result.stdout
    document = json.loads(run(clean, "--wireshark", "--json").stdout)
    assert document["wireshark"][0]["disagreements"] == []


def told(path: Path, *steps: tuple[float, bool, Any]) -> Path:
    """Messages between the first gateway and the anchor: when, whether the gateway sends it, and which."""
    with Writer(path) as writer:
        for time, up, message in steps:
            src, dst = (MAG1, LMA) if up else (LMA, MAG1)
            writer.write(build(wire(message, src=src, dst=dst).raw, src, dst), round(time * SECOND))
    return path


def test_the_anchor_asks_too(tmp_path: Path) -> None:
    """Revocation, notification and heartbeats count as requests and answers, and break nothing."""
    path = capture(tmp_path / "asking.pcapng", asking)
    result = run("--timeline", path)
    assert result.exit_code == 0 and "no finding" in result.stdout
    ladder = result.stdout
    assert "Mobile node mn1@example.org" in ladder and "Messages with no mobile node identifier" in ladder
    assert "ends: revocation" in ladder and "LMA2" not in ladder  # one anchor, whoever asks
    assert ladder.count("BRI") == 3 and ladder.count("BRA") == 3  # the global one with its mobile node, and alone


def test_an_indication_without_answer(tmp_path: Path) -> None:
    path = told(
        tmp_path / "unanswered.pcapng",
        (1, True, pbu()), (1.1, False, pba()), (2, False, bri()), (3, False, bri()),
        (9, False, upn()), (9.1, True, upa()),
    )  # fmt: skip
    result = run("--json", path)
    assert result.exit_code == 1
    found = [one for one in sets(result)[0]["findings"] if one["level"] == "error"]
    assert [one["rule"] for one in found] == ["rfc5846/6.1.2/unanswered"]
    assert [frame["frame"] for frame in found[0]["frames"]] == [3, 4]
    assert found[0]["mn"] == "mn1@example.org" and found[0]["lma"] == "2001:db8:1::1"
    assert found[0]["peer"] == "2001:db8:1::2"
    assert found[0]["clause"] == "RFC 5846 6.1.2"


def test_an_answer_that_does_not_fit(tmp_path: Path) -> None:
    """It names no mobile node: that of its request is said."""
    path = told(tmp_path / "flags.pcapng", (1, False, bri()), (1.1, True, bra(flags=0)))
    found = sets(run("--json", path))[0]["findings"]
    assert [(one["rule"], one["mn"]) for one in found] == [("rfc5846/6.1.2/p-flag", "mn1@example.org")]


def test_localized_routing_is_about_two(tmp_path: Path) -> None:
    path = told(tmp_path / "routing.pcapng", (1, False, lri()), (1.1, True, lra()))
    told_ = sets(run("--json", "--timeline", path))[0]
    assert told_["mobile_nodes"] == ["mn1@example.org", "mn2@example.org"]
    assert (told_["messages"], told_["requests"], told_["answers"]) == (2, 1, 1)
    assert [len(one["messages"]) for one in told_["timeline"]] == [2, 2]
