"""The live screen of a load: rate, latency, errors. A process of its own draws it: drawing delays no message."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from types import TracebackType
from typing import IO, Any

from pmiptool.load.run import Progress


class Screen:
    """Hands figures to the process that draws. Figures that it cannot take in time are left out."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pmiptool.report.load_live"], stdin=subprocess.PIPE, start_new_session=True
        )
        assert self._process.stdin is not None
        self._pipe: IO[bytes] = self._process.stdin
        os.set_blocking(self._pipe.fileno(), False)
        self._before = (0.0, 0)

    def show(self, progress: Progress) -> None:
        """Draw how a run stands."""
        kinds = progress.tally.kinds
        answered, sent = sum(c.answered for c in kinds), sum(c.sent for c in kinds)
        then, had = self._before
        self._before = progress.now, answered
        busiest = max(kinds, key=lambda counts: counts.answered)
        p50, p99 = busiest.latency.percentiles((50.0, 99.0))
        figures = {
            "phase": progress.phase,
            "seconds": progress.now - progress.started,
            "asked": progress.asked,
            "rate": (answered - had) / (progress.now - then) if then and answered >= had else None,
            "sent": sent,
            "answered": answered,
            "under way": progress.under_way,
            "p50": p50,
            "p99": p99,
            "rejected": sum(sum(c.rejected.values()) for c in kinds),
            "lost": sum(c.lost for c in kinds),
            "again": sum(c.retransmitted for c in kinds),
        }
        try:
            os.write(self._pipe.fileno(), json.dumps(figures).encode() + b"\n")
        except OSError:
            pass

    def __enter__(self) -> Screen:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._pipe.close()
        except OSError:
            pass
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def drawn(figures: dict[str, Any]) -> Any:
    """One screen of figures, for rich."""
    from rich.table import Table

    from pmiptool.report.load import span

    table = Table.grid(padding=(0, 2))
    asked = f" of {figures['asked']:.9g}/s" if figures["asked"] is not None else ""
    rate = f"{figures['rate']:.0f}/s{asked}" if figures["rate"] is not None else "-"
    for name, value in (
        (figures["phase"], f"{figures['seconds']:.1f} s"),
        ("rate", rate),
        ("sent", f"{figures['sent']}, {figures['answered']} answered, {figures['under way']} under way"),
        ("latency", f"p50 {span(figures['p50'])}, p99 {span(figures['p99'])}" if figures["answered"] else "-"),
        ("errors", f"{figures['rejected']} rejected, {figures['lost']} lost, {figures['again']} sent again"),
    ):
        table.add_row(name, value)
    return table


def main() -> None:
    """Draw figures, a JSON object a line, until they end."""
    from rich.console import Console
    from rich.live import Live

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Live(console=Console(stderr=True), auto_refresh=False, transient=True) as live:
        for line in sys.stdin.buffer:
            try:
                live.update(drawn(json.loads(line)), refresh=True)
            except ValueError:
                continue


if __name__ == "__main__":
    main()
