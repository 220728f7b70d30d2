"""Families of faults in the filters of groups; `fault_families.FAMILIES` has them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from pmiptool.errors import UsageError
from pmiptool.lma.config import LmaConfig
from pmiptool.lma.core import Core, Found, Outcome
from pmiptool.lma.fault_behaviour import Behaviour
from pmiptool.lma.fault_groups import GROUP_FAMILIES, InGroups, PerAnchor, Plain, drop
from pmiptool.lma.request import Request
from pmiptool.registry.codepoints import CodePoints
from pmiptool.session.model import Binding, Session
from pmiptool.session.transitions import remove_flows
from pmiptool.wire.values import (
    BindingAcknowledgement,
    BindingReference,
    FlowIdentification,
    FlowIdentification6089,
    FlowSummary,
    Ipv4Selector,
    Ipv6Selector,
    UnknownOption,
    UnknownSubOption,
)

REFUSED = 128  # and above
WRONG, OTHERWISE_WRONG = 129, 131  # neither says that a policy prohibits the filter
SELECTORS: dict[str, type] = {"ipv4": Ipv4Selector, "ipv6": Ipv6Selector}
FILTERS = (FlowIdentification, FlowIdentification6089)


def filters_changed(pba: BindingAcknowledgement, change: Callable[[Any], Any]) -> BindingAcknowledgement:
    options = tuple(change(option) if isinstance(option, FILTERS) else option for option in pba.options)
    return replace(pba, options=options)


class RefusalsHidden(Plain):
    def acknowledgement(
        self, core: Core, request: Request, outcome: Outcome, pba: BindingAcknowledgement
    ) -> BindingAcknowledgement:
        return filters_changed(pba, lambda o: replace(o, status=0) if o.status >= REFUSED else o)


class WrongFilterStatus(Behaviour):
    def __init__(self, text: str, settings: CodePoints) -> None:
        if not text.isdecimal() or int(text) > 255:
            raise UsageError(f"{text!r} is no status of a filter; it takes a number up to 255")
        self.status = int(text)

    def acknowledgement(
        self, core: Core, request: Request, outcome: Outcome, pba: BindingAcknowledgement
    ) -> BindingAcknowledgement:
        wrong = WRONG if self.status != WRONG else OTHERWISE_WRONG
        return filters_changed(pba, lambda o: replace(o, status=wrong) if o.status == self.status else o)


class RefusalRejects(Plain):
    """What comes of the request stays."""

    def acknowledgement(
        self, core: Core, request: Request, outcome: Outcome, pba: BindingAcknowledgement
    ) -> BindingAcknowledgement:
        refused = any(isinstance(option, FILTERS) and option.status >= REFUSED for option in pba.options)
        return replace(pba, status=REFUSED, lifetime=0) if refused else pba


class StatusCopied(Plain):
    """A request's own status of a filter comes back."""

    def acknowledgement(
        self, core: Core, request: Request, outcome: Outcome, pba: BindingAcknowledgement
    ) -> BindingAcknowledgement:
        asked = {option.fid: option.status for option in request.fids if isinstance(option, FILTERS)}
        return filters_changed(pba, lambda o: replace(o, status=asked.get(o.fid, 0) or o.status))


class ShortFids(Plain):
    def before(self, core: Core, request: Request, now: float) -> None:
        request.fids = [replace(o, fid=o.fid & 0xFF) if isinstance(o, FILTERS) else o for o in request.fids]


class OddSummaryCounts(Plain):
    def before(self, core: Core, request: Request, now: float) -> None:
        kind, request.odd_summary = request.codepoints.flow_summary_option_type, False
        for option in request.decoded.message.options:
            if isinstance(option, UnknownOption) and option.type == kind:
                fids = (int.from_bytes(option.data[at : at + 2], "big") for at in range(0, len(option.data) - 1, 2))
                request.summaries.append(FlowSummary(tuple(fids)))


