"""A message for an HTML report: its octets with what they are, its tree, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence

from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.report import html
from pmiptool.report.octets import octets_of
from pmiptool.report.tree import message_node
from pmiptool.text.json import message_object
from pmiptool.wire.finding import Finding
from pmiptool.wire.layout import Decoded


def message_blocks(
    decoded: Decoded, findings: Sequence[Finding] = (), settings: CodePoints = DEFAULT
) -> tuple[html.HexView, html.TreeView]:
    """The Mobility Header in hex, each part with the worst that is said of it, and decoded."""
    shown = message_object(decoded, findings=findings, settings=settings)
    return (
        html.HexView(decoded.raw, octets_of(decoded, shown), "Mobility Header"),
        html.TreeView((message_node(shown),), "Decoded"),
    )
