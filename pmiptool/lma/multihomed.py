"""Sessions with the Multihoming option (muho 3, 4.1); what the draft leaves open is in `registry.ambiguities`.

The look-up here stands in place of RFC 5213 5.3.1 (13) and 5.4.1.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from pmiptool.lma import order
from pmiptool.lma.addresses import is_routable
from pmiptool.lma.core import Core, Found, Outcome
from pmiptool.lma.events import Noted
from pmiptool.lma.flows import FlowTable
from pmiptool.lma.plain import INSUFFICIENT_RESOURCES, NOT_AUTHORIZED_FOR_PREFIX, PREFIX_SET_DIFFERS, refresh
from pmiptool.lma.removal import take_off
from pmiptool.lma.request import Request
from pmiptool.session.model import Binding, PrefixKey, Session
from pmiptool.session.transitions import add_binding, bind_bid, binding_key, move_binding, revive_binding
from pmiptool.wire.values import BindingIdentifier

UNSPECIFIED, PROHIBITED = 128, 129
MCOA_NOTCOMPLETE, MCOA_MALFORMED = 4, 164  # RFC 5648 4.4
NEW_INTERFACE, BETWEEN_INTERFACES, BETWEEN_GATEWAYS, UNKNOWN_HANDOFF = 1, 2, 3, 4
ACT_REMOVE, ACT_KEEP = 1, 2


def option_status(core: Core, request: Request) -> int:
    """The checks of the option itself, after those of RFC 5213 5.3.1 (12)."""
    if core.policy.multihoming == "reject":
        return core.policy.codepoints.status_mh_not_supported
    profile = core.policy.profile_of(request.mn_id)
    if profile is not None and not profile.multihoming:
        return PROHIBITED
    if request.odd_multihoming or request.multihoming is None:
        return UNSPECIFIED
    if request.multihoming.mhgid and core.policy.readings["mhgid-nonzero"] == "reject":
        return core.policy.codepoints.status_mh_not_supported
    if request.lifetime and (request.odd_summary or _too_many_summaries(request)):
        return UNSPECIFIED
    if request.odd_bid:
        return MCOA_MALFORMED
    if request.lifetime and len(request.bids) == 1:  # else each has a status of its own
        return _bid_status(request, request.bids[0])
    return 0


def _too_many_summaries(request: Request) -> bool:
    """mext 5.3.3 rejects a PBU with several; RFC 6089 5.3.3 allows them."""
    return len(request.summaries) > 1 and request.codepoints.wire_dialect == "mext"


def look_up(core: Core, request: Request) -> Found:
    """Session by (MN-ID, MHGID), prefix, then binding."""
    assert request.multihoming is not None
    node = core.known(request.mn_id)
    session = None if node is None else node.group(request.multihoming.mhgid)
    refused = _prefix_refused(core, request, session)
    found = _binding(core, request, session) if refused is None or session is not None else Found()
    if refused is not None:
        refused.session, refused.binding = found.session, found.binding
        return refused
    return found


def _prefix_refused(core: Core, request: Request, session: Session | None) -> Found | None:
    """None when the prefixes asked for are the session's, can be granted, or are left to the anchor.

    The groups of a mobile node share theirs.
    """
    named = request.named
    shared = core.group_prefixes(request.mn_id)
    if any(prefix in shared for prefix in named):
        return None if len(request.hnps) == 1 else Found.rejected(PREFIX_SET_DIFFERS)
    if len(request.hnps) > 1:
        return Found.rejected(NOT_AUTHORIZED_FOR_PREFIX)
    if not named:
        return None
    holder = core.prefixes.get(named[0])
    if request.lifetime == 0 and (session is None if holder is None else holder.mhgid is None):
        return Found.silent("deregistration-of-nothing")
    mn_id = request.mn_id
    if holder is None and mn_id is not None and not core.groups(mn_id) and core.may_have(mn_id, named[0]):
        return None
    return Found.rejected(NOT_AUTHORIZED_FOR_PREFIX)


def _binding(core: Core, request: Request, session: Session | None) -> Found:
    """Which binding is meant, and what becomes of it."""
    key = binding_key(core.policy.readings["binding-key"], request.care_of_address, request.att or 0, request.ll_id)
    if session is None:
        return Found.silent("deregistration-of-nothing") if request.lifetime == 0 else _with_key(Found(), key)
    binding = session.bindings.get(key)
    buried = session.tombstones.get(key)
    if request.lifetime == 0:
        if binding is not None:
            again = binding.removed_at is not None
            return _with_key(Found(session, binding, "removed-again" if again else "removed"), key)
        if buried is not None:
            return _with_key(Found(session, buried, "removed-again"), key)
        return Found.silent(_why_nothing(request, session))
    if binding is not None:
        return _with_key(Found(session, binding, "updated"), key)
    if buried is not None:
        return _with_key(Found(session, buried, "revived"), key)
    moving = _moving(core, request, session)
    if moving is not None:
        found = _with_key(Found(session, session.bindings[moving], "moved"), key)
        found.moves = moving
        return found
    return _with_key(Found(session, None, "added"), key)


def _with_key(found: Found, key: tuple[Any, ...]) -> Found:
    found.key = key
    return found


def _why_nothing(request: Request, session: Session) -> str:
    bindings = (*session.bindings.values(), *session.tombstones.values())
    if any(binding.care_of_address == request.care_of_address for binding in bindings):
        return "deregistration-of-nothing"
    return "deregistration-from-elsewhere"


def _moving(core: Core, request: Request, session: Session) -> tuple[Any, ...] | None:
    """The key of the one binding that `handover` moves to a new care-of address; None adds a binding."""
    if core.policy.readings["handover"] != "move":
        return None
    if request.hi == BETWEEN_INTERFACES:
        candidates = list(session.bindings.items())
    elif request.hi in (BETWEEN_GATEWAYS, UNKNOWN_HANDOFF):
        candidates = [
            (key, binding)
            for key, binding in session.bindings.items()
            if binding.att == request.att and binding.ll_id == request.ll_id
        ]
    else:
        return None
    if len(candidates) != 1 or candidates[0][1].care_of_address == request.care_of_address:
        return None
    return candidates[0][0]


def apply(core: Core, request: Request, found: Found, now: float) -> Outcome:
    """Add, update, move or remove the binding. A rejection changes nothing."""
    if request.lifetime == 0:
        return _deregister(core, request, found, now)
    session, binding = found.session, found.binding
    if session is None:
        prefixes = None if core.is_full() else _prefix_for(core, request)
        if prefixes is None:
            return Outcome(INSUFFICIENT_RESOURCES)
        assert request.mn_id is not None and request.multihoming is not None
        session = core.open_session(request.mn_id, request.multihoming.mhgid, prefixes)
    if binding is None:
        binding = Binding(request.care_of_address, request.att or 0, request.ll_id)
        add_binding(session, found.key, binding)
    elif found.what == "revived":
        revive_binding(session, found.key)
    elif found.what == "moved":
        move_binding(session, found.moves, found.key, request.care_of_address)
    binding.att = request.att or 0
    if binding.ll_id != request.ll_id:  # else the octets that are there stay
        binding.ll_id = request.ll_id
    _note_act(core, request, now)
    lifetime = refresh(core, request, session, binding, now)
    outcome = Outcome(0, found.what, session, binding, lifetime)
    if request.bids:
        outcome.bids = [_bind(request, session, binding, option) for option in request.bids]
        if any(option.status for option in outcome.bids):
            outcome.status = MCOA_NOTCOMPLETE
    if request.fids or request.summaries or binding.flows:
        outcome.fids, outcome.adverts = FlowTable(core, request, session, binding, now).process()
    return outcome


def _prefix_for(core: Core, request: Request) -> tuple[PrefixKey, ...] | None:
    assert request.mn_id is not None
    if not request.hnps:
        return ()  # for IPv4 alone
    shared = core.group_prefixes(request.mn_id)
    if shared:
        return shared
    prefix = request.named[0] if request.named else core.free_prefix(request.mn_id)
    return None if prefix is None else (prefix,)


def _bid_status(request: Request, option: BindingIdentifier) -> int:
    """BID 0 is reserved (RFC 5648 4.3), and an address is unicast and routable (6.2)."""
    address = option.care_of_address
    sound = option.bid and (not address or is_routable(address, request.local.address))
    return 0 if sound else MCOA_MALFORMED


def _bind(request: Request, session: Session, binding: Binding, option: BindingIdentifier) -> BindingIdentifier:
    """A BID names this binding from now on, whatever address is in its option, and is echoed with its status."""
    status = _bid_status(request, option)
    if not status:
        bind_bid(session, binding, option.bid, option.bid_pri)
    return replace(option, status=status, h=0, care_of_address=b"")


def _note_act(core: Core, request: Request, now: float) -> int:
    """ACT as it counts: with lifetime 0 and HI=4 only, and 3 to 7 as 0; what is odd is noted."""
    assert request.multihoming is not None
    act = request.multihoming.act
    if act and (request.lifetime or request.hi != UNKNOWN_HANDOFF):
        text = f"ACT is {act}, and counts only with lifetime 0 and handoff indicator 4"
    elif act > ACT_KEEP:
        text = f"ACT is {act}, which is not defined, and counts as 0"
    else:
        return act
    core.events.append(Noted(time=now, mn_id=request.mn_id, source=request.source, text=text))
    return 0


def _deregister(core: Core, request: Request, found: Found, now: float) -> Outcome:
    """Lifetime 0, whatever HI is."""
    session, binding = found.session, found.binding
    assert session is not None and binding is not None
    act = _note_act(core, request, now)
    if found.what == "removed":
        keep = act == ACT_KEEP
        if act == 0:
            if core.policy.readings["act-zero"] == "reject":
                return Outcome(UNSPECIFIED)
            keep = core.policy.readings["act-zero"] == "keep"
        others = [other for other in session.spanned() if other is not binding and other.removed_at is None]
        if keep and not core.policy.reinstantiation:
            return Outcome(core.policy.codepoints.status_reinstantiation_not_supported)
        if act == ACT_KEEP and not others and core.policy.readings["keep-without-peer"] == "reject":
            return Outcome(core.policy.codepoints.status_reinstantiation_not_supported)
        if core.faults is not None:
            keep = core.faults.keeps(act, keep)
        whole_group = act == ACT_REMOVE and core.policy.readings["act-scope"] == "group"
        take_off(core, session, found.key, now, keep=keep, whole_group=whole_group)
    order.accept(core, request, session, binding)
    return Outcome(0, found.what, session, binding)
