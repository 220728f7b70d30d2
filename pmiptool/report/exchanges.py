"""Messages that went between a peer and us, as a ladder."""

from __future__ import annotations

from collections.abc import Sequence

from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.report.describe import details, label
from pmiptool.report.ladder import Arrow, Ladder, Participant, Remark, render
from pmiptool.scenario.result import LMA, Packet
from pmiptool.text.values import address_text


def ladder_of(
    title: str,
    packets: Sequence[Packet],
    settings: CodePoints = DEFAULT,
    *,
    links: Sequence[str] = (),
    end: Sequence[Remark] = (),
) -> Ladder:
    """Messages as a ladder: gateways by name, then the anchor. links: where each leads. end: what stands below."""
    addresses: dict[str, str] = {}
    for packet in packets:
        addresses.setdefault(packet.sender, address_text(packet.source.address))
        addresses.setdefault(packet.receiver, address_text(packet.destination.address))
    people = sorted(addresses, key=lambda name: (name == LMA, name))
    arrows = [
        Arrow(
            packet.sender,
            packet.receiver,
            label(packet.decoded),
            details(packet.decoded, settings),
            max(0.0, packet.time - packets[0].time),
            link=links[number] if links else "",
        )
        for number, packet in enumerate(packets)
    ]
    return Ladder(title, tuple(Participant(name, addresses[name]) for name in people), (*arrows, *end))


def ladder_text(title: str, packets: Sequence[Packet], settings: CodePoints = DEFAULT) -> str:
    """The same as text."""
    return render(ladder_of(title, packets, settings)) if packets else "nothing was sent\n"
