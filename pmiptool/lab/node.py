"""The program of a node, in its namespace: ``python -m pmiptool.lab.node LAB NODE``. It ends with SIGTERM."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol, TextIO

from pmiptool.errors import PmipError
from pmiptool.lab.control import Listener, folder
from pmiptool.lab.topology import KERNEL, LMA, Topology, namespace
from pmiptool.net.driver import Driver, Port


class Node(Protocol):
    """What runs here: an anchor, or a gateway."""

    port: Port

    def start(self, now: float) -> None: ...

    def readers(self) -> Iterator[tuple[int, Callable[[], None]]]: ...

    def events(self) -> list[dict[str, Any]]: ...

    def obey(self, words: list[str], now: float) -> Any: ...

    def close(self) -> None: ...


def run(lab: str, name: str, node: Node, told: TextIO) -> None:
    """Run a node until it is ended; what happens is told as NDJSON."""

    def after_batch(now: float, busy: bool) -> bool:
        for event in node.events():
            told.write(json.dumps(event) + "\n")
        told.flush()
        return False

    driver = Driver([node.port], after_batch)
    control = Listener(lab, name, lambda words: node.obey(words, time.time()))
    try:
        driver.add_reader(control.number, control.ready)
        for number, ready in node.readers():
            driver.add_reader(number, ready)
        node.start(time.time())
        driver.run()
    finally:
        control.close()
        driver.close()
        node.close()


def main(lab: str, name: str) -> int:
    import msgspec
    from pyroute2 import netns

    settings = json.loads((folder(lab) / "lab.json").read_text())
    topology = msgspec.convert(settings["topology"], Topology)
    netns.setns(namespace(lab, name))
    seed, in_kernel = int(time.time()), settings["tunnel"] == KERNEL
    node: Node
    try:
        if name == LMA:
            from pmiptool.lab.anchor import AnchorNode

            node = AnchorNode(topology, seed, tuple(settings["faults"]), in_kernel=in_kernel)
        else:
            from pmiptool.lab.gateway import GatewayNode

            node = GatewayNode(topology, int(name.removeprefix("mag")), seed, in_kernel=in_kernel)
        with open(folder(lab) / f"{name}.log", "w") as told:
            run(lab, name, node, told)
    except PmipError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
