"""Rules on the FID options of an acknowledgement for those of its request (mext 5.3, RFC 6089 5.3, muho 4.2).

Functions, because they match options of two messages by their FID. They are silent where the answer has neither a
Multihoming option nor any FID that was asked for: an anchor that skips what it does not understand is right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from pmiptool.registry.rfc6089 import ADD, DISCARD, MODIFY, N_CAST, REINSTANTIATED
from pmiptool.registry.rule import Rule, count, implies
from pmiptool.rules.context import Context
from pmiptool.rules.exchanges import PBU, REJECTED
from pmiptool.rules.flows import mext, rfc6089
from pmiptool.rules.judge import found
from pmiptool.rules.view import Element, View
from pmiptool.wire.finding import Finding
from pmiptool.wire.values import UnknownOption


def _mext(where: str, what: str, level: str, sentence: str) -> Rule:
    return mext(where, what, level, sentence, scope="exchange", messages=PBU, field="fid")


def _rfc6089(where: str, what: str, level: str, sentence: str) -> Rule:
    return rfc6089(where, what, level, sentence, scope="exchange", messages=PBU, field="fid")


_ECHO = "Every FID option of an accepted request is answered."
_NONE = "A request for flows is answered flow by flow."
_CHANGED = "A FID option is copied from the request, FID-PRI, action and PRO included."
_SUBOPTIONS = "A FID option is copied from the request with its sub-options."
_TWICE = "A FID that stands twice in a request is refused, and all others with it."
_FITS = "The status of a FID option fits what was asked."

BY_DIALECT: dict[str, dict[str, Rule]] = {
    "mext": {
        "echo": _mext("mext 5.3.5", "fid-echo", "error", _ECHO),
        "none": _mext("mext 5.2.5", "flows-unsupported", "warning", _NONE),
        "changed": _mext("mext 5.3.5", "fid-changed", "warning", _CHANGED),
        "suboptions": _mext("mext 5.3.5", "fid-suboptions", "warning", _SUBOPTIONS),
        "twice": _mext("mext 5.3.2", "fid-twice-accepted", "error", _TWICE),
        "fits": _mext("mext 4.2", "status-fits", "error", _FITS),
    },
    "rfc6089": {
        "echo": _rfc6089("RFC 6089 5.3.5", "fid-echo", "warning", _ECHO),
        "none": _rfc6089("RFC 6089 5.3.5", "flows-unsupported", "warning", _NONE),
        "changed": _rfc6089("RFC 6089 5.3.5", "fid-changed", "note", _CHANGED),
        "suboptions": _rfc6089("RFC 6089 5.3.5", "fid-suboptions", "note", _SUBOPTIONS),
        "twice": _rfc6089("RFC 6089 5.3.2", "fid-twice-accepted", "error", _TWICE),
        "fits": _rfc6089("RFC 6089 4.2", "status-fits", "error", _FITS),
    },
}
NO_SELECTOR = _mext(
    "mext 5.3.2.1",
    "no-selector",
    "error",
    "A new flow without description is refused with 129, or with 135 where its FID is in use.",
)
MARK = _mext("muho 4.2", "pro", "error", "A FID that the LMA re-instantiated has PRO=2, or the status agreed on.")
UNASKED = _mext("muho 4.2", "fid-unasked", "error", "A FID that nobody asked for is not refused.")

JUDGED = (*(r for rules in BY_DIALECT.values() for r in rules.values()), NO_SELECTOR, MARK, UNASKED)
EXPRESSED = (
    mext("mext 5.3.3", "two-summaries", "error", "A request with several Flow Summary options is rejected.",
         implies(count("request:flow-summary") > 1, REJECTED), scope="exchange", messages=PBU, field="status"),
)  # fmt: skip


def fids(view: View) -> list[Element]:
    """The well-formed FID options of a message."""
    return [element for element in view.named("fid") if not isinstance(element.value, UnknownOption)]


def summary(view: View) -> set[int] | None:
    """The FIDs of all Flow Summary options; None when there is none."""
    options = view.values("flow-summary")
    return {fid for option in options for fid in option.fid} if options else None


def marked(flow: Any, context: Context) -> bool:
    """Whether a FID option says that the LMA re-instantiated it, by PRO=2 or by a status (muho 4.1, 4.2)."""
    if getattr(flow, "pro", REINSTANTIATED) == REINSTANTIATED:
        return bool(flow.status < 128)
    agreed = context.codepoints.reinstantiated_status
    return bool(flow.status == agreed if agreed else 0 < flow.status < 128)


def judge(request: View, answer: View, context: Context) -> Iterator[Finding]:
    """All rules above, but the expressions."""
    if request.name != "pbu" or answer.message.status >= 128 or request.message.lifetime == 0:
        return
    rules = BY_DIALECT[context.codepoints.wire_dialect]
    asked = fids(request)
    given = {element.value.fid: element for element in fids(answer)}
    times = Counter(element.value.fid for element in asked)
    flows_known = answer.named("multihoming") or answer.named("mag-multipath")  # RFC 8278 3.2
    if not flows_known and not set(times) & set(given):
        return
    if asked and not set(times) & set(given):
        yield found(rules["none"], f"none of FID {_list(times)} is answered")
    else:
        for fid in times:
            if fid not in given:
                yield found(rules["echo"], f"FID {fid} of the request is not answered")
    twice = max(times.values(), default=0) > 1
    for element in asked:
        echo = given.get(element.value.fid)
        if echo is None:
            continue
        if twice:
            if echo.value.status < 128:
                yield found(rules["twice"], f"FID {echo.value.fid} has status {echo.value.status}", echo)
            continue
        yield from _copied(rules, element, echo)
        yield from _status(rules["fits"], request, element, echo)
    named = summary(request) or set()
    for fid, element in given.items():
        if fid in times:
            continue
        refused = element.value.status >= 128
        if refused and fid not in named:
            yield found(UNASKED, f"FID {fid} has status {element.value.status}", element)
        elif not refused and not marked(element.value, context) and context.codepoints.wire_dialect == "mext":
            flow = element.value
            yield found(MARK, f"FID {fid}, which the request does not name, has PRO {flow.pro}, expected 2", element)


def _copied(rules: dict[str, Rule], asked: Element, echo: Element) -> Iterator[Finding]:
    one, other = asked.value, echo.value
    told = []
    for name in ("pri", "action", "pro"):
        was, now = getattr(one, name, None), getattr(other, name, None)
        if was == now or (name == "pro" and (was, now) == (MODIFY, REINSTANTIATED)):
            continue
        told.append(f"{name} is {now}, expected {was}")
    if told:
        yield found(rules["changed"], f"FID {other.fid}: {', '.join(told)}", echo)
    lost = [sub for sub in one.suboptions if sub not in other.suboptions]
    if lost:
        kinds = ", ".join(type(sub).__name__ for sub in lost)
        yield found(rules["suboptions"], f"FID {other.fid} comes back without the same {kinds}", echo)


def _status(fits: Rule, request: View, asked: Element, echo: Element) -> Iterator[Finding]:
    flow, status = asked.value, echo.value.status
    subs = request.suboptions(asked)
    described = any(sub.name != "binding-reference" for sub in subs)
    referred = any(sub.name == "binding-reference" for sub in subs)
    if not hasattr(flow, "pro"):
        if (status == 131 and not referred) or (status == 133 and not described):
            what = "Binding Reference" if status == 131 else "traffic selector"
            yield found(fits, f"FID {flow.fid} has status {status}, and its request has no {what}", echo)
        return
    if flow.pro == ADD and not described and status not in (129, 135):
        yield found(NO_SELECTOR, f"FID {flow.fid} has status {status}", echo)
    expected = {
        136: flow.pro != ADD,
        138: flow.action == DISCARD,
        139: flow.action == N_CAST,
    }.get(status, True)
    if not expected:
        told = f"FID {flow.fid} has status {status} for PRO {flow.pro} and action {flow.action}"
        yield found(fits, told, echo)


def _list(fids: Any) -> str:
    return ", ".join(map(str, sorted(fids)))


RULES = (*EXPRESSED, *JUDGED)
