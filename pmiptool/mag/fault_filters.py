"""Faults in the filters and binding identifiers of PBUs; `faults.Faults` applies them by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from pmiptool.wire.values import (
    BindingIdentifier,
    BindingReference,
    BindingUpdate,
    FlowIdentification,
    FlowIdentification6089,
    FlowSummary,
    Ipv4Selector,
    Ipv6Selector,
    UnknownSubOption,
)

FILTER_FAULTS: dict[str, str] = {
    "without-fid": "No PBU has a Flow Identification option.",
    "without-summary": "No PBU has a Flow Summary option.",
    "without-bid": "No PBU has a Binding Identifier option.",
    "fid-twice": "Each filter stands twice in a PBU.",
    "fid-status-set": "Each filter has a status.",
    "fid-0": "Each filter has FID 0.",
    "fid-pri-0": "Each filter has priority 0.",
    "fid-pri-same": "All filters have one priority.",
    "summary-twice": "Each FID stands twice in the Flow Summary.",
    "summary-odd": "The Flow Summary names a FID that no filter has.",
    "summary-cut": "Of several Flow Summary options only the first is sent.",
    "reference-missing": "Filters have no Binding Reference.",
    "reference-twice": "Filters have two Binding References.",
    "reference-odd": "Filters refer to a binding identifier that was not registered.",
    "reference-of-two": "Filters refer to two bindings.",
    "selector-missing": "Filters have no selector.",
    "selector-twice": "Filters have two selectors.",
    "selector-format-9": "The format of selectors is one that is not defined.",
    "selector-reserved-set": "The reserved flags of selectors are set.",
    "selector-octet-set": "The reserved octet of selectors is set.",
    "selector-ends-alone": "Selectors have the End of each range without its Start.",
    "flow-label-dirty": "The bits before the flow labels of selectors are set.",
    "sub-option-pad1-run": "Filters have two Pad1 side by side.",
    "sub-option-padn-dirty": "Filters have a PadN with data other than zeros.",
    "reference-empty": "Binding References of filters are empty.",
    "bid-zero": "Binding Identifier options have BID 0.",
    "bid-one-for-all": "All Binding Identifier options have one BID.",
    "bid-pri-0": "Binding Identifier options have priority 0.",
    "bid-h-set": "Binding Identifier options have the H flag.",
}
_FLOWS = (FlowIdentification, FlowIdentification6089)
_SELECTORS = (Ipv4Selector, Ipv6Selector)
_RANGES = ("src", "dst", "spi", "flow_label", "src_port", "dst_port", "dscp", "proto")
_LABELS = ("flow_label", "flow_label_end")

Parts = tuple[Any, ...]


def changed(names: frozenset[str], message: BindingUpdate) -> BindingUpdate:
    """A PBU with what these faults do to its filters."""
    for name, change in _CHANGES.items():
        if name in names:
            message = replace(message, options=tuple(change(message.options)))
    return message


def _each(kinds: type | tuple[type, ...], change: Callable[[Any], Any]) -> Callable[[Parts], Parts]:
    return lambda options: tuple(change(option) if isinstance(option, kinds) else option for option in options)


def _without(kinds: type | tuple[type, ...]) -> Callable[[Parts], Parts]:
    return lambda options: tuple(option for option in options if not isinstance(option, kinds))


def _twice(kinds: type | tuple[type, ...]) -> Callable[[Parts], Parts]:
    return lambda options: tuple(o for option in options for o in [option] * (2 if isinstance(option, kinds) else 1))


def _inside(change: Callable[[Parts], Parts]) -> Callable[[Parts], Parts]:
    """The sub-options of each filter changed."""
    return _each(_FLOWS, lambda flow: replace(flow, suboptions=change(flow.suboptions)))


def _selectors(change: Callable[[Any], Any]) -> Callable[[Parts], Parts]:
    return _inside(_each(_SELECTORS, change))


def _ends_alone(selector: Any) -> Any:
    here = [name for name in _RANGES if getattr(selector, f"{name}_end", None) is not None]
    return replace(selector, **dict.fromkeys(here))


def _dirty_labels(selector: Any) -> Any:
    labels = {name: getattr(selector, name, None) for name in _LABELS}
    return replace(selector, **{name: label | 1 << 24 for name, label in labels.items() if label is not None})


_CHANGES: dict[str, Callable[[Parts], Parts]] = {
    "without-fid": _without(_FLOWS),
    "without-summary": _without(FlowSummary),
    "without-bid": _without(BindingIdentifier),
    "fid-status-set": _each(_FLOWS, lambda flow: replace(flow, status=7)),
    "fid-0": _each(_FLOWS, lambda flow: replace(flow, fid=0)),
    "fid-pri-0": _each(_FLOWS, lambda flow: replace(flow, pri=0)),
    "fid-pri-same": _each(_FLOWS, lambda flow: replace(flow, pri=7)),
    "fid-twice": _twice(_FLOWS),
    "summary-twice": _each(FlowSummary, lambda option: replace(option, fid=option.fid * 2)),
    "summary-odd": _each(FlowSummary, lambda option: replace(option, fid=(*option.fid, 999))),
    "summary-cut": lambda options: tuple(
        option
        for n, option in enumerate(options)
        if not isinstance(option, FlowSummary) or type(options[n - 1]) is not FlowSummary
    ),
    "reference-missing": _inside(_without(BindingReference)),
    "reference-twice": _inside(_twice(BindingReference)),
    "reference-odd": _inside(_each(BindingReference, lambda part: replace(part, bid=(99,)))),
    "reference-of-two": _inside(lambda parts: (BindingReference(bid=(5, 6)), *_without(BindingReference)(parts))),
    "selector-missing": _inside(_without(_SELECTORS)),
    "selector-twice": _inside(_twice(_SELECTORS)),
    "selector-format-9": _selectors(lambda selector: replace(selector, format=9)),
    "selector-reserved-set": _selectors(lambda selector: replace(selector, reserved_flags=1)),
    "selector-octet-set": _selectors(lambda selector: replace(selector, reserved=1)),
    "selector-ends-alone": _selectors(_ends_alone),
    "flow-label-dirty": _selectors(_dirty_labels),
    "sub-option-pad1-run": _inside(lambda parts: (*parts, UnknownSubOption(type=0))),
    "sub-option-padn-dirty": _inside(lambda parts: (*parts, UnknownSubOption(type=1, data=b"\x99"))),
    "reference-empty": _inside(_each(BindingReference, lambda part: replace(part, bid=()))),
    "bid-zero": _each(BindingIdentifier, lambda option: replace(option, bid=0)),
    "bid-one-for-all": _each(BindingIdentifier, lambda option: replace(option, bid=5)),
    "bid-pri-0": _each(BindingIdentifier, lambda option: replace(option, bid_pri=0)),
    "bid-h-set": _each(BindingIdentifier, lambda option: replace(option, h=1)),
}
