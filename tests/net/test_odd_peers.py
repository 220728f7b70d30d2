"""`send` over UDP on loopback to peers that answer what nobody asked for."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from click.testing import CliRunner, Result

from pmiptool.cli.app import cli
from pmiptool.wire.codec import codec_for
from pmiptool.wire.values import (
    BindingAcknowledgement,
    HomeNetworkPrefix,
    Prefix,
    UpdateNotification,
    UpdateNotificationAcknowledgement,
)

CODEC = codec_for()
PREFIX = HomeNetworkPrefix(home_network_prefix=Prefix(bytes.fromhex("20010db8f000") + bytes(10), 64))
Say = Callable[[bytes, int], list[tuple[int, bytes]]]
"""A request and its number from 1 in, messages out: from the socket asked (0) or another port (1)."""


@contextmanager
def peer(say: Say) -> Iterator[tuple[int, list[bytes]]]:
    """A peer at a free port of 127.0.0.9; yields the port and what it hears."""
    heard: list[bytes] = []
    ours = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
    for sock in ours:
        sock.bind(("127.0.0.9", 0))
    ours[0].settimeout(0.05)
    ended = threading.Event()

    def serve() -> None:
        while not ended.is_set():
            try:
                data, name = ours[0].recvfrom(65535)
            except TimeoutError:
                continue
            heard.append(data)
            for number, answer in say(data, len(heard)):
                ours[number].sendto(answer, name)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield ours[0].getsockname()[1], heard
    finally:
        ended.set()
        thread.join()
        for sock in ours:
            sock.close()


def accept(data: bytes) -> bytes:
    asked = CODEC.decode(data, udp=True).message
    options = tuple(PREFIX if isinstance(option, HomeNetworkPrefix) else option for option in asked.options)
    return CODEC.encode(
        BindingAcknowledgement(flags=0x20, sequence=asked.sequence, lifetime=asked.lifetime, options=options)
    )


def send(port: int, *args: str, message: str = "pbu") -> Result:
    target = ["--target", f"udp://127.0.0.9:{port}", "--source", "127.0.0.1"]
    return CliRunner().invoke(cli, ["send", message, *target, *args])


def test_nonsense_is_named_and_is_no_answer() -> None:
    """A request that comes back, and octets that are no message."""
    with peer(lambda data, number: [(0, data), (0, b""), (0, b"\x3b\xff\x99")]) as (port, heard):
        result = send(port, "--once", "--timeout", "0.5")
    assert result.exit_code == 3, result.output
    assert "no answer to 1 transmission; what came instead follows" in result.stderr
    assert "rfc6275/6.1.1/minimum-length" in result.stdout
    assert len(heard) == 1


def test_after_nonsense_it_is_asked_again() -> None:
    """A gateway discards it and retransmits; the answer to that counts."""
    with peer(lambda data, number: [(0, data) if number == 1 else (0, accept(data))]) as (port, heard):
        result = send(port, "--timeout", "6")
    assert result.exit_code == 0, result.output
    assert "Proxy Binding Acknowledgement" in result.stdout
    assert len(heard) == 2


def test_an_answer_from_another_port_is_told() -> None:
    with peer(lambda data, number: [(1, accept(data))]) as (port, _):
        result = send(port, "--timeout", "6")
    assert result.exit_code == 0, result.output
    assert f"and port {port} was asked" in result.stderr


def test_two_answers_that_differ_are_told_apart_from_a_copy() -> None:
    def twice(data: bytes, number: int) -> list[tuple[int, bytes]]:
        right = accept(data)
        return [(0, right), (0, right[:6] + b"\x82" + right[7:])]

    with peer(twice) as (port, _):
        result = send(port, "--timeout", "6")
    assert result.exit_code == 1
    assert "answers-contradict" in result.stdout and "with status 0, and now with 130" in result.stdout
    assert "frame 0" not in result.stdout
    with peer(lambda data, number: [(0, accept(data))] * 2) as (port, _):
        result = send(port, "--timeout", "6")
    assert result.exit_code == 0
    assert "answer-twice" in result.stdout and "something else" not in result.stdout


def test_what_came_beside_the_answer_is_told_apart_from_it() -> None:
    """A notification that breaks a rule, while a registration waits: no fault of the acknowledgement."""
    notification = CODEC.encode(UpdateNotification(sequence=5, reason=1, flags=0x8000))
    with peer(lambda data, _: [(0, notification)] * 2 + [(0, accept(data))]) as (port, _):
        result = send(port, "--timeout", "6", "--json")
    shown = json.loads(result.stdout)
    (beside,) = shown["beside"]
    assert (shown["message"], shown["findings"]) == ("pba", [])
    assert beside["message"] == "update-notification"
    assert "rfc7077/5.1/a-flag" in [finding["rule"] for finding in beside["findings"]]
    assert "beside it came what answers nothing of this: update-notification (2 times)" in result.stderr


def test_a_notification_is_repeated_with_its_number_and_acknowledged() -> None:
    """A gateway that misses the first one; the second is marked as sent again (RFC 7077 5.2)."""

    def late(data: bytes, number: int) -> list[tuple[int, bytes]]:
        asked = CODEC.decode(data, udp=True).message
        done = UpdateNotificationAcknowledgement(sequence=asked.sequence, options=asked.options)
        return [] if number == 1 else [(0, CODEC.encode(done))]

    flags = ["--flags", "A", "--set", "reason=2", "-O", "mn-id:subtype=1,identifier=mn1@example.org"]
    with peer(late) as (port, heard):
        result = send(port, *flags, "--timeout", "6", "--seq", "9", message="update-notification")
    assert result.exit_code == 0, result.output
    assert "Update Notification Acknowledgement" in result.stdout
    assert [CODEC.decode(data, udp=True).message.flags for data in heard] == [0x8000, 0xC000]


def test_silence_on_another_port_than_ours_is_explained() -> None:
    """Whoever answers to 5436 answers somebody else when that port was in use."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as first:
        first.bind(("127.0.0.1", 5436))
        with peer(lambda _, __: []) as (port, _):
            result = send(port, "--once", "--timeout", "0.2", message="heartbeat")
    assert result.exit_code == 3
    assert "no answer to 1 transmission" in result.stderr and "it was sent from UDP port" in result.stderr
