"""Families of faults in groups of interfaces and binding identifiers; `fault_families.FAMILIES` has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from pmiptool.lma.core import Core, Outcome
from pmiptool.lma.fault_behaviour import Behaviour
from pmiptool.lma.removal import remove_binding, replace_others
from pmiptool.lma.request import Request
from pmiptool.registry.codepoints import CodePoints
from pmiptool.session.model import Binding, Session
from pmiptool.session.prefix import as_prefix
from pmiptool.session.transitions import bind_bid, remove_flows
from pmiptool.wire.values import (
    BindingAcknowledgement,
    BindingIdentifier,
    HomeNetworkPrefix,
    Multihoming,
)

REFUSED = 128


class Plain(Behaviour):
    """One without a parameter."""

    def __init__(self, parameter: str, settings: CodePoints) -> None:
        pass


class InGroups(Plain):
    """What goes wrong with a group once a request of it has been accepted."""

    def after(self, core: Core, request: Request, outcome: Outcome, now: float) -> None:
        session, binding = outcome.session, outcome.binding
        if outcome.status < REFUSED and session is not None and binding is not None and session.mhgid is not None:
            self.spoil(core, request, outcome, session, binding, now)

    def spoil(
        self, core: Core, request: Request, outcome: Outcome, session: Session, binding: Binding, now: float
    ) -> None:
        raise NotImplementedError


def drop(session: Session, owner: Binding) -> None:
    """The filters that a gateway installed; those that the anchor re-instantiated stay."""
    remove_flows(session, owner, [fid for fid, flow in owner.flows.items() if not flow.reinstantiated])


class AnyGroup(Plain):
    def before(self, core: Core, request: Request, now: float) -> None:
        if request.multihoming is not None:
            request.multihoming = replace(request.multihoming, mhgid=0)


class OddOptionCounts(Plain):
    def before(self, core: Core, request: Request, now: float) -> None:
        if request.odd_multihoming:
            request.odd_multihoming, request.multihoming = False, request.multihoming or Multihoming()


class OnePrefix(Plain):
    def __init__(self, parameter: str, settings: CodePoints) -> None:
        self.prefix: Any = None

    def acknowledgement(
        self, core: Core, request: Request, outcome: Outcome, pba: BindingAcknowledgement
    ) -> BindingAcknowledgement:
        session = outcome.session
        if session is None or not session.prefixes:
            return pba
        self.prefix = self.prefix or as_prefix(session.prefixes[0])
        one = HomeNetworkPrefix(home_network_prefix=self.prefix)
        return replace(pba, options=tuple(one if isinstance(o, HomeNetworkPrefix) else o for o in pba.options))


class PerAnchor(Plain):
    """Identifiers of some kind that another mobile node used first are refused."""

    kinds: tuple[type[Any], ...] = ()
    name = ""
    status = REFUSED

    def __init__(self, parameter: str, settings: CodePoints) -> None:
        self.owners: dict[int, Any] = {}

    def acknowledgement(
        self, core: Core, request: Request, outcome: Outcome, pba: BindingAcknowledgement
    ) -> BindingAcknowledgement:
        def judged(option: Any) -> Any:
            if not isinstance(option, self.kinds):
                return option
            mine = self.owners.setdefault(getattr(option, self.name), request.mn_id) == request.mn_id
            return option if mine else replace(option, status=self.status)

        return replace(pba, options=tuple(map(judged, pba.options)))


class BidsPerAnchor(PerAnchor):
    kinds, name = (BindingIdentifier,), "bid"


class BidsLast(Plain):
    """The answer says that they are registered, as they then are."""

    def __init__(self, parameter: str, settings: CodePoints) -> None:
        self.late: list[Any] = []

    def before(self, core: Core, request: Request, now: float) -> None:
        self.late, request.bids = request.bids, []

    def acknowledgement(
        self, core: Core, request: Request, outcome: Outcome, pba: BindingAcknowledgement
    ) -> BindingAcknowledgement:
        if outcome.session is None or outcome.binding is None or pba.status >= REFUSED:
            return pba
        for option in self.late:
            bind_bid(outcome.session, outcome.binding, option.bid, option.bid_pri)
        return replace(pba, options=(*pba.options[:1], *self.late, *pba.options[1:]))


class BidsForgotten(InGroups):
    def spoil(
        self, core: Core, request: Request, outcome: Outcome, session: Session, binding: Binding, now: float
    ) -> None:
        binding.bids.clear()


class ActAlways(InGroups):
    def spoil(
        self, core: Core, request: Request, outcome: Outcome, session: Session, binding: Binding, now: float
    ) -> None:
        if request.multihoming is not None and request.multihoming.act == 1:
            drop(session, binding)


class Replaced(InGroups):
    def spoil(
        self, core: Core, request: Request, outcome: Outcome, session: Session, binding: Binding, now: float
    ) -> None:
        key = next((key for key, one in session.bindings.items() if one is binding), None)
        if key is not None:
            replace_others(core, session, key, now)


class RemovalOfAll(InGroups):
    def spoil(
        self, core: Core, request: Request, outcome: Outcome, session: Session, binding: Binding, now: float
    ) -> None:
        if request.lifetime == 0:
            for key in list(session.bindings):
                remove_binding(core, session, key, now, keep=False, remember=False)


class RenewalOfAll(InGroups):
    def spoil(
        self, core: Core, request: Request, outcome: Outcome, session: Session, binding: Binding, now: float
    ) -> None:
        for other in session.bindings.values() if request.lifetime else ():
            other.expires = now + 4.0 * outcome.lifetime
            core.rewatch(session, other, other.expires)


class SentAgain(Plain):
    again = 1.0


GROUP_FAMILIES: dict[str, tuple[str, Callable[[str, CodePoints], Behaviour]]] = {
    "bids-last": ("Binding identifiers are registered after filters are looked at.", BidsLast),
    "bids-forgotten": ("Binding identifiers are accepted and forgotten.", BidsForgotten),
    "bids-per-anchor": ("A binding identifier that another mobile node used first is refused with 128.", BidsPerAnchor),
    "one-prefix": ("All mobile nodes are told one prefix.", OnePrefix),
    "act-always": ("ACT=Remove removes filters in any request.", ActAlways),
    "interface-replaced": ("An interface takes the place of the others of its group.", Replaced),
    "removal-of-all": ("The removal of one interface ends its group.", RemovalOfAll),
    "renewal-of-all": ("The renewal of one interface renews its group.", RenewalOfAll),
    "any-group-is-0": ("A multihoming group other than 0 is taken for 0.", AnyGroup),
    "odd-multihoming-counts": ("A Multihoming option of a wrong length counts as one for group 0.", OddOptionCounts),
    "sent-again": ("PBAs are sent once more after 1 s.", SentAgain),
}
"""Each by its pattern: a sentence and what makes it."""
