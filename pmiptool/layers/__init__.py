"""The Scapy view of the registry: a class for every message, option and sub-option.

    from pmiptool.layers import *
    install()
    send(IPv6(dst="2001:db8:1::1") / PBU(sequence=1, options=[MIP6OptMNID(identifier="mn1@example.org"), MIP6OptHNP()]))

`install(codepoints)` puts them into Scapy and sets the code points and the dialect; importing alone changes nothing.
"""

from __future__ import annotations

from pmiptool.layers.classes import CLASSES, number_all
from pmiptool.layers.convert import from_value, option_from_value
from pmiptool.layers.expression import expression, scapy_text
from pmiptool.layers.installation import install, uninstall
from pmiptool.layers.messages import message_class, message_class_of
from pmiptool.layers.state import settings

globals().update(CLASSES)
number_all()

__all__ = [
    "expression",
    "from_value",
    "install",
    "message_class",
    "message_class_of",
    "option_from_value",
    "scapy_text",
    "settings",
    "uninstall",
    *CLASSES,
]
