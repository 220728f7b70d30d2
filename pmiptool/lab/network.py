"""Network namespaces, links, addresses and routes of a lab, and how to be rid of all of it (Linux, as root).

Links are made inside the namespaces and go with them: nothing of a lab stands in the namespace of this machine.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pmiptool.errors import EnvironmentLacks
from pmiptool.lab.topology import CN, CORE, LMA, MN, POOL, POOL4, PREFIX, TESTERS, TO_CORE, TOKEN, Topology, namespace
from pmiptool.net.signals import END

if TYPE_CHECKING:
    from pyroute2 import NetNS

NAMESPACES = Path("/run/netns")
OF_RUN = re.compile(r"run(\d+)")
"""The name of a lab that `lab run` made: with the number of its process."""
_NO_DAD, _TENTATIVE = 0x02, 0x40  # IFA_F_NODAD, IFA_F_TENTATIVE
BUSY = 30  # seconds that a process may take to answer
PATIENCE = 3.0  # seconds until what was asked to end is ended


def require_root() -> None:
    """Raises EnvironmentLacks where network namespaces cannot be made."""
    if os.geteuid() != 0:
        raise EnvironmentLacks("a lab is made of network namespaces, which takes root; run with sudo")
    if not Path("/proc/self/ns/net").exists():
        raise EnvironmentLacks("this kernel has no network namespaces (CONFIG_NET_NS)")


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Signals that ask to end wait until the block is over, where KeyboardInterrupt is raised.

    What speaks netlink runs an event loop, in which an exception from a signal's handler gets lost, and forks, and a
    forked process must not clear away what this one built.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ours, waiting = os.getpid(), []

    def note(number: int, frame: object) -> None:
        if os.getpid() != ours:
            os._exit(128 + number)
        waiting.append(number)

    before = {number: signal.signal(number, note) for number in END}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if waiting:
        raise KeyboardInterrupt


@undisturbed()
def build(lab: str, topology: Topology) -> None:
    """Make the namespaces of a lab and what is in them. What was made stays when it fails: `remove` it."""
    from pyroute2 import netns

    _be_patient()
    for node in topology.nodes:
        netns.create(namespace(lab, node))
    with contextlib.ExitStack() as stack:
        opened = {node: stack.enter_context(_open(lab, node)) for node in topology.nodes}
        for node, ns in opened.items():
            ns.link("set", index=1, state="up")
            _prepare(lab, node)
        for node in topology.at_core:
            _join_core(lab, topology, node, opened)
        for prefix in (topology.hnp, POOL):
            opened[CORE].route("add", dst=prefix, gateway=str(topology.address(LMA).ip))
        for address in TESTERS:
            index = opened[CN].link_lookup(ifname=TO_CORE)[0]
            opened[CN].addr("add", index=index, address=address, prefixlen=64, flags=_NO_DAD)
        for number in topology.gateways:
            _join_mobile_node(lab, topology, number, opened)


def _be_patient() -> None:
    """pyroute2 gives a process that it forks 2 seconds to answer, and a busy machine takes longer."""
    from pyroute2 import config

    config.default_communicate_timeout = config.default_create_socket_timeout = BUSY


def _open(lab: str, node: str) -> NetNS:
    from pyroute2 import NetNS

    _be_patient()
    return NetNS(namespace(lab, node))


def _join_core(lab: str, topology: Topology, node: str, opened: dict[str, Any]) -> None:
    """A link between a node and the core, with addresses, and the default route over it."""
    ns, core = opened[node], opened[CORE]
    ns.link("add", ifname=TO_CORE, kind="veth", peer={"ifname": f"{PREFIX}{node}", "net_ns_fd": namespace(lab, CORE)})
    _up(ns, TO_CORE, mtu=topology.mtu, address=str(topology.address(node)))
    _up(core, f"{PREFIX}{node}", mtu=topology.mtu, address=str(topology.router(node)))
    ns.route("add", dst="default", gateway=str(topology.router(node).ip))
    own = topology.address4(node)
    if own is not None:
        router = topology.router4(node)
        _up(ns, TO_CORE, address=str(own))
        _up(core, f"{PREFIX}{node}", address=str(router))
        ns.route("add", dst="default", family=socket.AF_INET, gateway=str(router.ip))
        if node == LMA:
            core.route("add", dst=POOL4, gateway=str(own.ip))


def _join_mobile_node(lab: str, topology: Topology, number: int, opened: dict[str, Any]) -> None:
    """An access link: the mobile node's interface stays down, the gateway's end waits for it to come up."""
    name, gateway = topology.gateway[number - 1].interface, f"mag{number}"
    mn, mag = opened[MN], opened[gateway]
    mn.link("add", ifname=name, kind="veth", peer={"ifname": access(name), "net_ns_fd": namespace(lab, gateway)})
    index = mn.link_lookup(ifname=name)[0]
    mn.link("set", index=index, address=topology.mac(number))
    token = {"attrs": [("AF_INET6", {"attrs": [("IFLA_INET6_TOKEN", TOKEN)]})]}
    mn.link("set", index=index, IFLA_AF_SPEC=token)
    with inside(namespace(lab, MN)):
        _write(f"net/ipv6/conf/{name}/accept_ra", "1")
    with inside(namespace(lab, gateway)):
        _write(f"net/ipv6/conf/{access(name)}/addr_gen_mode", "1")  # its link-local address is the one of all gateways
    _up(mag, access(name))


def keep_quiet(device: str) -> None:
    """Give a device of this namespace no link-local address, so that the kernel says nothing on it by itself."""
    _write(f"net/ipv6/conf/{device}/addr_gen_mode", "1")


def access(interface: str) -> str:
    """The gateway's end of an access link."""
    return f"{PREFIX}{interface}"


