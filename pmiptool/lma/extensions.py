"""What a request may ask for beside its prefixes: an IPv4 home address (RFC 5844) and GRE encapsulation (RFC 5845).

Both stand around the sessions of `plain`, `multihomed` and `multipath`, which know nothing of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pmiptool.lma import gre, ipv4, order
from pmiptool.lma.core import Core, Found, Outcome
from pmiptool.lma.plain import prefixes_for
from pmiptool.lma.request import Request
from pmiptool.session.model import Binding, PrefixKey, Session

Apply = Callable[[Core, Request, Found, float], Outcome]


def skip_unknown(core: Core, request: Request) -> None:
    """What is switched off is skipped, as an anchor does that does not know it (RFC 6275 6.2.1)."""
    if core.policy.ipv4 is False:
        request.ipv4_requests = ()
        request.ipv4_named = None
    gre.skip(core, request)


def status(core: Core, request: Request) -> int:
    """Further reasons to reject a request, after RFC 5213 5.3.1 (12)."""
    return ipv4.status(core, request) or gre.status(core, request)


def concern(request: Request, found: Found) -> bool:
    """Whether there is anything to do for a request: it asks for something, or its session has something."""
    if request.extended:
        return True
    session, binding = found.session, found.binding
    return session is not None and (session.ipv4 is not None or (binding is not None and binding.gre is not None))


def refine(request: Request, found: Found) -> None:
    """A de-registration of what the session does not have: of another address 171, of nothing at all silence."""
    session = found.session
    if request.lifetime or session is None or found.status or found.ignored:
        return
    if request.ipv4_named is not None and (session.ipv4 is None or session.ipv4.address != request.ipv4_named):
        found.status = ipv4.NOT_AUTHORIZED_FOR_ADDRESS
    elif not (request.hnps and session.prefixes) and not (request.ipv4_requests and session.ipv4 is not None):
        found.ignored = "deregistration-of-nothing"


def apply(core: Core, request: Request, found: Found, now: float, sessions: Apply) -> Outcome:
    """`sessions` applied with addresses and keys. A rejection changes nothing."""
    session, binding = found.session, found.binding
    if not request.lifetime:
        if session is not None and binding is not None and session.mhgid is None and session.mag_id is None:
            if ipv4.deregisters_part(core, request, session):
                return _released(core, request, session, binding, now)
        home = session.ipv4 if session is not None and request.ipv4_requests else None
        outcome = sessions(core, request, found, now)
        outcome.ipv4 = home
        return outcome
    claimed = ipv4.claim(core, request, session)
    if isinstance(claimed, int):
        return Outcome(claimed)
    more: tuple[PrefixKey, ...] | int = ()
    if session is not None and request.hnps and not session.prefixes:
        shared = () if session.mhgid is None else core.group_prefixes(request.mn_id)
        more = shared or prefixes_for(core, request)  # it has had an IPv4 home address only
    outcome = Outcome(more) if isinstance(more, int) else sessions(core, request, found, now)
    changed = outcome.session
    if changed is None:
        if claimed is not None and claimed.address not in core.homes.sessions:
            core.homes.give_back(claimed)
        return outcome
    if not isinstance(more, int) and more:
        core.take_prefixes(changed, more)
    if claimed is not None and changed.ipv4 is None:
        core.homes.bind(changed, claimed)
    outcome.ipv4 = claimed
    if outcome.what == "moved":
        ipv4.handed_over(core, request, changed, now)
    gre.exchange(core, request, outcome)
    return outcome


def _released(core: Core, request: Request, session: Session, binding: Binding, now: float) -> Outcome:
    """A selective de-registration: the session goes on with what is left (RFC 5844 3.1.2.5)."""
    outcome = Outcome(0, "released", session, binding)
    outcome.released = session.prefixes if request.hnps else ()
    outcome.ipv4 = ipv4.release_part(core, request, session, now)
    order.accept(core, request, session, binding)
    return outcome


def reply_options(core: Core, request: Request, outcome: Outcome) -> list[Any]:
    """What a PBA carries of all this."""
    return ipv4.reply_options(core, request, outcome) + gre.reply_options(request, outcome)


def reply_flags(core: Core, request: Request, outcome: Outcome) -> int:
    """What the flags of a PBA say beside P."""
    return gre.flags(core, request, outcome)