class SummaryAnswered(Plain):
    def acknowledgement(
        self, core: Core, request: Request, outcome: Outcome, pba: BindingAcknowledgement
    ) -> BindingAcknowledgement:
        rfc6089 = request.codepoints.wire_dialect == "rfc6089"
        kind: Any = FlowIdentification6089 if rfc6089 else FlowIdentification
        answered = {option.fid for option in pba.options if isinstance(option, FILTERS)}
        known = {fid for summary in request.summaries for fid in summary.fid} - answered
        return replace(pba, options=(*pba.options, *(kind(fid=fid) for fid in sorted(known))))


class FirstSummary(Plain):
    def before(self, core: Core, request: Request, now: float) -> None:
        del request.summaries[1:]


class TypesSwapped(Plain):
    def configured(self, config: LmaConfig) -> LmaConfig:
        points = config.codepoints
        swapped = dataclasses.replace(
            points,
            flow_identification_option_type=points.flow_summary_option_type,
            flow_summary_option_type=points.flow_identification_option_type,
        )
        return replace(config, codepoints=swapped)


class SubOptionRefused(Behaviour):
    """what: pads, or unknown ones. The filter is installed all the same."""

    def __init__(self, what: str, settings: CodePoints) -> None:
        if what not in ("pad", "unknown"):
            raise UsageError(f"{what!r} is no kind of sub-option; write refuses-sub-option-pad or -unknown")
        self.what = what

    def acknowledgement(
        self, core: Core, request: Request, outcome: Outcome, pba: BindingAcknowledgement
    ) -> BindingAcknowledgement:
        odd = {option.fid for option in request.fids if isinstance(option, FILTERS) and self._has(request, option)}
        return filters_changed(pba, lambda o: replace(o, status=WRONG) if o.fid in odd else o)

    def _has(self, request: Request, option: Any) -> bool:
        if self.what == "unknown":
            return any(isinstance(one, UnknownSubOption) for one in option.suboptions)
        slot = request.slot_of(option)
        return slot is not None and any(sub.pad is not None for sub in slot.sub)


class SelectorRefused(Behaviour):
    """what: a field of a selector, or its format. The filter is installed all the same."""

    def __init__(self, what: str, settings: CodePoints) -> None:
        fields = {*Ipv4Selector.__struct_fields__, *Ipv6Selector.__struct_fields__, *SELECTORS}
        if what not in fields:
            raise UsageError(f"a selector has no {what!r}; it has {', '.join(sorted(fields))}")
        self.what = what

    def acknowledgement(
        self, core: Core, request: Request, outcome: Outcome, pba: BindingAcknowledgement
    ) -> BindingAcknowledgement:
        def judged(option: Any) -> Any:
            return replace(option, status=WRONG) if any(map(self._refuses, option.suboptions)) else option

        return filters_changed(pba, judged)

    def _refuses(self, selector: Any) -> bool:
        if self.what in SELECTORS:
            return isinstance(selector, SELECTORS[self.what])
        return getattr(selector, self.what, None) is not None


class Steered(Plain):
    """A filter for whatever comes takes the PBAs too."""

    def instead(self, request: Request, found: Found) -> str:
        flows = found.binding.flows.values() if found.binding is not None else ()
        return "unheard" if any(flow.selector == Ipv6Selector() for flow in flows) else ""


