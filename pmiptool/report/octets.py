"""The parts of a message as ranges of octets, each with the worst that its findings say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pmiptool.registry.rule import LEVELS
from pmiptool.report import html
from pmiptool.wire.layout import Decoded


def worst(levels: Sequence[str]) -> str:
    """The most serious of some levels; empty of none."""
    return min(levels, key=LEVELS.index, default="")


def octets_of(decoded: Decoded, shown: Mapping[str, Any]) -> list[html.Octets]:
    """The parts of a message as ranges of octets. shown: the message as `message_object` has it, with its findings."""
    said: dict[int | None, list[str]] = {}
    for finding in shown["findings"]:
        said.setdefault(finding["option"], []).append(finding["level"])
    options, size = shown["options"], len(decoded.raw)
    end = min((option["offset"] for option in options), default=size)
    found = [
        html.Octets(0, min(6, end), "header", worst(said.get(None, []))),
        html.Octets(6, end, f"{shown['message']} fields"),
    ]
    for number, option in enumerate(options):
        length = option["length"]
        to = option["offset"] + (1 if length is None else 2 + length)
        found.append(html.Octets(option["offset"], min(to, size), option["name"], worst(said.get(number, []))))
    rest = max(part.end for part in found)
    found.append(html.Octets(rest, size, "behind the end"))
    return [part for part in found if part.start < part.end]
