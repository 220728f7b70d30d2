"""Sessions with several paths between one MAG and the anchor: RFC 8278.

Such a session is no third kind beside those of RFC 5213 and of the draft. It is a session of RFC 5213 (no MHGID, found
by the look-up of 5.4.1), "marked with multipath support" (RFC 8278 3.1) by the identifier of its MAG in
`Session.mag_id`, and like a multihomed one it has several bindings of one prefix, here keyed by their BID. Assignment
of prefixes, lifetimes, message order, removal, tombstones and filters are what both kinds share (`plain`, `removal`,
`flows`). What is here is only which binding a request means, and the flags B and O. So a handover to or from a gateway
without multipath is that of RFC 5213, and one binding takes the place of all paths.

Where the text is silent:
* The BID alone names the binding: a known BID from a new care-of address moves that path, and a new BID is a new path,
  also from a bound care-of address (over UDP two paths may share one, behind a translator). One path may be
  deregistered over another: the MAG identifier says that it may.
* Timestamps and sequence numbers count per path, as in multihomed sessions: concurrent requests (4.4) may overtake
  each other. A BID of the option is the one that a binding reference of RFC 6089 means (3.2).
* B with lifetime 0 updates the lifetime of all bindings to 0: it removes them all.
* B and O together, O with lifetime 0, a BID of 0 or 255, and no MAG identifier get 128. Beside the draft's option,
  where that is understood, this one is skipped.
"""

from __future__ import annotations

from pmiptool.lma import order, plain
from pmiptool.lma.core import Core, Found, Outcome
from pmiptool.lma.events import Noted
from pmiptool.lma.flows import FlowTable
from pmiptool.lma.removal import keep_one, replace_others, take_off
from pmiptool.lma.request import Request
from pmiptool.session.model import Binding, BindingKey, Path, Session
from pmiptool.session.transitions import add_binding, bind_bid

UNSPECIFIED = 128
CANNOT_SUPPORT_MULTIPATH_BINDING = 180
LAST_BID = 254


def counts(core: Core, request: Request, grouped: bool, now: float) -> bool:
    """Whether the request asks for paths; one that is unknown to this anchor (RFC 8278 4.4), or stands beside the
    draft's option, is taken out of it, so that nothing answers it."""
    if request.multipath is None and not request.odd_multipath:
        return False
    if core.policy.multipath and not grouped:
        return True
    if grouped:
        text = "a MAG multipath binding option beside a Multihoming option is skipped"
        core.events.append(Noted(time=now, mn_id=request.mn_id, source=request.source, text=text))
    request.multipath = None
    request.odd_multipath = False
    return False


def option_status(core: Core, request: Request) -> int:
    """The checks of the option itself, after those of RFC 5213 5.3.1 (12)."""
    if core.policy.multipath == "reject":
        return CANNOT_SUPPORT_MULTIPATH_BINDING
    profile = core.policy.profile_of(request.mn_id)
    if profile is not None and not profile.multipath:
        return CANNOT_SUPPORT_MULTIPATH_BINDING
    option = request.multipath
    if request.odd_multipath or option is None or request.mag_id is None:
        return UNSPECIFIED
    if not 1 <= option.bid <= LAST_BID or (option.o and (option.b or request.lifetime == 0)):
        return UNSPECIFIED
    return 0


def look_up(core: Core, request: Request, *, waited: bool = False) -> Found:
    """The session of this MAG, then the path; else what RFC 5213 5.4.1 finds, for a handover or a new session."""
    session = _of_this_mag(core, request)
    if session is None:
        return plain.look_up(core, request, waited=waited)
    if request.named and not plain.names_all(request, session):
        return Found.rejected(plain.PREFIX_SET_DIFFERS)
    return _path(request, session)


def _of_this_mag(core: Core, request: Request) -> Session | None:
    """By prefix where one is named, else by the interface of the mobile node."""
    node = core.known(request.mn_id)
    for session in node.plain if node is not None and request.mag_id is not None else ():
        if session.mag_id != request.mag_id:
            continue
        if request.named:
            if any(prefix in session.prefixes for prefix in request.named):
                return session
            continue
        some = plain.binding_of(session, plain.key_of(session, request))
        if (some.att, some.ll_id) == (request.att, request.ll_id):
            return session
    return None