class ChangesIgnored(Behaviour):
    """what: a field of a filter that stays as it was, or `left-out`: what a change leaves out is lost."""

    def __init__(self, what: str, settings: CodePoints) -> None:
        if what not in ("priority", "selector", "bids", "left-out"):
            raise UsageError(f"{what!r} is no part of a filter; it takes priority, selector, bids or left-out")
        self.what = what
        self.was: dict[int, Any] = {}

    def found(self, core: Core, request: Request, found: Found) -> Found:
        flows = found.binding.flows if found.binding is not None else {}
        self.was = {fid: getattr(flow, self.what, None) for fid, flow in flows.items()}
        return found

    def after(self, core: Core, request: Request, outcome: Outcome, now: float) -> None:
        flows = outcome.binding.flows if outcome.binding is not None else {}
        for option in request.fids:
            if not isinstance(option, FILTERS) or option.fid not in self.was or option.fid not in flows:
                continue
            flow = flows[option.fid]
            if self.what != "left-out":
                setattr(flow, self.what, self.was[option.fid])
                continue
            if not any(isinstance(one, BindingReference) for one in option.suboptions):
                flow.bids = flow.bids[:1]
            if not any(isinstance(one, (Ipv4Selector, Ipv6Selector)) for one in option.suboptions):
                flow.selector = Ipv6Selector()


class FidsPerAnchor(PerAnchor):
    kinds, name, status = FILTERS, "fid", WRONG


class NotStored(InGroups):
    def spoil(
        self, core: Core, request: Request, outcome: Outcome, session: Session, binding: Binding, now: float
    ) -> None:
        drop(session, binding)


class OthersFiltersLost(InGroups):
    def spoil(
        self, core: Core, request: Request, outcome: Outcome, session: Session, binding: Binding, now: float
    ) -> None:
        for other in session.bindings.values():
            if other is not binding:
                drop(session, other)


class RefusalRemoves(InGroups):
    def spoil(
        self, core: Core, request: Request, outcome: Outcome, session: Session, binding: Binding, now: float
    ) -> None:
        remove_flows(session, binding, [option.fid for option in outcome.fids if option.status >= REFUSED])


FLOW_FAMILIES: dict[str, tuple[str, Callable[[str, CodePoints], Behaviour]]] = {
    "filter-refusals-hidden": ("A refused filter is answered with 0.", RefusalsHidden),
    "wrong-filter-status-STATUS": (
        "A filter to be answered with STATUS gets 129 in its place (131 for 129): wrong-filter-status-0.",
        WrongFilterStatus,
    ),
    "filter-refusal-rejects": ("One refused filter, and the PBA has status 128.", RefusalRejects),
    "filter-refusal-removes": ("A filter that is not changed as asked for is removed.", RefusalRemoves),
    "filter-status-copied": ("The status of a filter in the PBA is that of the PBU, unless it is 0.", StatusCopied),
    "fids-of-8-bits": ("Of a FID the lower octet counts.", ShortFids),
    "odd-summary-counts": ("A Flow Summary option with half a FID counts.", OddSummaryCounts),
    "summary-answered": ("What a Flow Summary names and is known gets a filter option of its own.", SummaryAnswered),
    "first-summary-counts": ("Of several Flow Summary options the first counts.", FirstSummary),
    "refuses-sub-option-KIND": (
        "A filter with pads among its sub-options, or with unknown ones, gets 129: refuses-sub-option-pad.",
        SubOptionRefused,
    ),
    "refuses-selector-FIELD": (
        "A filter with this field in its selector, or of this format, gets 129: refuses-selector-spi_end, -ipv4.",
        SelectorRefused,
    ),
    "filter-types-swapped": (
        "The types of Flow Identification and Flow Summary are exchanged, as RFC 6089 8 prints them.",
        TypesSwapped,
    ),
    "signalling-steered": ("Where a filter matches whatever comes, PBAs get lost.", Steered),
    "keeps-filter-PART": (
        "A change leaves the priority, selector or bids as they were; or what it leaves out (left-out) gets lost: "
        "keeps-filter-priority.",
        ChangesIgnored,
    ),
    "filters-not-stored": ("Filters are accepted and forgotten.", NotStored),
    "filters-of-others-lost": ("A request takes the filters of the group's other interfaces away.", OthersFiltersLost),
    "fids-per-anchor": ("A FID that another mobile node used first is refused with 129.", FidsPerAnchor),
    **GROUP_FAMILIES,
}
"""Each by its pattern: a sentence and what makes it."""
