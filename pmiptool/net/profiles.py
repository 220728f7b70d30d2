"""Mobile nodes of a peer file as profiles of the reference MAG."""

from __future__ import annotations

from pmiptool.mag.config import MnProfile
from pmiptool.net.peer import PeerNode
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.rfc5213 import ACCESS_TECHNOLOGY
from pmiptool.text.filters import parse_flow
from pmiptool.text.names import parse_number, parse_number_or_name
from pmiptool.text.values import parse_hex, parse_octets_text, parse_prefix


def profile_of(node: PeerNode, settings: CodePoints = DEFAULT, *, lifetime: int = 300) -> MnProfile:
    """Return the profile of a mobile node; ``lifetime`` in seconds. Raises UsageError that names what is wrong."""
    where = f"mn {node.id}"
    if node.mhgid is not None:
        parse_number(f"mhgid of {where}", str(node.mhgid), 255)
    return MnProfile(
        id=parse_octets_text(node.id),
        hnp=tuple(parse_prefix(f"hnp of {where}", text) for text in node.prefixes),
        att=parse_number_or_name(f"att of {where}", ACCESS_TECHNOLOGY, str(node.att), settings),
        ll_id=parse_hex(f"ll_id of {where}", node.ll_id) if node.ll_id is not None else None,
        mhgid=node.mhgid,
        flows=tuple(parse_flow(text, settings) for text in node.flows),
        lifetime=lifetime,
    )
