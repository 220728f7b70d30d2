"""Messages that went between a peer and us, as a ladder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
    marks: Mapping[int, Sequence[str]] | None = None,
    remarks: Mapping[int, Remark] | None = None,
) -> Ladder:
    """Messages as a ladder: gateways by name, then the anchor.

    links: where each of the first ones leads. marks: what is wrong, by the number of the message. remarks: each behind
    that many of them.
    """
    addresses: dict[str, str] = {}
    for packet in packets:
        addresses.setdefault(packet.sender, address_text(packet.source.address))
        addresses.setdefault(packet.receiver, address_text(packet.destination.address))
    people = sorted(addresses, key=lambda name: (name == LMA, name))
    wrong, between = marks or {}, remarks or {}
    rows: list[Arrow | Remark] = [between[0]] if 0 in between else []
    for number, packet in enumerate(packets, 1):
        arrow = Arrow(
            packet.sender,
            packet.receiver,
            label(packet.decoded),
            details(packet.decoded, settings),
            max(0.0, packet.time - packets[0].time),
            marks=tuple(wrong.get(number, ())),
            kind="FAIL" if number in wrong else "",
            link=links[number - 1] if number <= len(links) else "",
        )
        rows += [arrow, between[number]] if number in between else [arrow]
    return Ladder(title, tuple(Participant(name, addresses[name]) for name in people), tuple(rows))


def ladder_text(title: str, packets: Sequence[Packet], settings: CodePoints = DEFAULT) -> str:
    """The same as text."""
    return render(ladder_of(title, packets, settings)) if packets else "nothing was sent\n"
