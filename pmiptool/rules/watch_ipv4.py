"""IPv4 home addresses (RFC 5844) and GRE keys (RFC 5845) over time: what a session was given, it keeps.

Silent for what was not seen: an address or key counts from the first accepting answer that has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pmiptool.registry.rule import Rule, rule
from pmiptool.rules.explain import show
from pmiptool.rules.ipv4 import ASKED, GIVEN, GRE, ROUTER
from pmiptool.rules.judge import found
from pmiptool.rules.pairing import Answer, Request
from pmiptool.rules.view import View
from pmiptool.session.model import Binding, GreKeys, Ipv4Home
from pmiptool.wire.finding import Finding

if TYPE_CHECKING:
    from pmiptool.rules.watch_state import Asked, Group

NOT_CHANGED = 5
NOT_REQUIRED = 2


def _session(where: str, what: str, sentence: str, field: str) -> Rule:
    return rule(where, what, "error", sentence, scope="session", field=field)


NAMED_AGAIN = _session("RFC 5844 3.2.3.3", "session-address",
                       "A request for a session with an IPv4 home address names it.", ASKED)  # fmt: skip
ADDRESS_KEPT = _session("RFC 5844 3.1.2.6", "session-address", "A session keeps its IPv4 home address.", GIVEN)
REPLY_OMITTED = _session("RFC 5844 3.1.2.6", "reply-omitted",
                         "The IPv4 home address of a session is said whenever it is asked for.", GIVEN)  # fmt: skip
ADDRESS_IN_USE = _session("RFC 5844 3.1.2.2", "address-in-use",
                          "An IPv4 home address is assigned to one mobile node at a time.", GIVEN)  # fmt: skip
KEY_SENT_AGAIN = _session("RFC 5845 3.3.2", "downlink-key",
                          "A re-registration with GRE keys has the key for the downlink.", GRE)  # fmt: skip
KEY_KEPT = _session("RFC 5845 3.3.2", "uplink-key", "The key for the uplink stays that of the session.", GRE)
KEY_OMITTED = _session("RFC 5845 3.3.2", "uplink-key-omitted",
                       "The key for the uplink is returned in answer to each key for the downlink.", GRE)  # fmt: skip

RULES = (NAMED_AGAIN, ADDRESS_KEPT, REPLY_OMITTED, ADDRESS_IN_USE, KEY_SENT_AGAIN, KEY_KEPT, KEY_OMITTED)


def asks(group: Group | None, binding: Binding | None, request: Request, asked: Asked) -> Iterator[Finding]:
    """What a gateway asks for, held against what it was told. One of several gateways need not know of an address."""
    if group is None or binding is None or group.session.mhgid is not None:
        return
    again = asked.hi == NOT_CHANGED and not request.removal
    home, option = group.session.ipv4 if group.address_sure else None, request.view.value(ASKED)
    if home is not None and option is None and again:
        yield found(NAMED_AGAIN, f"it names none, expected {show(home.address)}")
    elif home is not None and option is not None and option.ipv4_home_address != home.address:
        if again or request.removal:
            told = f"it names {show(option.ipv4_home_address)}, expected {show(home.address)}"
            yield found(NAMED_AGAIN, told, request.view.first(ASKED))
    keys = binding.gre
    if again and keys is not None and keys.downlink is not None and request.view.value(GRE) is None:
        yield found(KEY_SENT_AGAIN, f"it has none, expected {keys.downlink}")


def partial(group: Group, request: Request) -> bool:
    """An accepted de-registration of the address alone, or of the prefixes alone, of a session that has both.

    The session goes on with the other (RFC 5844 3.1.2.5).
    """
    session = group.session
    address, prefixes = bool(request.view.named(ASKED)), bool(request.view.named("hnp"))
    if session.ipv4 is None or not session.prefixes or address == prefixes:
        return False
    if address:
        session.ipv4 = None
    else:
        session.prefixes = ()
        group.given.clear()
    return True


def continues(group: Group, answer: Answer) -> bool:
    """Whether an answer gives the address of this session."""
    home, given = group.session.ipv4, home_of(answer.view)
    return home is not None and given is not None and home.address == given.address


def forget(groups: Iterable[Group], request: Request, asked: Asked) -> None:
    """An attachment: what its mobile node has elsewhere is unknown from now on, until it is said again.

    It may be a handover, whatever becomes of its answer, in which a session gives up what the new gateway does not name
    (RFC 5844 3.1.2.4) and its binding leaves the old one.
    """
    if request.removal or asked.hi == NOT_CHANGED:
        return
    for group in groups:
        for binding in group.session.bindings.values():
            if binding.care_of_address != request.care_of:
                binding.gre = None
                if group.session.mhgid is None:
                    group.address_sure = False


def accepted(group: Group, binding: Binding, request: Request, answer: Answer, homes: dict[tuple[bytes, bytes], Group],
             *, entered: bool) -> Iterator[Finding]:  # fmt: skip
    """An accepting answer for a lifetime. entered: its binding was not there before. homes: who has which address."""
    session = group.session
    if entered and session.mhgid is not None:
        binding.gre = None  # it may have ended meanwhile, and a group without any binding with it
        if len(session.bindings) == 1:
            session.ipv4 = None
    yield from _address(group, request, answer, homes, entered)
    yield from _keys(binding, request, answer, entered)


def _address(group: Group, request: Request, answer: Answer, homes: dict[tuple[bytes, bytes], Group], entered: bool
             ) -> Iterator[Finding]:  # fmt: skip
    session, home = group.session, home_of(answer.view)
    element = answer.view.first(GIVEN)
    if home is None:
        wanted = request.view.named(ASKED)
        if session.ipv4 is not None and group.address_sure and len(wanted) == 1:
            yield found(REPLY_OMITTED, f"it says none, expected {show(session.ipv4.address)}", element)
        elif entered and not wanted:
            session.ipv4 = None  # given up by a handoff (3.1.2.4)
        return
    if session.ipv4 is not None and group.address_sure and session.ipv4.address != home.address:
        told = f"the answer gives {show(home.address)}, expected {show(session.ipv4.address)}"
        yield found(ADDRESS_KEPT, told, element)
    holder = homes.get((group.lma, home.address))
    if holder is not None and holder.mn != group.mn and _holds(holder, home) and not answer.view.named(GRE):
        # With GRE keys the addresses of several networks may overlap (RFC 5845 3.1).
        yield found(ADDRESS_IN_USE, f"{show(home.address)} is in use by another mobile node", element)
    session.ipv4 = home
    group.address_sure = True
    homes[group.lma, home.address] = group


def _holds(group: Group, home: Ipv4Home) -> bool:
    session = group.session
    there = bool(session.bindings) and group.address_sure and not group.doubtful
    return there and session.ipv4 is not None and session.ipv4.address == home.address


def _keys(binding: Binding, request: Request, answer: Answer, entered: bool) -> Iterator[Finding]:
    asked, option = request.view.value(GRE), answer.view.value(GRE)
    before = binding.gre
    if asked is None:
        if entered:
            binding.gre = None
        return
    uplink = None if before is None else before.uplink
    if option is None:
        if uplink is not None and asked.gre_key and answer.decoded.message.status != NOT_REQUIRED:
            yield found(KEY_OMITTED, f"the answer has no option, expected {uplink}")
        binding.gre = None
        return
    element = answer.view.first(GRE)
    given = option.gre_key[0] if option.gre_key else None
    if uplink is not None and given is not None and given != uplink:
        yield found(KEY_KEPT, f"the answer has {given}, expected {uplink}", element)
    binding.gre = GreKeys(asked.gre_key[0] if asked.gre_key else None, given)


def home_of(view: View) -> Ipv4Home | None:
    """The address that an answer gives, with its network and default router (4 octets of 0 where it names none)."""
    reply, router = view.value(GIVEN), view.value(ROUTER)
    if reply is None or reply.status >= 128 or not any(reply.ipv4_home_address):
        return None
    address = bytes(4) if router is None else router.ipv4_default_router_address
    return Ipv4Home(reply.ipv4_home_address, reply.prefix_length, address)
