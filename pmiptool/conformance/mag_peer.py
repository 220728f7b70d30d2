"""The MAG under test as a run sees it, and the way to it: `open_mag`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from pmiptool.conformance.case import Case
from pmiptool.conformance.configured import by_trigger, claims_of
from pmiptool.conformance.mag import embedded_mag_of
from pmiptool.conformance.trial import NotPossible
from pmiptool.mag import MagConfig
from pmiptool.net.embedded_mag import EmbeddedMagTransport
from pmiptool.net.listening import ListeningTransport
from pmiptool.net.mag_settings import changed
from pmiptool.net.target import Target, parse_target
from pmiptool.net.transport import Transport
from pmiptool.net.trigger import Trigger
from pmiptool.registry.codepoints import code_points
from pmiptool.rules import Context
from pmiptool.rules.context import DEFAULT_CONTEXT

if TYPE_CHECKING:
    from pmiptool.net.esp.associations import Esp


class OpenedMag(NamedTuple):
    """What `runner.run` takes for a MAG: `run(cases, Recorder(transport, path), settings, peer, Mag)`."""

    transport: Transport
    peer: MagPeer


def open_mag(
    listen: str,
    *,
    address: str | None = None,
    trigger: Trigger | None = None,
    claims: Collection[str] = (),
    context: Context = DEFAULT_CONTEXT,
    faults: Collection[str] = (),
    seed: int = 0,
    restart: Callable[[], bool] | None = None,
    esp: Esp | None = None,
) -> OpenedMag:
    """Open the way to a MAG under test: `--role mag --listen LISTEN`.

    listen: where it is waited for, ADDRESS[%interface] or udp://ADDRESS[:5436], `::` for all; `embedded`: the reference
    MAG in this process, by the readings of `context` and with `faults`. address: a target, the MAG's, in place of that
    of the first PBU. trigger: makes it do something, as that of the settings of cases. claims: what the peer file says
    of it. context: what is known of it, with code points and readings. restart: brings it back. esp: what seals
    everything. The transport is for a Recorder, which the caller closes.

    Raises UsageError for what is no address, EnvironmentLacks for what cannot be opened.
    """
    transport: Transport
    if listen == "embedded":
        Target("embedded").under(esp)
        config = MagConfig(
            detach_wait=context.readings["detach-wait"],  # type: ignore[arg-type]
            refresh_flows=context.readings["flow-omission"] == "strict",
            codepoints=context.codepoints,
        )
        transport = EmbeddedMagTransport(config, faults=faults, seed=seed)
    else:
        target = parse_target(listen, listen=True).under(esp)
        transport = ListeningTransport(target, _of(address, target) if address is not None else None)
    return OpenedMag(transport, MagPeer(transport, claims, restart, context, trigger))


def _of(address: str, listen: Target) -> Any:
    from pmiptool.errors import UsageError

    target = parse_target(address)
    if target.kind != listen.kind or len(target.address) != len(listen.address):
        raise UsageError(f"the MAG's address {address} and --listen {listen} are not of one kind")
    return target.endpoint


def context_for(case: Case, usual: Context) -> Context | None:
    """What is known of a MAG that a case configures; None where that is as in the rest of the run."""
    if "codepoints" not in case.configured:
        return None
    return replace(usual, codepoints=code_points(case.configured["codepoints"], usual.codepoints))


class MagPeer:
    """A MAG: the embedded one is configured at once, another by its trigger (`configure FILE`) or its operator."""

    def __init__(
        self,
        transport: Transport,
        claims: Collection[str] = (),
        restart: Callable[[], bool] | None = None,
        context: Context = DEFAULT_CONTEXT,
        trigger: Trigger | None = None,
    ) -> None:
        self._transport = transport
        self._trigger = trigger
        self._context = context
        self._embedded = embedded_mag_of(transport)
        self._claims = claims
        self._restart = restart

    def configured(self, case: Case) -> AbstractContextManager[Context | None]:
        """The MAG configured as a case needs it, and what is known of it then. Raises NotPossible where it cannot."""
        wanted = {name: dict(table) for name, table in case.configured.items()}
        if context_for(case, self._context) == self._context:
            del wanted["codepoints"]
        over_ipv4 = bool(wanted.get("mag", {}).pop("over_ipv4", False))
        known = context_for(case, self._context)
        tables = {name: table for name, table in wanted.items() if table}
        if self._embedded is not None:
            return self._embedded_so(self._embedded, tables, over_ipv4, known)
        if over_ipv4 and len(self._transport.locals[0].address) != 4:
            raise NotPossible("it needs a MAG that speaks over IPv4; wait for one with --listen udp://ADDRESS")
        absent = [word for word in claims_of(tables) if word not in self._claims]
        if not absent:
            return nullcontext(known)
        if self._trigger is not None:
            return by_trigger(self._trigger, tables, known)
        raise NotPossible(
            f"it needs a MAG with {', '.join(absent)}; name it in the claims of the peer file where it is so, or add "
            "--trigger CMD, which is run as CMD configure FILE.toml"
        )

    @contextmanager
    def _embedded_so(
        self, embedded: EmbeddedMagTransport, tables: dict[str, Any], over_ipv4: bool, known: Context | None
    ) -> Iterator[Context | None]:
        with embedded.configured(changed(embedded.mag.config, tables), over_ipv4=over_ipv4):
            yield known

    def restart(self) -> bool:
        return self._restart is not None and self._restart()
