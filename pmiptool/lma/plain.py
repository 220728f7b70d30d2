"""Sessions without the Multihoming option: RFC 5213 5.4.1 (look-up) and 5.3.2 to 5.3.5."""

from __future__ import annotations

from pmiptool.lma import order
from pmiptool.lma.core import PLAIN, Core, Found, MobileNode, Outcome
from pmiptool.lma.events import BindingRemoved
from pmiptool.lma.request import Request
from pmiptool.session.model import Binding, PrefixKey, Session
from pmiptool.session.prefix import is_all_zero, network
from pmiptool.session.transitions import add_binding, end_binding, revive_binding

INSUFFICIENT_RESOURCES, NOT_AUTHORIZED_FOR_PREFIX, PREFIX_SET_DIFFERS = 130, 155, 159
BETWEEN_INTERFACES, BETWEEN_GATEWAYS, UNKNOWN_HANDOFF = 2, 3, 4


def look_up(core: Core, request: Request, *, waited: bool = False) -> Found:
    """The binding cache entry existence test (5.4.1). `waited`: MaxDelayBeforeNewBCEAssign is over."""
    node = core.nodes.get(request.mn_id) if request.mn_id is not None else None
    if request.named:
        found = _by_prefix(core, request)
    elif request.ll_id is not None:
        found = _by_link_layer_identifier(node, request)
    else:
        found = _by_mobile_node(node, request)
    if found.what == "held" and waited:
        found = Found()
    if request.lifetime == 0 and not found.status and not found.ignored:
        if found.what in ("created", "held"):
            return Found.silent("deregistration-of-nothing")
        if found.binding is not None and found.binding.care_of_address != request.care_of_address:
            return Found.silent("deregistration-from-elsewhere")
    return found


def binding_of(session: Session) -> Binding:
    """The one binding of a session, also while it waits for its end (5.3.5)."""
    return session.bindings.get(PLAIN) or session.tombstones[PLAIN]


def _update(session: Session) -> Found:
    return Found(session, binding_of(session), "updated")


def _by_prefix(core: Core, request: Request) -> Found:
    """5.4.1.1: at least one prefix is named."""
    session = None
    for prefix in request.named:
        session = core.prefixes.get(prefix)
        if session is not None:
            break
    if session is None:
        return Found()
    if session.mhgid is not None:
        if request.lifetime == 0:
            return Found.silent("deregistration-of-nothing")
        return Found.rejected(NOT_AUTHORIZED_FOR_PREFIX)
    if session.mn_id != request.mn_id:
        return Found.rejected(NOT_AUTHORIZED_FOR_PREFIX)
    count = len(session.prefixes)
    if len(request.hnps) != count or (count > 1 and set(request.named) != set(session.prefixes)):
        return Found.rejected(PREFIX_SET_DIFFERS)
    binding = binding_of(session)
    same_technology = binding.att == request.att
    if request.ll_id is not None:
        matches = same_technology and binding.ll_id == request.ll_id
    else:
        matches = same_technology and binding.ll_id is None and request.hi == BETWEEN_GATEWAYS
    same_gateway = same_technology and binding.care_of_address == request.care_of_address
    return _update(session) if matches or same_gateway or request.hi == BETWEEN_INTERFACES else Found()


def _by_link_layer_identifier(node: MobileNode | None, request: Request) -> Found:
    """5.4.1.2: no prefix is named, the interface is."""
    if node is not None:
        for session in node.plain:
            binding = binding_of(session)
            if binding.att == request.att and binding.ll_id == request.ll_id:
                return _update(session)
    return _only_one(node, request, (BETWEEN_INTERFACES,))


def _by_mobile_node(node: MobileNode | None, request: Request) -> Found:
    """5.4.1.3: neither is named."""
    return _only_one(node, request, (BETWEEN_INTERFACES, BETWEEN_GATEWAYS))


def _only_one(node: MobileNode | None, request: Request, handoffs: tuple[int, ...]) -> Found:
    """One and only one session of the mobile node: a handoff updates it, an unknown state waits for its end.

    One that has been deregistered already need not be waited for.
    """
    if node is None or len(node.plain) != 1:
        return Found()
    session = node.plain[0]
    if request.hi in handoffs:
        return _update(session)
    if request.hi == UNKNOWN_HANDOFF:
        if not session.bindings:
            return _update(session)
        return Found(session, what="held")
    return Found()


def apply(core: Core, request: Request, found: Found, now: float) -> Outcome:
    """5.3.2 to 5.3.5. A rejection changes nothing."""
    session, binding = found.session, found.binding
    if session is None or binding is None:
        prefixes = _prefixes_for(core, request)
        if isinstance(prefixes, int):
            return Outcome(prefixes)
        assert request.mn_id is not None
        session = core.open_session(request.mn_id, None, prefixes)
        binding = Binding(request.care_of_address, request.att or 0, request.ll_id)
        add_binding(session, PLAIN, binding)
    elif request.lifetime == 0:
        return _deregister(core, request, session, binding, now)
    elif not session.bindings:
        revive_binding(session, PLAIN)
        found.what = "revived"
    elif binding.care_of_address != request.care_of_address:
        found.what = "moved"
    binding.care_of_address = request.care_of_address
    binding.att = request.att or 0
    binding.ll_id = request.ll_id
    lifetime = refresh(core, request, session, binding, now)
    return Outcome(0, found.what, session, binding, lifetime)


def refresh(core: Core, request: Request, session: Session, binding: Binding, now: float) -> int:
    """Lifetime and message order of an accepted request with lifetime above 0; gives the lifetime granted.

    A deregistration that was waiting is called off.
    """
    lifetime = core.granted(request.lifetime)
    binding.lifetime = lifetime
    binding.expires = now + 4.0 * lifetime
    binding.removed_at = None
    core.watch(session, binding, binding.expires)
    order.accept(core, request, session, binding)
    return lifetime


def _prefixes_for(core: Core, request: Request) -> tuple[PrefixKey, ...] | int:
    """5.3.2 (1) to (3): ALL_ZERO is assigned one prefix, named ones are granted all or none."""
    assert request.mn_id is not None
    if any(is_all_zero(network(option.home_network_prefix)) for option in request.hnps):
        prefix = core.free_prefix(request.mn_id)
        return INSUFFICIENT_RESOURCES if prefix is None else (prefix,)
    for prefix in request.named:
        if prefix in core.prefixes or not core.may_have(request.mn_id, prefix):
            return NOT_AUTHORIZED_FOR_PREFIX
    return tuple(dict.fromkeys(request.named))


def _deregister(core: Core, request: Request, session: Session, binding: Binding, now: float) -> Outcome:
    """5.3.5: accepted at once, traffic dropped, the entry deleted after MinDelayBeforeBCEDelete.

    A repeated deregistration does not start the delay anew.
    """
    what = "removed-again"
    if session.bindings:
        what = "removed"
        end_binding(session, PLAIN, remember=True)
        binding.removed_at = now
        core.rewatch(session, binding, now + core.policy.timers.min_delay_before_bce_delete)
        core.events.append(
            BindingRemoved(
                time=now,
                mn_id=session.mn_id,
                mhgid=None,
                care_of_address=binding.care_of_address,
                reason="deregistered",
            )  # fmt: skip
        )
    order.accept(core, request, session, binding)
    return Outcome(0, what, session, binding)
