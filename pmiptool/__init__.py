"""Crafts, sends, replays and validates Proxy Mobile IPv6 signalling.

This module stays light: it is imported by every command and by Scapy's extension loader.
"""

from __future__ import annotations

from typing import Any

__version__ = "0.1.0"


def scapy_ext(ext: Any) -> None:
    """Put our layers into Scapy; called by ``conf.exts.load("pmiptool")`` with a ``ScapyExt``."""
    ext.config(name="pmiptool", version=__version__)
    from pmiptool.layers import install

    install()