def _up(ns: Any, name: str, *, mtu: int | None = None, address: str | None = None) -> None:
    index = ns.link_lookup(ifname=name)[0]
    if mtu is not None:
        ns.link("set", index=index, mtu=mtu)
    ns.link("set", index=index, state="up")
    if address is not None:
        ip, _, length = address.partition("/")
        ns.addr("add", index=index, address=ip, prefixlen=int(length), flags=_NO_DAD)


@undisturbed()
def set_link(lab: str, node: str, name: str, *, up: bool) -> None:
    """Bring an interface of a node up, or down."""
    with _open(lab, node) as ns:
        ns.link("set", index=ns.link_lookup(ifname=name)[0], state="up" if up else "down")


@undisturbed()
def give_address(lab: str, node: str, name: str, address: str) -> None:
    """Give an interface of a node an IPv4 address and the default route, as DHCP does elsewhere (RFC 5844 3.4)."""
    with _open(lab, node) as ns:
        index = ns.link_lookup(ifname=name)[0]
        ns.addr("replace", index=index, address=address, prefixlen=32)
        ns.route("replace", dst="default", family=socket.AF_INET, oif=index, priority=index)


@undisturbed()
def has_address(lab: str, node: str, name: str, address: str) -> bool:
    """Whether an interface of a node has an address that can be used."""
    with _open(lab, node) as ns:
        index = ns.link_lookup(ifname=name)[0]
        found = [one for one in ns.get_addr(index=index) if one.get_attr("IFA_ADDRESS") == address]
        return any(not one["flags"] & _TENTATIVE for one in found)


def _prepare(lab: str, node: str) -> None:
    """Routers forward. All links have two ends: duplicate addresses are not looked for, which takes a second each."""
    router = str(int(node not in (MN, CN)))
    with inside(namespace(lab, node)):
        _write("net/ipv6/conf/all/forwarding", router)
        _write("net/ipv4/ip_forward", router)
        _write("net/ipv6/conf/default/accept_dad", "0")
        for name in ("all", "default"):  # the way to the mobile node is not the way back (RFC 5213 6.10.5)
            _write(f"net/ipv4/conf/{name}/rp_filter", "0")


def _write(path: str, value: str) -> None:
    Path("/proc/sys", path).write_text(value)


@contextlib.contextmanager
def inside(name: str) -> Iterator[None]:
    """What this thread opens in the block belongs to a namespace: sockets, TUN devices, sysctls."""
    from pyroute2 import netns

    with open("/proc/thread-self/ns/net") as before:
        netns.setns(name)
        try:
            yield
        finally:
            netns.setns(before.fileno())


def labs() -> list[str]:
    """The labs of which there is a namespace."""
    suffix = f"-{CORE}"
    return sorted(name[len(PREFIX) : -len(suffix)] for name in _names() if name.endswith(suffix))


def orphans() -> list[str]:
    """The labs of runs that were killed: `lab run` calls its own by its process, which is no more."""
    return [lab for lab in labs() if (found := OF_RUN.fullmatch(lab)) and not os.path.exists(f"/proc/{found[1]}")]


def leftovers(lab: str) -> list[str]:
    """The namespaces of a lab that are there."""
    known = {CORE, LMA, CN, MN}
    head = f"{PREFIX}{lab}-"
    found = [name for name in _names() if name.startswith(head)]
    return [name for name in found if (node := name[len(head) :]) in known or node.removeprefix("mag").isdigit()]


def _names() -> list[str]:
    try:
        return sorted(name for name in os.listdir(NAMESPACES) if name.startswith(PREFIX))
    except FileNotFoundError:
        return []


@undisturbed()
def remove(lab: str) -> int:
    """End the processes in the namespaces of a lab, then remove them; how many namespaces there were."""
    from pyroute2 import netns

    found = leftovers(lab)
    _end(found)
    for name in found:
        with contextlib.suppress(FileNotFoundError):
            netns.remove(name)
    return len(found)


def processes(names: list[str]) -> list[int]:
    """The processes that are in namespaces."""
    wanted = set()
    for name in names:
        with contextlib.suppress(OSError):
            wanted.add(os.stat(NAMESPACES / name).st_ino)
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) != os.getpid():
            with contextlib.suppress(OSError):
                if os.stat(f"/proc/{entry}/ns/net").st_ino in wanted:
                    found.append(int(entry))
    return found


def _end(names: list[str]) -> None:
    """Ask the processes in namespaces to end, and end those that do not."""
    for number, patience in ((signal.SIGTERM, PATIENCE), (signal.SIGKILL, PATIENCE)):
        left = processes(names)
        for process in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)
        until = time.monotonic() + patience
        while left and time.monotonic() < until:
            time.sleep(0.02)
            left = processes(names)
        if not left:
            return
