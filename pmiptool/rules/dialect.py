"""The dialect of the FID option: which of the two layouts an option fits (PROTOCOL: mext on 45 collides with RFC 6089).

An option that has findings in the set dialect and none in the other parses cleanly as the other. So does one that has
findings under its number and none under that of the flow summary, or the other way round: RFC 6089 8 swaps the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from pmiptool.registry.codepoints import CodePoints
from pmiptool.registry.form import form_rules
from pmiptool.registry.rule import rule
from pmiptool.rules.flows import mext, rfc6089
from pmiptool.rules.judge import found
from pmiptool.rules.view import Element, View
from pmiptool.wire.codec import codec_for
from pmiptool.wire.finding import Finding

AS_RFC6089 = mext("RFC 6089 4.2", "dialect", "note", "The FID option is in the dialect set.", field="fid")
AS_MEXT = rfc6089("mext 4.2", "dialect", "note", "The FID option is in the dialect set.", field="fid")
SWAPPED = rule("RFC 6089 8", "swapped-numbers", "note",
               "The flow summary and the FID option have the numbers that are set, not each other's.",
               field="fid")  # fmt: skip
RULES = (AS_RFC6089, AS_MEXT, SWAPPED)

_OF_VALUES = frozenset(
    {
        "mext/4.2/action-undefined",
        "mext/4.2/pro-undefined",
        "rfc6089/4.2/fid-zero",
        "rfc6089/4.2/pri-zero",
    }
)
"""Besides the rules on form: values that a dialect does not have."""
FORM = frozenset(rule.id for rule in form_rules()) | _OF_VALUES

Findings = Callable[[View], list[Finding]]


def other_dialect(settings: CodePoints) -> CodePoints:
    return replace(settings, dialect="mext" if settings.wire_dialect == "rfc6089" else "rfc6089")


def judge(view: View, findings: list[Finding], findings_of: Findings) -> Iterator[Finding]:
    """`findings` are those of the message in the set dialect, `findings_of` finds those in another."""
    odd = _odd(findings)
    suspects = [element for element in view.named("fid") if element.index in odd]
    if suspects:
        settings = other_dialect(view.settings)
        rule = AS_RFC6089 if settings.dialect == "rfc6089" else AS_MEXT
        for element in _clean(suspects, view, settings, findings_of):
            yield found(rule, f"it parses cleanly as {settings.dialect}", element)
    suspects += [
        element for element in view.named("flow-summary") if element.index in odd or _names_none(element.value)
    ]
    if suspects:
        for element in _clean(suspects, view, swapped(view.settings), findings_of):
            title = "flow summary" if element.name == "fid" else "FID option"
            yield found(SWAPPED, f"it parses cleanly as a {title}", element)


def swapped(settings: CodePoints) -> CodePoints:
    """With the numbers of the flow summary and of the FID option in each other's place."""
    numbers = settings.flow_summary_option_type, settings.flow_identification_option_type
    return replace(settings, flow_identification_option_type=numbers[0], flow_summary_option_type=numbers[1])


def _clean(suspects: list[Element], view: View, settings: CodePoints, findings_of: Findings) -> list[Element]:
    """Those that make sense under other settings."""
    if not view.decoded.raw:
        return []
    there = View(codec_for(settings).decode(view.decoded.raw), settings)
    odd = _odd(findings_of(there))
    odd |= {element.index for element in there.named("flow-summary") if _names_none(element.value)}
    return [element for element in suspects if element.index not in odd]


def _names_none(value: object) -> bool:
    """Whether a flow summary names FID 0, which no flow has (RFC 6089 4.2)."""
    return 0 in getattr(value, "fid", ())


def _odd(findings: list[Finding]) -> set[int | None]:
    """The options whose octets do not make sense."""
    return {finding.option for finding in findings if finding.rule in FORM}
