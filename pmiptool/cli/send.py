"""``pmiptool send``: one message to an LMA, its answer, and what request and answer break."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import click

from pmiptool.cli.message_options import message_options
from pmiptool.cli.options import Talk, talk_options
from pmiptool.craft.request import Request
from pmiptool.errors import ExchangeFailed, UsageError

if TYPE_CHECKING:
    from pmiptool.net.exchange import Answer, Exchange
    from pmiptool.net.record import Recorder
    from pmiptool.registry.codepoints import CodePoints
    from pmiptool.text.expect import Expectation
    from pmiptool.wire.finding import Finding

TIMEOUT, TIMEOUT_ONCE = 15.0, 3.0
LINGER, LINGER_EMBEDDED = 0.2, 5.0  # seconds to listen for second answers
_SEQUENCE_OUT_OF_WINDOW = 135
_ENVELOPE = {
    "src": ("--src", "--source"),
    "dst": ("--dst", "--target"),
    "dport": ("--dport", "--target udp://ADDRESS:PORT"),
    "sport": ("--sport", "--source"),
    "hop_limit": ("--hop-limit", "craft"),
}
# What the flags of craft do otherwise here.
_HELP = {"seq": "Sequence number (Unix time modulo 65536).", "timestamp": "Timestamp (now)."}


@click.command()
@message_options
@click.option("--once", is_flag=True, help="Do not retransmit.")
@click.option("--resync", is_flag=True, help="After a 135 once more, with the sequence number that it asks for.")
@click.option("--expect", multiple=True, metavar="'FIELD OP VALUE'", help="What the answer must be (repeatable).")
@click.option("--json", "as_json", is_flag=True, help="The answer as one JSON object.")
@talk_options
def command(request: Request, once: bool, resync: bool, expect: tuple[str, ...], as_json: bool, talk: Talk) -> int:
    """Send one MESSAGE of any kind to --target T, wait for the answer, and print it with every rule that it breaks.

    \b
    pmiptool send pbu --target embedded --mhgid 0 --flow 'fid=1 proto=udp'
    pmiptool send pbu --target 2001:db8:1::1 --source 2001:db8:1::2 --expect 'status = 0' --expect 'hnp != none'
    pmiptool send pbu --target udp://192.0.2.1 --set checksum=wrong --expect 'answer = none'
    pmiptool send heartbeat --target udp://192.0.2.1 --expect 'option.restart-counter = present'

    Waits and sends again as the message's document has it (RFC 5213 6.9.4, RFC 5846 6.3, RFC 7077 5.2 and so on); what
    asks for no answer is not waited for. To a MAG it speaks from the address of the MAG's LMA.

    An --expect compares a field of the answer (status, lifetime, lifetime_s, hnp, fields.NAME, option.NAME.FIELD,
    flow[FID].FIELD, findings, answer) by = != < > ~ or in. With expectations only they decide: exit code 0 or 1;
    without: 3 no answer or a rejection, 1 findings.
    """
    from pmiptool.session.endpoint import PMIP_PORT
    from pmiptool.text.expect import parse_expectation

    settings = talk.settings.codepoints
    expectations = [parse_expectation(text, settings) for text in expect]
    refuse_envelope(request)
    if len(talk.sources) > 1:
        raise UsageError("send sends from one address; give --source once")
    _ = talk.target  # misspelt ones are refused before anything else is looked at
    way = talk.open()
    try:
        sending = Sending(way, talk, request, once)
        exchange = sending.go()
        status = getattr(exchange.answer.decoded.message, "status", None) if exchange.answer else None
        if resync and status == _SEQUENCE_OUT_OF_WINDOW and exchange.answer is not None:
            following = exchange.answer.decoded.message.sequence + 1
            click.echo(f"135: once more with sequence number {following & 0xFFFF}", err=True)
            exchange = sending.go(str(following & 0xFFFF))
        judged = judge(exchange, way, talk)
        shown = answer_object(exchange, judged, settings)
        comment(way, exchange, judged)
    finally:
        way.close()
    show(exchange, judged, shown, as_json)
    if shown is None and exchange.asked and (sport := way.locals[0].port) not in (None, PMIP_PORT):
        click.echo(f"it was sent from UDP port {sport}; a peer that answers to {PMIP_PORT} is not heard", err=True)
    return verdict(exchange, judged, shown, expectations, as_json)


for _param in command.params:
    if isinstance(_param, click.Option) and _param.name is not None:
        _param.help = _HELP.get(_param.name, _param.help)
        _param.hidden = _param.name in _ENVELOPE or _param.name == "udp"


def refuse_envelope(request: Request) -> None:
    """Refuse the flags of craft whose place another flag or the kernel has here."""
    for name, (flag, instead) in _ENVELOPE.items():
        if getattr(request, name) is not None:
            raise UsageError(f"{flag} is not for send, where the kernel makes the envelope; use {instead}")
    if request.udp:
        raise UsageError("--udp is not for send; give --target udp://ADDRESS")


class Sending:
    """Makes the message as asked, and sends it."""

    def __init__(self, way: Recorder, talk: Talk, request: Request, once: bool) -> None:
        self._way = way
        self._talk = talk
        self._request = request
        self._once = once

    def go(self, seq: str | None = None) -> Exchange:
        """Make the message, with this sequence number if one is given, send it, and wait."""
        from pmiptool.craft import craft
        from pmiptool.net.exchange import INITIAL_BINDACK_TIMEOUT, Asker
        from pmiptool.wire.codec import codec_for

        settings = self._talk.settings.codepoints
        way, asked = self._way, self._asked(seq)
        crafted = craft(asked, settings, now=way.now() + self._talk.clock_offset)
        way.step = f"send {asked.message or 'what --from holds'}"
        timers = self._talk.settings.peer.timers
        asker = Asker(
            way,
            codec_for(settings),
            timeout=self._talk.timeout or (TIMEOUT_ONCE if self._once else TIMEOUT),
            once=self._once,
            fresh=asked.timestamp == "now",
            clock_offset=self._talk.clock_offset,
            linger=LINGER_EMBEDDED if way.target.kind == "embedded" else LINGER,
            initial_timeout=timers.initial_bindack_timeout or INITIAL_BINDACK_TIMEOUT,
        )
        return asker.ask(crafted.mh)

    def _asked(self, seq: str | None) -> Request:
        """The request between our endpoints, with the time where nothing else is asked for."""
        from pmiptool.text.values import address_text

        request, local, peer = self._request, self._way.locals[0], self._way.peer
        udp = peer.port is not None
        request = replace(
            request,
            src=address_text(local.address),
            dst=address_text(peer.address),
            udp=udp,
            sport=local.port if udp else None,
            dport=peer.port if udp else None,
            seq=seq or request.seq,
        )
        if request.source is None:
            if request.seq is None:
                request = replace(request, seq=self._number(request.message))
            if request.timestamp is None and request.message == "pbu" and not request.bare:
                request = replace(request, timestamp="now")
        return request

    def _number(self, message: str | None) -> str | None:
        """The Unix time as a sequence number, None for messages without one."""
        from pmiptool.registry.catalogue import message_named
        from pmiptool.registry.model import UInt
        from pmiptool.text.names import plain

        known = message_named(plain(message or ""))
        field = known[0].field("sequence") if known is not None else None
        size = min(field.bits, 16) if isinstance(field, UInt) else 0
        return str(int(self._way.now()) & (1 << size) - 1) if size else None


@dataclass
class Judged:
    """What the rules say: of the request by itself, of its answers, and by message of what came beside them."""

    request: list[Finding] = field(default_factory=list)
    answer: list[Finding] = field(default_factory=list)
    beside: dict[str, list[Finding]] = field(default_factory=dict)

    @property
    def errors(self) -> bool:
        """Whether the peer did something that is wrong."""
        came = (self.answer, *self.beside.values())
        return any(finding.level == "error" for findings in came for finding in findings)


def judge(exchange: Exchange, way: Recorder, talk: Talk) -> Judged:
    """Hold all that passed against the rules, in its order."""
    from pmiptool.rules import SessionChecker

    checker = SessionChecker(talk.context)
    local, peer = way.locals[0].address, way.peer.address
    judged = Judged()
    passed = [(attempt.time, 0, attempt.decoded, judged.request) for attempt in exchange.attempts]
    others = {id(one) for one in unasked(exchange)}
    for answer in ([exchange.answer] if exchange.answer else []) + exchange.further:
        name = answer.decoded.name
        into = judged.beside.setdefault(name, []) if id(answer) in others else judged.answer
        passed.append((answer.received.time, 1, answer.decoded, into))
    for time, direction, decoded, into in sorted(passed, key=lambda item: item[:2]):
        src, dst = (peer, local) if direction else (local, peer)
        into += [seen.finding for seen in checker.observe(decoded, src=src, dst=dst, time=time)]
    checker.expect_answers(peer)
    judged.request += [seen.finding for seen in checker.finish(way.now())]
    # A retransmission breaks what the request broke: say it once.
    judged.request = list({(finding.rule, finding.option): finding for finding in reversed(judged.request)}.values())
    judged.request.reverse()
    judged.answer = list(dict.fromkeys(judged.answer))
    judged.beside = {name: list(dict.fromkeys(findings)) for name, findings in judged.beside.items()}
    return judged


def unasked(exchange: Exchange) -> list[Answer]:
    """What came beside, of a kind that answers no such request: requests of the peer's own, say."""
    from pmiptool.net.exchange import answers

    return [one for one in exchange.further if not one.matched and not answers(one.attempt.decoded, one.decoded)]


