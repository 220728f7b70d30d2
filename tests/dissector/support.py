"""Captures for tshark, and what it says of them with the dissector loaded."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pmiptool.capture.files import Writer
from pmiptool.capture.pdml import WiresharkMessage, read_messages
from pmiptool.dissector import all_rules, default_lua
from pmiptool.dissector.describe import expert_filter, judged_in_lua
from pmiptool.registry import form
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.rules import check_message
from pmiptool.wire.codec import codec_for
from pmiptool.wire.envelope import build

SRC = bytes.fromhex("20010db8000100000000000000000002")
DST = bytes.fromhex("20010db8000100000000000000000001")

_READ = frozenset(rule.id for rule in form.form_rules() if rule.holds is None)
_JUDGED = {rule.id: rule for rule in all_rules() if judged_in_lua(rule, _READ)}
IN_LUA = {name: rule for name, rule in _JUDGED.items() if rule.scope == "message"}
"""The rules on one message that the dissector judges."""
EXCHANGES_IN_LUA = {name: rule for name, rule in _JUDGED.items() if rule.scope == "exchange"}
"""The rules on requests with their answers that the dissector judges."""
RULE_OF = {expert_filter(name): name for name in _JUDGED}


def preferences(settings: CodePoints) -> dict[str, object]:
    """Code points as Wireshark preferences."""
    values = {key: getattr(settings, key) for key in CodePoints.__dataclass_fields__}
    return {f"pmip6.{key}": value for key, value in values.items() if value is not None}


def write(path: Path, packets: Iterable[bytes]) -> Path:
    """A capture of raw IP packets."""
    with Writer(path) as writer:
        for number, packet in enumerate(packets):
            writer.write(packet, number * 1_000_000)
    return path


def ip6(payload: bytes, header: int = 135, src: bytes = SRC, dst: bytes = DST) -> bytes:
    return struct.pack("!IHBB", 6 << 28, len(payload), header, 64) + src + dst + payload


def read(path: Path, mhs: Iterable[bytes], settings: CodePoints = DEFAULT, **more: Any) -> list[WiresharkMessage]:
    """What Wireshark reads in these Mobility Headers, with the dissector's preferences at `settings`."""
    return look(path, [build(mh, SRC, DST) for mh in mhs], {**preferences(settings), **more})


def look(path: Path, packets: Iterable[bytes], chosen: Mapping[str, object] | None = None) -> list[WiresharkMessage]:
    """What Wireshark reads in these packets, each alone; a complaint about the Lua file, or in it, raises."""
    return read_messages(write(path, packets), default_lua(), {"pmip6.analysis": False, **(chosen or {})})


def rules_shown(message: WiresharkMessage) -> Counter[str]:
    """The rules that the dissector calls broken; a Lua error would stand here under its own name."""
    experts = [*message.expert, *(expert for option in message.options for expert in option.expert)]
    return Counter(
        RULE_OF.get(expert.name, expert.name) for expert in experts if not expert.name.startswith(("mip6.", "ipv6."))
    )


def rules_expected(mh: bytes, settings: CodePoints, src: bytes = SRC, dst: bytes = DST) -> Counter[str]:
    """The rules that our own judges call broken, as far as Lua can judge them."""
    decoded = codec_for(settings).decode(mh, src, dst)
    return Counter(f.rule for f in check_message(decoded, settings=settings) if f.rule in IN_LUA)
