"""Names that speak to a terminal: none gets through to it, and none forges a line."""

from __future__ import annotations

import socket

import pytest
from click.testing import CliRunner

from pmiptool.cli.app import cli
from pmiptool.wire.codec import codec_for
from pmiptool.wire.values import BindingRevocationIndication, BindingUpdate, MobileNodeIdentifier
from tests.cli.test_lma import lma
from tests.cli.test_mag import started

CODEC = codec_for()
HOSTILE = "\x1b]0;title\x07\n0.000 PbuAccepted mn_id=x\x9b2J\u202e"
SHOWN = r"\x1b]0;title\x07\x0a0.000 PbuAccepted mn_id=x\xc2\x9b2J\xe2\x80\xae"
NAME = MobileNodeIdentifier(subtype=1, identifier=HOSTILE.encode())


def test_the_lines_of_an_anchor() -> None:
    with lma() as (target, lines), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.settimeout(10)
        peer.sendto(
            CODEC.encode(BindingUpdate(flags=0x8200, options=(NAME,))), ("127.0.0.1", int(target.rpartition(":")[2]))
        )
        peer.recv(2048)
    assert len(lines) == 2 and f"PbuRejected mn_id='{SHOWN}' source=127.0.0.1:" in lines[1]


def test_the_lines_of_a_gateway() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as anchor:
        anchor.bind(("127.0.0.1", 0))
        anchor.settimeout(20)
        with started("mag", "--target", f"udp://127.0.0.1:{anchor.getsockname()[1]}") as gateway:
            gateway.say("heartbeat")
            _, name = anchor.recvfrom(2048)
            asked = BindingRevocationIndication(
                binding_revocation_type=1, revocation_trigger=1, sequence=1, flags=0x8000, options=(NAME,)
            )
            anchor.sendto(CODEC.encode(asked), name)
            line = gateway.until("LMA asks")
            assert f" {SHOWN} LMA asks: BRI 1" in line
            gateway.until("answered: BRA 1")


@pytest.mark.parametrize("form", ["tree", "command", "scapy"])
@pytest.mark.parametrize("number", [*range(2, 71), 199])
def test_what_decode_prints(form: str, number: int) -> None:
    """Whatever the option: its octets as text, behind some numbers, and behind a length."""
    text = HOSTILE.encode()[:20]
    datas = [before + text for before in (b"", b"\1", bytes(2), bytes(4), b"\1\x14", b"\0\1\x14", b"\1\x17\1\x14")]
    options = b"".join(bytes((number, len(data))) + data for data in datas)
    options += bytes(-(12 + len(options)) % 8)
    message = bytes((59, (12 + len(options)) // 8 - 1, 5)) + bytes(9) + options
    words = [] if form == "tree" else ["--as", form]
    done = CliRunner().invoke(cli, ["decode", "--mh", "--hex", message.hex(), *words])
    assert done.exit_code == 0, done.output
    assert all(character.isprintable() for character in done.stdout.replace("\n", ""))
    assert "\n0.000" not in done.stdout