def answer_object(exchange: Exchange, judged: Judged, settings: CodePoints) -> dict[str, Any] | None:
    """The answer as `decode` prints it, with all findings on it; None where no message came."""
    from pmiptool.text.json import message_object
    from pmiptool.wire.envelope import Envelope

    if exchange.answer is None:
        return None
    came = exchange.answer.received
    src, dst = came.source, came.destination
    envelope = Envelope(
        src.address,
        dst.address,
        src.address,
        dst.address,
        64,
        "ipv6" if src.port is None else "udp",
        src.port,
        dst.port,
        (),
        came.data,
        0,
        False,
    )
    shown = message_object(
        exchange.answer.decoded, envelope, time_ns=round(came.time * 1e9), findings=judged.answer, settings=settings
    )
    del shown["hop_limit"]  # sockets do not tell
    return shown


def comment(way: Recorder, exchange: Exchange, judged: Judged) -> None:
    """Put the verdict on the answer in the recording."""
    if exchange.answer is not None:
        broken = ", ".join(finding.rule for finding in judged.answer)
        way.comment(exchange.answer.received.data, f"breaks {broken}" if broken else "no findings")


def show(exchange: Exchange, judged: Judged, shown: dict[str, Any] | None, as_json: bool) -> None:
    """Print the answer, or say on stderr that there was none."""
    from pmiptool.text.json import finding_object
    from pmiptool.text.names import many

    for text, count in Counter(error.text for error in exchange.errors).items():
        click.echo(text + (f" ({count} times)" if count > 1 else ""), err=True)
    if shown is None and not exchange.errors and not exchange.asked:
        click.echo(f"{exchange.attempts[-1].decoded.name} asks for no answer, and none came", err=True)
    elif shown is None and not exchange.errors:
        click.echo(f"no answer to {many(len(exchange.attempts), 'transmission')}", err=True)
    elif exchange.answer is not None:
        for text in strangeness(exchange, exchange.answer):
            click.echo(text, err=True)
    if judged.beside:
        names = Counter(each.decoded.name for each in unasked(exchange))
        told = ", ".join(f"{name} ({names[name]} times)" if names[name] > 1 else name for name in judged.beside)
        click.echo(f"beside it came what answers nothing of this: {told}", err=True)
    if as_json:
        whole = {**(shown or {"schema": "pmiptool/decode/1", "message": None, "findings": []}), "answer": exchange.kind}
        whole["request_findings"] = [finding_object(finding) for finding in judged.request]
        whole["beside"] = [
            {"message": name, "findings": [finding_object(finding) for finding in findings]}
            for name, findings in judged.beside.items()
        ]
        click.echo(json.dumps(whole))
        return
    if shown is not None:
        from pmiptool.report.ladder import speaks_unicode
        from pmiptool.report.style import wants_colour
        from pmiptool.report.tree import render

        click.echo(
            render(shown, colour=wants_colour(sys.stdout), unicode=speaks_unicode(sys.stdout.encoding)), nl=False
        )
    for name, findings in {"request": judged.request, **judged.beside}.items():
        for finding in findings:
            click.echo(f"{name}: {finding.level} {finding.rule}: {finding.text}")


