"""``pmiptool lab up | status | run | down``: a mobile node with several interfaces, and real packets."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pmiptool.cli.files import begin_report, write_text
from pmiptool.cli.options import F
from pmiptool.errors import UsageError
from pmiptool.net.signals import end_by

if TYPE_CHECKING:
    from rich.table import Table

    from pmiptool.lab.run import LabResult
    from pmiptool.lab.topology import Topology

NAME = "lab"
REFRESH = 0.5  # seconds between two looks at a lab


def tunnel_option(function: F) -> F:
    """Whose the tunnels of a lab are."""
    return click.option(
        "--tunnel",
        type=click.Choice(("user", "kernel")),
        default="user",
        show_default=True,
        help="Tunnels in user space, or of the kernel: it wraps, unwraps, and forwards at the gateways; the LMA steers "
        "in user space. No GRE; `doctor` tells whether the kernel has them.",
    )(function)


@click.group("lab")
def command() -> None:
    """A mobile node with several interfaces, gateways and an LMA in network namespaces, with real packets (as root).

    \b
    sudo pmiptool lab run                 the draft's figures, each in a lab of its own
    sudo pmiptool lab up                  a lab to look into: ip netns exec pmip-lab-cn ping 2001:db8:a1::1
    sudo pmiptool lab status              where each flow goes
    sudo ip netns exec pmip-lab-mn ip link set if1 down
    sudo pmiptool lab down
    """


@command.command("up")
@click.argument("name", default=NAME)
@click.option("--topology", metavar="FILE.toml", type=click.Path(dir_okay=False), help="Other than three gateways.")
@click.option("--fault", "faults", multiple=True, metavar="NAME", help="Something wrong with the LMA (repeatable).")
@tunnel_option
def up(name: str, topology: str | None, faults: tuple[str, ...], tunnel: str) -> None:
    """Bring a lab up: namespaces pmip-NAME-lma, -mag1 to -mag3, -mn, -cn and -core; it stays until `down`.

    A topology names what is other than usual, and with any gateway all of them:

    \b
    hnp = "2001:db8:a2::/64"           # of the mobile node; mn_id, mhgid, lifetime, mtu
    gre = true                         # GRE with keys; ipv4 = true: an IPv4 home address, too
    readings = { act-zero = "keep" }   # codepoints = { ... }
    [[gateway]]
    interface = "if1"                  # of the mobile node; att, ll_id
    flows = ["fid=1 pri=10 proto=udp dst-port=5060"]
    act = "keep"                       # when the link goes down; "remove" is the usual
    [[gateway]]
    interface = "if2"
    attached = false                   # down at first
    """
    from pmiptool.lab import lifecycle, network
    from pmiptool.lab.topology import check_name, load_topology, namespace

    check_name(name)
    plan = load_topology(topology)
    _check(plan)
    _check_faults(faults)
    if network.OF_RUN.fullmatch(name):
        raise UsageError(f"'{name}' is what `lab run` calls a lab of its own; give another name")
    _sweep()
    end_by(signal.SIGINT)  # what was built is taken down, however this ends
    lifecycle.up(name, plan, faults, tunnel)
    click.echo(f"lab {name} is up; the mobile node is {plan.mobile_address} in {namespace(name, 'mn')}")


def _sweep(named: tuple[str, ...] = ()) -> None:
    """Remove what runs that were killed have left behind, but for what is named anyway."""
    from pmiptool.lab import lifecycle, network

    for name in network.orphans():
        if name in named:
            continue
        lifecycle.down(name)
        click.echo(f"lab {name} was left behind by a run that was killed, and is removed", err=True)


def _check(plan: Topology) -> None:
    """What the nodes make of a topology, before there is any. Raises UsageError."""
    from pmiptool.lab.anchor import config_of
    from pmiptool.lab.gateway import profile_at

    config_of(plan)
    for number in plan.gateways:
        profile_at(plan, number)


@command.command("down")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "everything", is_flag=True, help="All labs of this machine.")
def down(names: tuple[str, ...], everything: bool) -> None:
    """End a lab, or what is left of one."""
    from pmiptool.lab import lifecycle, network
    from pmiptool.lab.topology import check_name

    network.require_root()
    if everything and names:
        raise UsageError("give names of labs, or --all")
    if not everything:
        _sweep(names)
    found = network.labs() if everything else names or (NAME,)
    if not found:
        click.echo("there is no lab on this machine")
    for name in found:
        count = lifecycle.down(check_name(name))
        click.echo(f"lab {name}: {count} namespaces removed" if count else f"lab {name}: there was none")


@command.command("status")
@click.argument("name", default=NAME)
@click.option("--json", "as_json", is_flag=True, help="What all nodes say, as one JSON document.")
@click.option("--once", is_flag=True, help="Print it once, also on a terminal.")
def status(name: str, as_json: bool, once: bool) -> None:
    """Show bindings, filters and where packets went; on a terminal until Ctrl-C."""
    from pmiptool.lab import control, lifecycle
    from pmiptool.lab.topology import check_name

    topology = lifecycle.topology_of(check_name(name))
    nodes = lifecycle.programs(topology)

    def ask() -> dict[str, Any]:
        return {node: control.ask(name, node, "status") for node in nodes}

    if as_json:
        click.echo(json.dumps(ask(), indent=2))
        return
    from rich.console import Console
    from rich.live import Live

    console = Console()
    if once or not console.is_terminal:
        console.print(_table(name, ask()))
        return
    try:
        with Live(_table(name, ask()), console=console, auto_refresh=False) as live:
            while True:
                time.sleep(REFRESH)
                live.update(_table(name, ask()), refresh=True)
    except KeyboardInterrupt:  # the normal end
        return


def _table(name: str, told: dict[str, Any]) -> Table:
    """The anchor's filters with their counters, and below what the gateways say."""
    from rich.table import Table

    from pmiptool.report.lab import status_lines

    anchor = told["lma"]
    table = Table(title=f"lab {name}")
    for head in ("mobile node", "FID", "filter", "to", "packets", "octets"):
        table.add_column(head, overflow="fold", justify="right" if head in ("packets", "octets") else "left")
    for row in status_lines(anchor):
        table.add_row(*row)
    table.add_section()
    for node, said in told.items():
        if node == "lma":
            continue
        state = said["entries"][0]["state"] if said["entries"] else "-"
        what = f"link {said['link']}, {state}, down {said['downlink']}, up {said['uplink']} packets"
        table.add_row(node, "", what, "", "", "")
    dropped = {node: ", ".join(f"{why} {count}" for why, count in said["drops"].items()) for node, said in told.items()}
    lost = "; ".join(f"{node}: {why}" for node, why in dropped.items() if why)
    table.caption = f"dropped: {lost or 'none'}"
    return table


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="A list for programs.")
def list_scenarios(as_json: bool) -> None:
    """List the scenarios of `lab run`."""
    from pmiptool.cli.lists import print_list
    from pmiptool.lab.scenarios import SCENARIOS

    print_list([(scenario.name, scenario.title) for scenario in SCENARIOS], as_json)


