"""The code points in force for the layers; `install` sets them."""

from __future__ import annotations

from pmiptool.registry.codepoints import DEFAULT, CodePoints


class _State:
    """Settings are one for the process, as Scapy's own tables are."""

    settings: CodePoints = DEFAULT


def settings() -> CodePoints:
    """The code points that the layers build and dissect with now."""
    return _State.settings


def set_settings(new: CodePoints) -> None:
    _State.settings = new