def _path(request: Request, session: Session) -> Found:
    assert request.multipath is not None
    key: BindingKey = (request.multipath.bid,)
    binding, buried = session.bindings.get(key), session.tombstones.get(key)
    if request.lifetime == 0:
        if binding is None and buried is None:
            return Found.silent("deregistration-of-nothing")
        known = (*session.bindings.values(), *session.tombstones.values())
        if all(other.care_of_address != request.care_of_address for other in known):
            return Found.silent("deregistration-from-elsewhere")
        again = binding is None or binding.removed_at is not None
        return _found(session, key, binding or buried, "removed-again" if again else "removed")
    if binding is not None:
        moved = binding.care_of_address != request.care_of_address
        return _found(session, key, binding, "moved" if moved else "updated")
    if buried is not None:
        return _found(session, key, buried, "revived")
    return _found(session, key, None, "added")


def _found(session: Session, key: BindingKey, binding: Binding | None, what: str) -> Found:
    found = Found(session, binding, what)
    found.key = key
    return found


def apply(core: Core, request: Request, found: Found, now: float) -> Outcome:
    """RFC 5213 5.3.2 to 5.3.5 for one path, then the flags B and O. A rejection changes nothing."""
    option = request.multipath
    assert option is not None and request.mn_id is not None
    if request.lifetime == 0:
        return _deregister(core, request, found, now)
    key: BindingKey = (option.bid,)
    session, binding = found.session, found.binding
    if session is None:
        prefixes = plain.INSUFFICIENT_RESOURCES if core.is_full() else plain.prefixes_for(core, request)
        if isinstance(prefixes, int):
            return Outcome(prefixes)
        session = core.open_session(request.mn_id, None, prefixes)
    elif session.mag_id != request.mag_id:
        keep_one(core, session, found.key, key, now)
        assert binding is not None
        binding.bids.clear()
    session.mag_id = request.mag_id
    if binding is None:
        binding = Binding(request.care_of_address, request.att or 0, request.ll_id)
        add_binding(session, key, binding)
    plain.settle(request, found, session, key, binding)
    binding.path = Path(option.bid, option.if_label, option.if_att)
    bind_bid(session, binding, option.bid, 0)
    session.changed()
    lifetime = plain.refresh(core, request, session, binding, now)
    if option.b and (core.faults is None or core.faults.renews_all()):
        _renew_others(core, session, binding, lifetime, now)
    elif option.o and (core.faults is None or not core.faults.keeps_overwritten()):
        replace_others(core, session, key, now)
    if core.faults is not None and core.faults.knows_one_path():
        replace_others(core, session, key, now)
    outcome = Outcome(0, found.what, session, binding, lifetime)
    if request.fids or request.summaries or binding.flows:
        outcome.fids, outcome.adverts = FlowTable(core, request, session, binding, now).process()
    return outcome


def _renew_others(core: Core, session: Session, binding: Binding, lifetime: int, now: float) -> None:
    """B: the lifetime of all bindings is updated (4.1). Their clocks and sequence numbers stay their own."""
    for other in session.bindings.values():
        if other is not binding and other.removed_at is None:
            other.lifetime = lifetime
            other.expires = now + 4.0 * lifetime
            core.watch(session, other, other.expires)


def _deregister(core: Core, request: Request, found: Found, now: float) -> Outcome:
    session, binding = found.session, found.binding
    assert session is not None and binding is not None and request.multipath is not None
    meant = session.bindings if request.multipath.b else {found.key: session.bindings.get(found.key)}
    active = [key for key, one in meant.items() if one is not None and one.removed_at is None]
    for key in active:
        take_off(core, session, key, now, keep=False)
    found.what = "removed" if active else "removed-again"
    order.accept(core, request, session, binding)
    return Outcome(0, found.what, session, binding)
