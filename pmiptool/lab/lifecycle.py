"""A lab from `up` to `down`: its folder, its namespaces, the programs of its nodes."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import time

import msgspec

from pmiptool.errors import EnvironmentLacks
from pmiptool.lab import control, kernel, network
from pmiptool.lab.topology import KERNEL, LMA, MN, USER, Topology

PATIENCE = 15.0  # seconds until an interface that came up is registered


_started: dict[str, list[subprocess.Popen[bytes]]] = {}
"""The programs that this process started, by lab: it has to wait for them once they ended."""


def programs(topology: Topology) -> list[str]:
    """The nodes that have a program; the others are only kernel."""
    return [LMA, *(f"mag{number}" for number in topology.gateways)]


def up(lab: str, topology: Topology, faults: tuple[str, ...] = (), tunnel: str = USER) -> None:
    """Bring a lab up; what an earlier one of that name left behind goes first.

    The mobile node's interfaces come up as the topology says. tunnel: USER, or KERNEL. Raises EnvironmentLacks:
    no root, it is up already, a kernel without tunnels; UsageError where the topology needs others.
    """
    network.require_root()
    if tunnel == KERNEL:
        kernel.require(topology)
    if is_up(lab):
        raise EnvironmentLacks(f"lab {lab} is up; end it with: pmiptool lab down {lab}")
    down(lab)
    try:
        settings = {"topology": msgspec.to_builtins(topology), "faults": faults, "tunnel": tunnel}
        path = control.folder(lab)
        path.mkdir(parents=True, mode=0o700)
        (path / "lab.json").write_text(json.dumps(settings))
        network.build(lab, topology)
        started = {node: _start(lab, node) for node in programs(topology)}
        for node, process in started.items():
            control.wait_for(lab, node, alive=lambda process=process: process.poll() is None)  # type: ignore[misc]
        for number, gateway in enumerate(topology.gateway, 1):
            if gateway.attached:
                network.set_link(lab, MN, gateway.interface, up=True)
                _until_registered(lab, topology, number)  # one after the other: which is the oldest matters
                if topology.ipv4:
                    network.give_address(lab, MN, gateway.interface, ipv4_of(lab, number))
    except BaseException:
        down(lab)
        raise


def _until_registered(lab: str, topology: Topology, number: int) -> None:
    """Until an interface that came up is registered, and the mobile node has its address on it."""
    until = time.monotonic() + PATIENCE
    name, address = topology.gateway[number - 1].interface, str(topology.mobile_address)
    while not (_is_registered(lab, f"mag{number}") and network.has_address(lab, MN, name, address)):
        if time.monotonic() > until:
            entries = control.ask(lab, f"mag{number}", "status")["entries"]
            state = entries[0]["state"] if entries else "not told of its link"
            raise EnvironmentLacks(
                f"the mobile node of lab {lab} has not got {address} on {name} in {PATIENCE:g} s; "
                f"the entry of mag{number} is {state}"
            )
        time.sleep(0.02)


def settle(lab: str, topology: Topology) -> None:
    """Until no gateway waits for an answer of the anchor, or for as long as one may wait."""
    until, seen = time.monotonic() + PATIENCE, 0
    while seen < 2 and time.monotonic() < until:  # by the second look a node knows what came before the first
        told = [control.ask(lab, f"mag{number}", "status")["entries"] for number in topology.gateways]
        seen = 0 if any(entry["waits"] for entries in told for entry in entries) else seen + 1


def ipv4_of(lab: str, number: int) -> str:
    """The IPv4 home address that a gateway was given for the mobile node. Raises EnvironmentLacks where it has none."""
    entries = control.ask(lab, f"mag{number}", "status")["entries"]
    if not entries or entries[0]["ipv4"] is None:
        raise EnvironmentLacks(f"the LMA of lab {lab} gave no IPv4 home address")
    return str(entries[0]["ipv4"])


def _is_registered(lab: str, gateway: str) -> bool:
    entries = control.ask(lab, gateway, "status")["entries"]
    return bool(entries) and entries[0]["state"] == "registered" and not entries[0]["waits"]


def _start(lab: str, node: str) -> subprocess.Popen[bytes]:
    """Start the program of a node, which goes on when this one ends."""
    path = control.folder(lab)
    with open(path / f"{node}.err", "w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "pmiptool.lab.node", lab, node],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
        )
    _started.setdefault(lab, []).append(process)
    return process


def is_up(lab: str) -> bool:
    """Whether all programs of a lab answer."""
    try:
        for node in programs(topology_of(lab)):
            control.ask(lab, node, "status")
    except EnvironmentLacks:
        return False
    return True


def topology_of(lab: str) -> Topology:
    """The topology of a lab that is up. Raises EnvironmentLacks where there is none."""
    try:
        settings = json.loads((control.folder(lab) / "lab.json").read_text())
    except (OSError, ValueError):
        raise EnvironmentLacks(f"lab {lab} is not up; bring it up with: sudo pmiptool lab up {lab}") from None
    return msgspec.convert(settings["topology"], Topology)


def down(lab: str) -> int:
    """End a lab, or what is left of one; how many namespaces there were."""
    network.require_root()
    found = network.remove(lab)
    for process in _started.pop(lab, ()):
        process.wait()
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(control.folder(lab))
    return found
