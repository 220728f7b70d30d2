"""All rules in one tuple, and the judges of single messages and of exchanges."""

from __future__ import annotations

from pmiptool.registry.codepoints import CodePoints
from pmiptool.registry.form import form_rules
from pmiptool.registry.rule import Rule
from pmiptool.rules import answers, courses, dialect, exchanges, flows, ipv4, messages, multipath, watch_ipv4
from pmiptool.rules.catalogue import SESSION_RULES
from pmiptool.rules.context import Context, context_of
from pmiptool.rules.evaluate import Env
from pmiptool.rules.judge import compiler
from pmiptool.rules.observed import answers_kind
from pmiptool.rules.view import View
from pmiptool.wire.codec import Decoded
from pmiptool.wire.envelope import Envelope
from pmiptool.wire.finding import Finding
from pmiptool.wire.values import BindingAcknowledgement, UnknownMessage

RULES: tuple[Rule, ...] = (
    *form_rules(),
    *messages.RULES,
    *flows.RULES,
    *dialect.RULES,
    *exchanges.RULES,
    *answers.RULES,
    *SESSION_RULES,
    *courses.RULES,
    *multipath.RULES,
    *ipv4.RULES,
    *watch_ipv4.RULES,
)
"""Every rule: form, messages, exchanges, sessions. Ids stand once."""

LEVELS = {rule.id: rule.level for rule in RULES}
_messages = compiler(lambda: RULES, "message")
_exchanges = compiler(lambda: RULES, "exchange")


def _plain(view: View) -> list[Finding]:
    """The codec's findings and those of all expressions."""
    decoded = view.decoded
    if isinstance(decoded.message, UnknownMessage):  # its octets do not even hold its fields
        return list(decoded.findings)
    return [*decoded.findings, *_messages(view.settings).broken(decoded.name, Env(view)), *flows.judge(view)]


def check_message(
    decoded: Decoded, envelope: Envelope | None = None, settings: CodePoints | Context | None = None
) -> tuple[Finding, ...]:
    """Every rule on single messages that this one breaks, the codec's findings on its form included.

    Without an envelope the rules on addresses are silent.
    """
    context = context_of(settings)
    return judge_message(View(decoded, context.codepoints), envelope, context)


def judge_message(view: View, envelope: Envelope | None, context: Context) -> tuple[Finding, ...]:
    """`check_message` for whoever has the view already."""
    findings = _plain(view)
    findings += dialect.judge(view, findings, _plain)
    findings += messages.judge(view, envelope, context)
    return tuple(_by_reading(findings, context))


def _by_reading(findings: list[Finding], context: Context) -> list[Finding]:
    """Whichever reading the peer is set to follow, it is not at fault."""
    silent = set()
    if context.readings["pba-act"] == "echo":
        silent.add("muho/4.1/act-in-pba")
    if context.readings["mhgid-nonzero"] == "accept":
        silent.add("muho/4.1/mhgid")
    return [finding for finding in findings if finding.rule not in silent] if silent else findings


def check_exchange(
    request: Decoded,
    answer: Decoded,
    context: CodePoints | Context | None = None,
    care_of_address: bytes | None = None,
) -> tuple[Finding, ...]:
    """Every rule on exchanges that this answer breaks; option and offset point into the answer.

    care_of_address: who asked, where the LMA's configuration is known. A message that is no answer to such a request
    breaks none: what it says of itself is `check_message`'s.
    """
    if not answers_kind(request, answer):
        return ()
    judging = context_of(context)
    settings = judging.codepoints
    return judge_exchange(View(request, settings), View(answer, settings), judging, care_of_address)


def judge_exchange(asked: View, given: View, context: Context, care_of_address: bytes | None) -> tuple[Finding, ...]:
    """`check_exchange` for whoever has the views already."""
    findings = [*_exchanges(context.codepoints).broken(asked.name, Env(given, asked))]
    if not isinstance(given.message, BindingAcknowledgement):
        return tuple(findings)
    findings += exchanges.judge(asked, given, context, care_of_address)
    findings += ipv4.judge(asked, given, context)
    findings += answers.judge(asked, given, context)
    return tuple(findings)
