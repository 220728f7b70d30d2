"""What ``pmiptool lma`` reads on stdin: revocations and notifications (RFC 5846, RFC 7077)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from pmiptool.cli.commands import words_of
from pmiptool.errors import UsageError

if TYPE_CHECKING:
    from pmiptool.lma import LocalMobilityAnchor

USAGE = {
    "revoke": "revoke MN|@REALM [TRIGGER] [ipv4] [at ADDRESS]",
    "revoke-all": "revoke-all ADDRESS",
    "notify": "notify MN REASON [ack|noack] [at ADDRESS]",
    "quit": "quit",
}
ADMINISTRATIVE, PER_PEER, LOCAL_POLICY = 1, 128, 129


class Operator:
    """Carries out commands. What they lead to is told by the anchor's events; what is wrong, in a line on stderr.

    quitting: `quit` was read; nothing more is carried out.
    """

    def __init__(self, lma: LocalMobilityAnchor, now: Callable[[], float]) -> None:
        self._lma = lma
        self._now = now
        self.quitting = False

    def obey(self, line: str) -> None:
        try:
            self._do(words_of(line))
        except UsageError as error:
            click.echo(f"{line}: {error}", err=True)

    def _do(self, words: list[str]) -> None:
        if not words or self.quitting:
            return
        name, arguments = words[0], words[1:]
        if name not in USAGE:
            raise UsageError(f"there is no command '{name}'; there are: {', '.join(USAGE.values())}")
        if name == "quit" and not arguments:
            self.quitting = True
        elif name == "revoke-all" and len(arguments) == 1:
            self._lma.revoke(None, self._now(), trigger=PER_PEER, care_of_address=_address(arguments[0]))
        elif name == "revoke" and arguments:
            self._revoke(arguments)
        elif name == "notify" and len(arguments) > 1:
            self._notify(arguments)
        else:
            raise UsageError(f"this command reads: {USAGE[name]}")

    def _revoke(self, words: list[str]) -> None:
        from pmiptool.registry.rfc5846 import REVOCATION_TRIGGER
        from pmiptool.text.names import parse_number_or_name
        from pmiptool.text.values import parse_octets_text

        (mn, *rest), at = _place(words, "revoke")
        ipv4 = rest[-1:] == ["ipv4"]
        if ipv4:
            rest.pop()
        if len(rest) > 1:
            raise UsageError(f"this command reads: {USAGE['revoke']}")
        trigger = LOCAL_POLICY if mn.startswith("@") else ADMINISTRATIVE
        if rest:
            trigger = parse_number_or_name("the trigger", REVOCATION_TRIGGER, rest[0])
        name = parse_octets_text(mn)
        if not self._lma.revoke(name, self._now(), trigger=trigger, care_of_address=at, ipv4_only=ipv4):
            raise UsageError("it is being revoked already")

    def _notify(self, words: list[str]) -> None:
        from pmiptool.registry.rfc7077 import REASON, REGISTERING
        from pmiptool.text.names import parse_number_or_name
        from pmiptool.text.values import parse_octets_text

        (mn, *rest), at = _place(words, "notify")
        if not rest or rest[1:] not in ([], ["ack"], ["noack"]):
            raise UsageError(f"this command reads: {USAGE['notify']}")
        reason = parse_number_or_name("the reason", REASON, rest[0], highest=0xFFFF)
        ack = rest[1] == "ack" if rest[1:] else reason not in REGISTERING
        self._lma.notify(parse_octets_text(mn), reason, self._now(), ack=ack, care_of_address=at)


def _place(words: list[str], name: str) -> tuple[list[str], bytes | None]:
    """The words before ``at ADDRESS``, at least one, and the address."""
    if "at" not in words[1:]:
        return words, None
    at = words.index("at", 1)
    if len(words) != at + 2:
        raise UsageError(f"this command reads: {USAGE[name]}")
    return words[:at], _address(words[-1])


def _address(text: str) -> bytes:
    from ipaddress import ip_address

    try:
        return ip_address(text).packed
    except ValueError:
        raise UsageError(f"{text!r} is no address of a gateway") from None