@command.command("run")
@click.argument("names", nargs=-1, metavar="[SCENARIO]...")
@click.option("--out", "folder", metavar="DIR", type=click.Path(file_okay=False),
              help="Write what the gateways saw, a capture each, into DIR/SCENARIO.")  # fmt: skip
@click.option("--fault", "faults", multiple=True, metavar="NAME", help="Something wrong with the LMA (repeatable).")
@click.option("--json", "as_json", metavar="FILE", type=click.Path(dir_okay=False, allow_dash=True),
              help="Write all that was counted, - for stdout.")  # fmt: skip
@click.option("--html", metavar="FILE", type=click.Path(dir_okay=False), help="Write one page for a browser.")
@tunnel_option
def run(
    names: tuple[str, ...],
    folder: str | None,
    faults: tuple[str, ...],
    as_json: str | None,
    html: str | None,
    tunnel: str,
) -> int:
    """Play scenarios, all without a name, each in a fresh lab that is gone afterwards.

    Exit code: 1 when a flow did not go where its filter says.
    """
    from pmiptool.lab import kernel, network
    from pmiptool.lab.run import play
    from pmiptool.lab.scenarios import select
    from pmiptool.lab.topology import KERNEL
    from pmiptool.report import lab as report

    chosen = select(names)
    _check_faults(faults)
    network.require_root()
    if tunnel == KERNEL:
        kernel.require(*(scenario.topology for scenario in chosen))
    _sweep()
    for path in (None if as_json == "-" else as_json, html):
        if path is not None:
            begin_report(path)
    end_by(signal.SIGINT)  # what was built is taken down, however this ends
    results: list[LabResult] = []
    try:
        for scenario in chosen:
            captures = _folder(folder, scenario.name)
            result = play(
                scenario, f"run{os.getpid()}", faults=faults, captures=captures, told=_progress, tunnel=tunnel
            )
            results.append(result)
            if as_json != "-":
                click.echo(report.as_text(result))
    finally:
        _write(results, as_json, html)
    if as_json != "-":
        click.echo(report.summary(results), nl=False)
    return 0 if all(result.verdict == "PASS" for result in results) else 1


def _write(results: list[LabResult], as_json: str | None, html: str | None) -> None:
    from pmiptool.report import lab as report

    if as_json == "-":
        click.echo(report.as_json(results), nl=False)
    elif as_json is not None:
        write_text(as_json, report.as_json(results))
    if html is not None:
        from pmiptool.report import html as kit
        from pmiptool.report.lab_html import page

        kit.write(page(results), html)


def _folder(folder: str | None, name: str) -> Path | None:
    if folder is None:
        return None
    path = Path(folder, name)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write into {path}: {error.strerror}") from None
    return path


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"  {text}", err=True)


def _check_faults(faults: tuple[str, ...]) -> None:
    """Before anything is built: a fault that does not exist is named."""
    from pmiptool.lma.faults import Faults

    Faults(faults)
