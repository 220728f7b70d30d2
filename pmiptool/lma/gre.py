"""GRE encapsulation and the exchange of GRE keys (RFC 5845).

The keys belong to the binding that the request updates, not to others of its session (3.1). The anchor's key for the
uplink stays the same for as long as the binding lives, also when it moves to another gateway (3.3.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pmiptool.registry.rfc5845 import BA_T, BU_T
from pmiptool.session.model import GreKeys
from pmiptool.wire.values import GreKey

if TYPE_CHECKING:
    from pmiptool.lma.core import Core, Outcome
    from pmiptool.lma.request import Request

NOT_REQUIRED, TLV_HEADER_NOT_SUPPORTED, REQUIRED = 2, 3, 163


def _policy(core: Core, request: Request) -> str:
    """The policy check of 2.2: the mobile node's own policy goes before the anchor's."""
    profile = core.policy.profile_of(request.mn_id)
    return core.policy.gre if profile is None or profile.gre is None else profile.gre


def skip(core: Core, request: Request) -> None:
    """What is switched off is skipped as unknown (RFC 6275 6.2.1)."""
    if request.gre is not None and _policy(core, request) == "off":
        request.gre = None


def status(core: Core, request: Request) -> int:
    """163 for a request for a lifetime without the option, where it is required (5.2)."""
    if request.gre is not None or not request.lifetime:
        return 0
    return REQUIRED if _policy(core, request) == "required" else 0


def exchange(core: Core, request: Request, outcome: Outcome) -> None:
    """Keep what an accepted request agrees on, and set status 2 or 3 where they say more than 0 (5.2)."""
    binding, asked = outcome.binding, request.gre
    if binding is None or outcome.status:
        return
    if asked is None:
        if outcome.what == "moved":
            binding.gre = None  # the new gateway does without (3.3.2)
        return
    if not request.lifetime:
        return
    if _policy(core, request) == "not-required":
        binding.gre = None
        outcome.status = NOT_REQUIRED
        return
    uplink = None if binding.gre is None else binding.gre.uplink
    if asked.gre_key and uplink is None:
        uplink = core.next_gre_key()
    binding.gre = GreKeys(asked.gre_key[0], uplink) if asked.gre_key else GreKeys(None, None)
    if request.flags & BU_T and not _takes_tlv_header(core, request):
        outcome.status = TLV_HEADER_NOT_SUPPORTED


def reply_options(request: Request, outcome: Outcome) -> list[Any]:
    """The option of an accepting PBA: with the uplink key when the request has a downlink key (3.2, 3.3.1)."""
    binding = outcome.binding
    if request.gre is None or outcome.status >= 128 or binding is None or binding.gre is None:
        return []
    uplink = binding.gre.uplink
    if not request.gre.gre_key:
        return [GreKey()]
    return [] if uplink is None else [GreKey(gre_key=(uplink,))]


def flags(core: Core, request: Request, outcome: Outcome) -> int:
    """The T flag of the PBA, only when it was set in the request and is supported (7.2)."""
    return BA_T if request.flags & BU_T and outcome.status < 128 and _takes_tlv_header(core, request) else 0


def _takes_tlv_header(core: Core, request: Request) -> bool:
    """The TLV header belongs to UDP over IPv4 (7.1)."""
    return core.policy.tlv_header and len(request.source.address) == 4
