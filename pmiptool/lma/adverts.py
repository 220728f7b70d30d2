"""The FID option that tells a MAG of a re-instantiated filter (muho 4.1, 4.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pmiptool.registry.codepoints import CodePoints
from pmiptool.session.model import Flow
from pmiptool.wire.values import BindingReference, FlowIdentification, FlowIdentification6089

REINSTANTIATED = 2


def advert(flow: Flow, codepoints: CodePoints, readings: Mapping[str, str]) -> Any:
    """PRO=2 and status 0, or the configured status (`reinstantiated-mark`); RFC 6089: status 0, unrequested."""
    assert isinstance(flow.priority, int) and isinstance(flow.action, int)
    suboptions: tuple[Any, ...] = (BindingReference(flow.bids),) if flow.bids else ()
    suboptions += (flow.selector,)
    if codepoints.wire_dialect == "rfc6089":
        return FlowIdentification6089(fid=flow.fid, pri=flow.priority, suboptions=suboptions)
    by_pro = readings["reinstantiated-mark"] == "pro"
    return FlowIdentification(
        fid=flow.fid,
        pri=flow.priority,
        action=flow.action,
        pro=REINSTANTIATED if by_pro else 0,
        status=0 if by_pro else codepoints.reinstantiated_status,
        suboptions=suboptions,
    )