def strangeness(exchange: Exchange, answer: Answer) -> Iterator[str]:
    """What is odd about an answer beside its octets: what it is no answer to, and where it came from."""
    from pmiptool.net.exchange import answers
    from pmiptool.text.names import many

    if not answers(answer.attempt.decoded, answer.decoded):
        yield f"no answer to {many(len(exchange.attempts), 'transmission')}; what came instead follows"
    came, asked = answer.received.source.port, exchange.port
    if came != asked:
        yield f"warning: the answer came from UDP port {came}, and port {asked} was asked"


def verdict(
    exchange: Exchange,
    judged: Judged,
    shown: dict[str, Any] | None,
    expectations: list[Expectation],
    as_json: bool,
) -> int:
    """Return the exit code; print what became of each expectation."""
    from pmiptool.net.exchange import answers

    if expectations:
        failed = False
        for expectation in expectations:
            outcome = expectation.check(shown, exchange.kind)
            failed = failed or not outcome.ok
            text = f"ok    {expectation.text}" if outcome.ok else f"FAIL  {expectation.text}: was {outcome.actual}"
            click.echo(text, err=as_json)
        return int(failed)
    if shown is None and not exchange.asked and not exchange.errors:
        return 0
    fields = shown["fields"] if shown else {}
    status = fields.get("code" if exchange.kind == "handover-ack" else "status")
    if shown is None or exchange.kind == "binding-error" or (status is not None and status >= 128):
        return ExchangeFailed.exit_code
    if exchange.answer is not None and not answers(exchange.answer.attempt.decoded, exchange.answer.decoded):
        return ExchangeFailed.exit_code
    return int(judged.errors)
