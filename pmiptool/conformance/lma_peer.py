"""The LMA under test as a run sees it: configured as cases need it, and brought back when it falls silent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import Any

from pmiptool.conformance.case import Case
from pmiptool.conformance.configured import by_trigger, claims_of, placed
from pmiptool.conformance.trial import NotPossible, RecordedTransport, TrialSettings
from pmiptool.lma.config import LmaConfig
from pmiptool.lma.knowledge import context_of, knowledge_of
from pmiptool.rules import Context
from pmiptool.scenario.anchor import configured_with, embedded_of


class LmaPeer:
    """An LMA: the embedded one is configured at once, another by its trigger (`configure FILE`) or its operator.

    restart: brings one back that answers nothing (`--restart-command`), and says whether it did.
    """

    def __init__(
        self,
        transport: RecordedTransport,
        settings: TrialSettings,
        restart: Callable[[], bool] | None = None,
    ) -> None:
        self._transport = transport
        self._embedded = embedded_of(transport)
        self._settings = settings
        self._restart = restart

    def configured(self, case: Case) -> AbstractContextManager[Context | None]:
        """The LMA configured as a case needs it, and what is known of it then. Raises NotPossible where it cannot."""
        tables = placed(self._beyond(case.configured), self._transport.locals)
        if not tables:
            return nullcontext(None)
        if self._embedded is not None:
            config = configured_with(self._embedded.lma.config, tables)
            return _with(self._embedded.configured(config), context_of(config, complete=False))
        absent = [word for word in claims_of(tables) if word not in self._settings.claims]
        if not absent:
            return nullcontext(self._known(tables))
        if self._settings.trigger is not None:
            return by_trigger(self._settings.trigger, tables, self._known(tables))
        raise NotPossible(
            f"it needs an LMA with {', '.join(absent)}; name it in the claims of the peer file where it is so, or add "
            "--trigger CMD, which is run as CMD configure FILE.toml"
        )

    def _beyond(self, tables: Mapping[str, Any]) -> dict[str, Any]:
        """What is not so yet: code points and readings that are in force need no other configuration."""
        known = self._settings.context
        left = dict(tables)
        if "codepoints" in left:
            spoken = {"dialect": known.codepoints.wire_dialect}
            wanted = left.pop("codepoints").items()
            rest = {key: value for key, value in wanted if spoken.get(key, getattr(known.codepoints, key)) != value}
            left |= {"codepoints": rest} if rest else {}
        if "readings" in left:
            rest = {key: value for key, value in left.pop("readings").items() if known.readings[key] != value}
            left |= {"readings": rest} if rest else {}
        return left

    def _known(self, tables: Mapping[str, Any]) -> Context:
        """What is known of an LMA that is configured so."""
        before = self._settings.context
        config = configured_with(LmaConfig(codepoints=before.codepoints, readings=before.readings), tables)
        told = "timers" in tables or config.lma.mobile_node_generated_timestamp_in_use
        return replace(
            before,
            codepoints=config.codepoints,
            readings=config.readings,
            knowledge=knowledge_of(config),
            timestamp_window=config.timestamp_window if told else before.timestamp_window,
            delete_delay=config.timers.min_delay_before_bce_delete if "timers" in tables else before.delete_delay,
        )

    def restart(self) -> bool:
        """Bring it back; whether there is a way to."""
        return self._restart is not None and self._restart()


@contextmanager
def _with(inner: AbstractContextManager[None], context: Context) -> Iterator[Context]:
    with inner:
        yield context
