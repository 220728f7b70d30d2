"""The dialect of the FID option: which of the two layouts an option fits (mext on 45 collides with RFC 6089).

An option that has findings in the set dialect and none in the other parses cleanly as the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from pmiptool.registry.codepoints import CodePoints
from pmiptool.registry.form import form_rules
from pmiptool.rules.flows import mext, rfc6089
from pmiptool.rules.judge import found
from pmiptool.rules.view import View
from pmiptool.wire.codec import codec_for
from pmiptool.wire.finding import Finding

AS_RFC6089 = mext("RFC 6089 4.2", "dialect", "note", "The FID option is in the dialect set.", field="fid")
AS_MEXT = rfc6089("mext 4.2", "dialect", "note", "The FID option is in the dialect set.", field="fid")
RULES = (AS_RFC6089, AS_MEXT)

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
    flows = view.named("fid")
    odd = _odd(findings)
    suspects = [element for element in flows if element.index in odd]
    if not suspects or not view.decoded.raw:
        return
    settings = other_dialect(view.settings)
    decoded = codec_for(settings).decode(view.decoded.raw)
    odd_there = _odd(findings_of(View(decoded, settings)))
    rule = AS_RFC6089 if settings.dialect == "rfc6089" else AS_MEXT
    for element in suspects:
        if element.index not in odd_there:
            yield found(rule, f"it parses cleanly as {settings.dialect}", element)


def _odd(findings: list[Finding]) -> set[int | None]:
    """The options whose octets do not make sense."""
    return {finding.option for finding in findings if finding.rule in FORM}
