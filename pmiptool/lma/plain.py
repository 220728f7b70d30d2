"""Requests without the Multihoming option: RFC 5213 5.4.1 (look-up) and 5.3.2 to 5.3.5.

Their session has one binding. One with several paths (RFC 8278, `multipath.py`) is found here too, by the binding that
the request means, and goes on with that binding alone: a gateway that asks for no paths has none.
"""

from __future__ import annotations

from pmiptool.lma import order
from pmiptool.lma.core import PLAIN, Core, Found, MobileNode, Outcome
from pmiptool.lma.ipv4 import NOT_AUTHORIZED_FOR_ADDRESS
from pmiptool.lma.removal import keep_one, remove_binding
from pmiptool.lma.request import Request
from pmiptool.session.model import Binding, BindingKey, PrefixKey, Session
from pmiptool.session.prefix import is_all_zero, network
from pmiptool.session.transitions import add_binding, revive_binding

INSUFFICIENT_RESOURCES, NOT_AUTHORIZED_FOR_PREFIX, PREFIX_SET_DIFFERS = 130, 155, 159
BETWEEN_INTERFACES, BETWEEN_GATEWAYS, UNKNOWN_HANDOFF = 2, 3, 4
SHARING_PREFIXES = 6  # RFC 7864 3.2.1


def look_up(core: Core, request: Request, *, waited: bool = False) -> Found:
    """The binding cache entry existence test (5.4.1). `waited`: MaxDelayBeforeNewBCEAssign is over."""
    node = core.known(request.mn_id)
    if request.named:
        found = _by_prefix(core, request)
    elif request.ipv4_named is not None:
        found = _by_ipv4_home_address(core, request, request.ipv4_named)
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


def key_of(session: Session, request: Request) -> BindingKey:
    """The key of the binding that a request means: the one there is; of several paths its own, else the oldest."""
    if session.mag_id is None:
        return PLAIN
    every = {**session.tombstones, **session.bindings}
    own = [key for key, binding in every.items() if binding.care_of_address == request.care_of_address]
    return own[-1] if own else min(every, key=lambda key: (key in session.tombstones, every[key].created))


def binding_of(session: Session, key: BindingKey = PLAIN) -> Binding:
    """A binding of a session, also while it waits for its end (5.3.5)."""
    return session.bindings.get(key) or session.tombstones[key]


def _update(session: Session, request: Request) -> Found:
    if session.mag_id is None:
        return Found(session, binding_of(session), "updated")
    key = key_of(session, request)
    found = Found(session, binding_of(session, key), "updated")
    found.key = key
    return found


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
    if not names_all(request, session):
        return Found.rejected(PREFIX_SET_DIFFERS)
    if request.hi == SHARING_PREFIXES:
        same = [one for one in session.family or [session] if _is_interface(one, request)]
        return _update(same[0], request) if same else Found()
    return _if_meant(request, _of_interface(session, request))


def _is_interface(session: Session, request: Request) -> bool:
    binding = binding_of(session, key_of(session, request))
    return request.ll_id is not None and (binding.att, binding.ll_id) == (request.att, request.ll_id)


def _of_interface(session: Session, request: Request) -> Session:
    """Of sessions that share their prefixes that of an interface, else that of a gateway."""
    for one in session.family:
        if _is_interface(one, request):
            return one
    for one in session.family:
        if binding_of(one, key_of(one, request)).care_of_address == request.care_of_address:
            return one
    return session


def _by_ipv4_home_address(core: Core, request: Request, address: bytes) -> Found:
    """RFC 5844 3.1.2.7: no prefix is named, and an IPv4 home address is, which is searched for like one."""
    session = core.homes.sessions.get(address)
    if session is None:
        return Found()
    if session.mhgid is not None and request.lifetime == 0:
        return Found.silent("deregistration-of-nothing")
    if session.mhgid is not None or session.mn_id != request.mn_id:
        return Found.rejected(NOT_AUTHORIZED_FOR_ADDRESS)
    return _if_meant(request, session)


def _if_meant(request: Request, session: Session) -> Found:
    """5.4.1.1 (5) and (6): whether a request that names what a session has means that session."""
    binding = binding_of(session, key_of(session, request))
    same_technology = binding.att == request.att
    if request.ll_id is not None:
        matches = same_technology and binding.ll_id == request.ll_id
    else:
        matches = same_technology and binding.ll_id is None and request.hi == BETWEEN_GATEWAYS
    same_gateway = same_technology and binding.care_of_address == request.care_of_address
    return _update(session, request) if matches or same_gateway or request.hi == BETWEEN_INTERFACES else Found()


