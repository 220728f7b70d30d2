"""What one says to the reference MAG in words, and the requests that follow."""

from __future__ import annotations

import pytest

from pmiptool.errors import UsageError
from pmiptool.mag import MnProfile
from pmiptool.net.embedded_mag import EmbeddedMagTransport
from pmiptool.net.transport import Received
from pmiptool.wire.codec import codec_for
from pmiptool.wire.values import HandoffIndicator, Multihoming

MN = "mn1@example.org"


def said(transport: EmbeddedMagTransport, *words: str):
    """What the gateway sends at once."""
    transport.command(words)
    arrivals = transport.receive(transport.now() + 0.1)
    codec = codec_for(transport.mag.config.codepoints)
    return [codec.decode(arrival.data, udp=True).message for arrival in arrivals if isinstance(arrival, Received)]


def option(message, kind):
    return next(option for option in message.options if isinstance(option, kind))


@pytest.mark.parametrize(
    ("words", "hi"),
    [(("attach",), 1), (("handover",), 3), (("handover", "interface"), 2), (("handover", "unknown"), 4)],
)
def test_an_attachment(words: tuple[str, ...], hi: int) -> None:
    (request,) = said(EmbeddedMagTransport(), words[0], MN, *words[1:])
    assert option(request, HandoffIndicator).hi == hi


def test_filters_go_with_an_attachment() -> None:
    transport = EmbeddedMagTransport()
    transport.profiles[MN] = MnProfile(id=MN.encode(), mhgid=0)
    (request,) = said(transport, "handover", MN, "flow", "fid=1 proto=udp", "flow", "fid=2", "proto=tcp")
    assert [o.fid for o in request.options if type(o).__name__ == "FlowIdentification"] == [1, 2]


@pytest.mark.parametrize(("words", "act"), [(("detach", MN), 1), (("detach", MN, "keep"), 2), (("lose", MN), 1)])
def test_the_end_of_an_interface_says_what_becomes_of_filters(words: tuple[str, ...], act: int) -> None:
    transport = EmbeddedMagTransport()
    transport.profiles[MN] = MnProfile(id=MN.encode(), mhgid=0)
    said(transport, "attach", MN)
    (request,) = said(transport, *words)
    assert (request.lifetime, option(request, Multihoming).act) == (0, act)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("nonsense",), "there is no command 'nonsense'"),
        (("attach",), "this command reads: attach MN"),
        (("renew", MN), "is not attached"),
        (("attach", MN, "fid=1"), "stands where flow EXPR is read"),
    ],
)
def test_what_cannot_be_done(words: tuple[str, ...], text: str) -> None:
    with pytest.raises(UsageError, match=text):
        EmbeddedMagTransport().command(words)
