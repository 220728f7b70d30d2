"""Bindings and filters of a mobile node over time: when each was in force, and why it ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pmiptool.report.timeline import Step
from pmiptool.rules.watch_state import Ended
from pmiptool.text.values import address_text

KEPT = 300
"""How many lifetimes of a mobile node are remembered; more are only counted."""
_Key = tuple[Any, ...]
_BINDING = 4
"""How long the key of a binding is; that of a filter has its FID behind it."""


class Lifetime(NamedTuple):
    """A binding, or a filter of one, in force from `start`; without an `end` it still is. why: it ended so.

    owner: of a filter the care-of address of its binding.
    """

    kind: str
    name: str
    start: float
    end: float | None
    why: str
    owner: str = ""


def lifetimes(steps: Iterable[Step]) -> list[Lifetime]:
    """Every binding in the order in which they began, each followed by its filters."""
    course = Course()
    for step in steps:
        course.add(step)
    return course.finish()


class Course:
    """What was in force, told step by step; it holds no more than `KEPT` lifetimes. left_out: how many more."""

    def __init__(self) -> None:
        self.left_out = 0
        self._open: dict[_Key, tuple[float, str]] = {}
        self._closed: list[tuple[_Key, Lifetime]] = []
        self._ended: list[Ended] = []
        self._last: Step | None = None

    def add(self, step: Step) -> None:
        """The next step. It may still be told what ended until the one behind it comes."""
        if self._last is not None:
            self._take(self._last)
        self._last = step

    def finish(self) -> list[Lifetime]:
        """No step comes any more: all lifetimes."""
        if self._last is not None:
            self._take(self._last)
            self._last = None
        for key, (start, name) in list(self._open.items()):
            self._close(key, start, name, None)
        found = sorted(self._closed, key=lambda pair: (len(pair[0]) > _BINDING, pair[1].start))
        owners = dict.fromkeys(key[:_BINDING] for key, _ in found)
        return [one for owner in owners for key, one in found if key[:_BINDING] == owner]

    def _take(self, step: Step) -> None:
        self._ended += step.ended
        there = dict(_in_force(step.state))
        for key in [key for key in self._open if key not in there]:
            self._close(key, *self._open.pop(key), step)
        for key, name in there.items():
            self._open.setdefault(key, (step.time, name))
        starts = min((start for start, _ in self._open.values()), default=step.time)
        self._ended = [ended for ended in self._ended if ended.time >= starts]

    def _close(self, key: _Key, start: float, name: str, step: Step | None) -> None:
        """It is gone at a step, or may be when no step comes any more."""
        own = next((ended for ended in reversed(self._ended) if ended.time >= start and _is(ended, key)), None)
        with_it = None
        if own is None and len(key) > _BINDING:
            owner = key[:_BINDING]
            with_it = next((e for e in reversed(self._ended) if e.time >= start and _is(e, owner)), None)
        ended = own or with_it
        why = "" if ended is None else own.why if own is not None else f"with its binding: {ended.why}"
        end = ended.time if ended is not None else step.time if step is not None else None
        kind = "flow" if len(key) > _BINDING else "binding"
        if len(self._closed) >= KEPT:
            self.left_out += 1
            return
        self._closed.append((key, Lifetime(kind, name, start, end, why, str(key[2]) if kind == "flow" else "")))


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


def _is(ended: Ended, key: _Key) -> bool:
    if address_text(ended.lma) != key[0]:
        return False
    if len(key) > _BINDING:
        return ended.kind == "flow" and ended.what == f"FID {key[_BINDING]} at {key[2]}"
    return ended.kind == "binding" and ended.what.split(" ", 1)[0] == key[2]
