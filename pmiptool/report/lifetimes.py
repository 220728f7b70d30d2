"""Bindings and filters of a mobile node over time: when each was in force, and why it ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pmiptool.report.timeline import Step
from pmiptool.rules.watch_state import Ended
from pmiptool.text.values import address_text

_Key = tuple[Any, ...]


class Lifetime(NamedTuple):
    """A binding, or a filter of one, in force from `start`; without an `end` it still is. why: it ended so.

    owner: of a filter the binding, as it is named here.
    """

    kind: str
    name: str
    start: float
    end: float | None
    why: str
    owner: str = ""


def lifetimes(steps: Sequence[Step]) -> list[Lifetime]:
    """Every binding in the order in which they began, each followed by its filters."""
    open_: dict[_Key, tuple[float, str]] = {}
    closed: list[tuple[_Key, Lifetime]] = []
    for step in steps:
        there = dict(_in_force(step.state))
        for key in [key for key in open_ if key not in there]:
            closed.append((key, _ended(key, *open_.pop(key), step)))
        for key, name in there.items():
            open_.setdefault(key, (step.time, name))
    closed += [(key, _lifetime(key, name, start, None, "")) for key, (start, name) in open_.items()]
    closed.sort(key=lambda pair: (len(pair[0]) > 4, pair[1].start))
    bindings = dict.fromkeys(key for key, _ in closed if key[4:] == ())
    owners = dict.fromkeys([*bindings, *(key[:4] for key, _ in closed)])
    return [one for owner in owners for key, one in closed if key[:4] == owner]


def _in_force(state: Sequence[Mapping[str, Any]]) -> Iterator[tuple[_Key, str]]:
    """A key for each binding and filter, and its name."""
    several = len({session["lma"] for session in state}) > 1
    for session in state:
        for binding in session["bindings"]:
            path = binding.get("path") or {}
            own = (binding["care_of_address"], (path.get("bid"), binding["att"]))
            key = (session["lma"], session["mhgid"], *own)
            words = [binding["care_of_address"], *([f"BID {path['bid']}"] if path else [])]
            words += [binding["att"]] if binding["att"] else []
            yield key, " ".join(words) + (f" at {session['lma']}" if several else "")
            for flow in binding["flows"]:
                told = [f"FID {flow['fid']}", *([flow["selector"]] if flow["selector"] else [])]
                yield (*key, flow["fid"]), " ".join(told)


def _lifetime(key: _Key, name: str, start: float, end: float | None, why: str) -> Lifetime:
    kind = "flow" if len(key) > 4 else "binding"
    return Lifetime(kind, name, start, end, why, str(key[2]) if kind == "flow" else "")


def _ended(key: _Key, start: float, name: str, step: Step) -> Lifetime:
    """What a step ended, with the reason that the watch gives for it, where it gives one."""
    for ended in step.ended:
        if _is(ended, key):
            return _lifetime(key, name, start, max(start, min(ended.time, step.time)), ended.why)
    with_it = next((ended for ended in step.ended if len(key) > 4 and _is(ended, key[:4])), None)
    return _lifetime(key, name, start, step.time, f"with its binding: {with_it.why}" if with_it else "")


def _is(ended: Ended, key: _Key) -> bool:
    if address_text(ended.lma) != key[0]:
        return False
    if len(key) > 4:
        return ended.kind == "flow" and ended.what == f"FID {key[4]} at {key[2]}"
    return ended.kind == "binding" and ended.what.startswith(str(key[2]))