def names_all(request: Request, session: Session) -> bool:
    """Whether a request that names a prefix of this session names them all, and nothing else (5.4.1.1)."""
    count = len(session.prefixes)
    return len(request.hnps) == count and (count == 1 or set(request.named) == set(session.prefixes))


def _by_link_layer_identifier(node: MobileNode | None, request: Request) -> Found:
    """5.4.1.2: no prefix is named, the interface is."""
    if node is not None:
        for session in node.plain:
            binding = binding_of(session, key_of(session, request))
            if binding.att == request.att and binding.ll_id == request.ll_id:
                return _update(session, request)
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
        return _update(session, request)
    if request.hi == UNKNOWN_HANDOFF:
        if not session.bindings:
            return _update(session, request)
        return Found(session, what="held")
    return Found()


def apply(core: Core, request: Request, found: Found, now: float) -> Outcome:
    """5.3.2 to 5.3.5. A rejection changes nothing."""
    session, binding = found.session, found.binding
    if session is None or binding is None:
        prefixes = INSUFFICIENT_RESOURCES if core.is_full() else prefixes_for(core, request)
        if isinstance(prefixes, int):
            return Outcome(prefixes)
        assert request.mn_id is not None
        session = core.open_session(request.mn_id, None, prefixes)
        binding = Binding(request.care_of_address, request.att or 0, request.ll_id)
        add_binding(session, PLAIN, binding)
    elif request.lifetime == 0:
        return _deregister(core, request, found, now)
    elif session.mag_id is not None:
        keep_one(core, session, found.key, PLAIN, now)
        session.mag_id, binding.path = None, None
        binding.bids.clear()
    settle(request, found, session, PLAIN, binding)
    lifetime = refresh(core, request, session, binding, now)
    return Outcome(0, found.what, session, binding, lifetime)


def settle(request: Request, found: Found, session: Session, key: BindingKey, binding: Binding) -> None:
    """A binding that is there, or has just been added, is in force, and is where its request comes from."""
    if key in session.tombstones:
        revive_binding(session, key)
        found.what = "revived"
    elif binding.care_of_address != request.care_of_address:
        found.what = "moved"
    binding.care_of_address = request.care_of_address
    binding.att = request.att or 0
    if binding.ll_id != request.ll_id:  # else the octets that are there stay
        binding.ll_id = request.ll_id


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


def _shared(core: Core, request: Request) -> tuple[PrefixKey, ...]:
    node = core.known(request.mn_id)
    sessions = [] if node is None else [one for one in node.plain if set(request.named) <= set(one.prefixes)]
    return next((one.prefixes for one in sessions if one.prefixes), ())


def prefixes_for(core: Core, request: Request) -> tuple[PrefixKey, ...] | int:
    """5.3.2 (1) to (3): ALL_ZERO is assigned one prefix, named ones are granted all or none. An interface that shares
    gets those of the mobile node (RFC 7864 3.2.1)."""
    assert request.mn_id is not None
    if request.hi == SHARING_PREFIXES and (shared := _shared(core, request)):
        return shared
    if any(is_all_zero(network(option.home_network_prefix)) for option in request.hnps):
        prefix = core.free_prefix(request.mn_id)
        return INSUFFICIENT_RESOURCES if prefix is None else (prefix,)
    for prefix in request.named:
        if prefix in core.prefixes or not core.may_have(request.mn_id, prefix):
            return NOT_AUTHORIZED_FOR_PREFIX
    return tuple(dict.fromkeys(request.named))


def _deregister(core: Core, request: Request, found: Found, now: float) -> Outcome:
    """5.3.5: accepted at once, traffic dropped, the entry deleted after MinDelayBeforeBCEDelete.

    A repeated deregistration does not start the delay anew.
    """
    session, binding = found.session, found.binding
    assert session is not None and binding is not None
    what = "removed-again"
    if found.key in session.bindings:
        what = "removed"
        remove_binding(core, session, found.key, now, keep=False, remember=True)
    order.accept(core, request, session, binding)
    return Outcome(0, what, session, binding)
