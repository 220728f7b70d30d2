"""Faults of the anchor that only a request made on purpose provokes: `send` names each, and is silent without it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pmiptool.cli.app import cli

MN_ID = ("-O", "mn-id:identifier=mn1@example.org")
HNP = ("-O", "hnp:home_network_prefix=::/0")
HI = ("-O", "hi:hi=1")
IPV4 = ("-O", "ipv4-hoa-request:prefix_length=24,ipv4_home_address=192.0.2.7")
NO_IPV4 = '[lma]\nipv4 = "reject"\n'
CLOSED = "[lma]\naccept_unknown_mn = false\n"
OTHER_MAG = '[[mag]]\naddress = "2001:db8:1::3"\n'

CASES = {
    "wrong-status-153": ((), CLOSED, "rfc5213/5.3.1/not-lma"),
    "wrong-status-154": ((), OTHER_MAG, "rfc5213/5.3.1/not-authorized"),
    "wrong-status-158": (("--bare", *MN_ID), "", "rfc5213/5.3.1/missing-hnp"),
    "wrong-status-160": (("--bare", *HNP), "", "rfc5213/5.3.1/missing-mn-id"),
    "wrong-status-161": (("--bare", *MN_ID, *HNP), "", "rfc5213/5.3.1/missing-hi"),
    "wrong-status-173": ((*IPV4, *IPV4), "", "rfc5844/3.1.2.1/several"),
    "wrong-status-in-ipv4-reply": (IPV4, NO_IPV4, "rfc5844/3.1.2.6/status-rejected"),
    "wrong-status-162": (("--bare", *MN_ID, *HNP, *HI), "", "rfc5213/5.3.1/missing-att"),
}


def answer_to(flags: tuple[str, ...], config: Path, *faults: str) -> dict[str, object]:
    fault = [word for name in faults for word in ("--fault", name)]
    command = ["send", "pbu", "--target", "embedded", "--lma-config", str(config), "--json", *flags, *fault]
    result = CliRunner().invoke(cli, command)
    assert result.exit_code == 3, result.output
    shown: dict[str, object] = json.loads(result.stdout)
    return shown


@pytest.mark.parametrize("fault", CASES)
def test_a_wrong_status_is_named_and_the_right_one_is_not(fault: str, tmp_path: Path) -> None:
    flags, text, rule = CASES[fault]
    config = tmp_path / "lma.toml"
    config.write_text(text)
    assert answer_to(flags, config)["findings"] == []
    (finding,) = answer_to(flags, config, fault)["findings"]  # type: ignore[misc]
    assert finding["rule"] == rule


def test_an_anchor_that_went_deaf_is_named() -> None:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
        probe.bind(("::1", 0))
        target = f"udp://[::1]:{probe.getsockname()[1]}"

    def send(*flags: str) -> dict[str, object]:
        command = ["send", "pbu", "--target", target, "--source", "::1", "--once", "--timeout", "1", "--json", *flags]
        shown: dict[str, object] = json.loads(CliRunner().invoke(cli, command).stdout)
        return shown

    lma = [sys.executable, "-m", "pmiptool", "lma", "--listen", target, "--fault", "deaf-after-two"]
    with subprocess.Popen(lma, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert "listening" in process.stdout.readline()
            assert send()["findings"] == send("--mn-id", "mn2@example.org")["request_findings"] == []
            for octets in ("20", "21"):
                send("--truncate", octets)
            rules = [finding["rule"] for finding in send()["request_findings"]]  # type: ignore[attr-defined]
            assert rules == ["rfc5213/5.3.1/unanswered"]
        finally:
            process.terminate()
            process.wait(10)
