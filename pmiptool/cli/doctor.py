"""``pmiptool doctor``: what this machine lacks, what that costs, and the command that mends it."""

from __future__ import annotations

import ctypes
import os
import platform
import re
import shutil
import socket
import sys
from collections.abc import Callable
from typing import NamedTuple

import click

from pmiptool.cli.lists import print_json
from pmiptool.errors import EnvironmentLacks

MOBILITY_HEADER = 135


class Check(NamedTuple):
    """One look at the machine. ``state``: ``ok``, ``missing`` (exit code 5) or ``note``."""

    name: str
    state: str
    found: str
    costs: str = ""
    mend: str = ""


def check_python() -> Check:
    return Check("python", "ok", f"{platform.python_version()} ({sys.executable})")


def check_packages() -> Check:
    from importlib import metadata

    found, lacking = [], []
    for name in ("scapy", "pyshark", "click", "rich", "numpy", "msgspec", "PyYAML", "Jinja2", "cryptography"):
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            lacking.append(name)
    if not lacking:
        return Check("packages", "ok", ", ".join(found))
    mend = f"{sys.executable} -m pip install {' '.join(lacking)}"
    return Check("packages", "missing", "no " + ", ".join(lacking), "commands that need them stop", mend)


def check_tshark() -> Check:
    from pmiptool.capture.tshark import INSTALL, find

    costs = "no second judge: demo and validate --wireshark cannot compare with Wireshark"
    try:
        tshark = find()
    except EnvironmentLacks as error:
        return Check("tshark", "missing", str(error).partition(";")[0], costs, INSTALL)
    if tshark.lua is None:
        return Check("tshark", "missing", f"{tshark} ({tshark.path}) was built without Lua", costs, INSTALL)
    version = str(tshark).removeprefix("tshark ")
    return Check("tshark", "ok", f"{version} with Lua {tshark.lua} ({tshark.path})")


def check_ipv6() -> Check:
    mend = "sudo sysctl -w net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.lo.disable_ipv6=0"
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError as error:
        return Check("ipv6", "missing", error.strerror or str(error), "only IPv4 udp:// targets and embedded", mend)
    return Check("ipv6", "ok", "::1 can be bound")


def check_raw() -> Check:
    costs = "no targets by IPv6 address and no lma on protocol 135; embedded and udp:// work"
    if not sys.platform.startswith("linux"):
        return Check("raw-sockets", "missing", f"{sys.platform}", costs, "use a Linux machine, or embedded")
    try:
        socket.socket(socket.AF_INET6, socket.SOCK_RAW, MOBILITY_HEADER).close()
    except PermissionError:
        mend = f"run with sudo, or: sudo setcap cap_net_raw+ep {os.path.realpath(sys.executable)}"
        return Check("raw-sockets", "missing", "no CAP_NET_RAW", costs, mend)
    except OSError as error:
        return Check("raw-sockets", "missing", error.strerror or str(error), costs, "enable IPv6 in the kernel")
    return Check("raw-sockets", "ok", "protocol 135 can be opened")


def check_fast_path() -> Check:
    from pmiptool.net.bulk.probe import lacks

    lack = lacks()
    if lack is not None:
        return Check("fast-path", "note", lack.found, lack.costs, lack.mend)
    return Check(
        "fast-path", "ok", "AF_XDP sends, a packet ring receives; a target may still need sockets, load says why"
    )


def check_namespaces() -> Check:
    costs = "no lab, and no two-host test on one machine; root-only tests are skipped"
    if shutil.which("ip", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin") is None:
        return Check("namespaces", "missing", "no ip command", costs, "sudo apt-get install -y iproute2")
    if not has_capability(21):  # CAP_SYS_ADMIN
        return Check("namespaces", "note", "not root", costs, "run with sudo")
    if not os.path.exists("/proc/self/ns/net"):
        return Check("namespaces", "note", "the kernel has no network namespaces", costs, "use another kernel")
    return Check("namespaces", "ok", "network namespaces can be made")


def check_tun() -> Check:
    costs = "no lab: its tunnels end in TUN devices"
    if not os.path.exists("/dev/net/tun"):
        return Check("tun", "note", "no /dev/net/tun", costs, "sudo modprobe tun")
    if not has_capability(12):  # CAP_NET_ADMIN
        return Check("tun", "note", "no CAP_NET_ADMIN", costs, "run with sudo")
    return Check("tun", "ok", "TUN devices can be made")


def has_capability(number: int) -> bool:
    """Say whether this process has a Linux capability in its effective set."""
    try:
        with open("/proc/self/status") as status:
            bits = next((int(line.split()[1], 16) for line in status if line.startswith("CapEff:")), 0)
    except OSError:
        return False
    return bool(bits >> number & 1)


def check_modules() -> Check:
    """Look for veth, loaded, built in or loadable."""
    if not sys.platform.startswith("linux"):
        return Check("kernel", "note", sys.platform, "what talks needs Linux", "use a Linux machine")
    found = f"Linux {platform.release()}"
    if has_module("veth", "veth_newlink"):
        return Check("kernel", "ok", f"{found} with veth")
    text = f"{found}; veth not seen"
    return Check("kernel", "note", text, "no lab, and tests between namespaces may not run", "sudo modprobe veth")


def check_tunnels() -> Check:
    """Look for ip6_tunnel: as root by making such a tunnel, else among the kernel's modules."""
    costs = "no lab up --tunnel kernel; the lab's tunnels in user space need none"
    mend = "sudo modprobe ip6_tunnel"
    if not sys.platform.startswith("linux"):
        return Check("ip6-tunnels", "note", sys.platform, costs, "use a Linux machine")
    if has_capability(21) and os.path.exists("/proc/self/ns/net"):  # CAP_SYS_ADMIN
        from pmiptool.lab.kernel import lacks

        lack = lacks()
        if lack:
            return Check("ip6-tunnels", "note", lack, costs, mend)
        return Check("ip6-tunnels", "ok", "the kernel has tunnels of IPv6 in IPv6 (ip6_tunnel)")
    if has_module("ip6_tunnel", "ip6_tnl_newlink"):
        return Check("ip6-tunnels", "ok", "ip6_tunnel seen, and not tried, which takes root")
    return Check("ip6-tunnels", "note", "ip6_tunnel not seen", costs, mend)


def has_module(name: str, symbol: str) -> bool:
    """Say whether the kernel has a module, loaded, built in or loadable; symbol: a function of it."""
    known = ""
    folder = f"/lib/modules/{platform.release()}"
    for path in ("/proc/modules", f"{folder}/modules.builtin", f"{folder}/modules.dep"):
        try:
            with open(path, errors="replace") as listing:
                known += listing.read()
        except OSError:
            continue
    return bool(re.search(rf"(^|/){name}(\.ko| )", known, re.MULTILINE)) or in_kernel(symbol)


def in_kernel(symbol: str) -> bool:
    """Say whether the running kernel has a function: the last resort where it lists no modules."""
    try:
        with open("/proc/kallsyms", errors="replace") as listing:
            return any(symbol in line for line in listing)
    except OSError:
        return False


def check_esp() -> Check:
    """Look whether the kernel opens ESP too; raw sockets get a copy of each packet in any case."""
    if not sys.platform.startswith("linux"):
        return Check("esp", "note", sys.platform, "--esp needs Linux; decode --esp works", "use a Linux machine")
    if not in_kernel("esp6_init_state"):
        return Check("esp", "ok", "the kernel has no ESP; --esp brings its own")
    costs = "where the kernel has SAs or policies for the same packets it opens them besides --esp, or drops them"
    return Check("esp", "note", "the kernel has ESP of its own", costs, "look with: ip xfrm state; ip xfrm policy")


def check_clock() -> Check:
    costs = "a correct LMA may refuse our timestamps with 156; --clock-offset compensates"
    mend = "sudo timedatectl set-ntp true"
    if not sys.platform.startswith("linux"):
        return Check("clock", "note", "not looked at on this system", costs, "synchronise it with NTP")
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(1024))
    except (OSError, AttributeError):
        state = -1
    if state == 5 or state < 0:  # TIME_ERROR
        return Check("clock", "note", "not known to be synchronised", costs, mend)
    return Check("clock", "ok", "synchronised")


CHECKS: tuple[Callable[[], Check], ...] = (
    check_python,
    check_packages,
    check_tshark,
    check_ipv6,
    check_raw,
    check_fast_path,
    check_namespaces,
    check_tun,
    check_modules,
    check_tunnels,
    check_esp,
    check_clock,
)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def command(as_json: bool) -> int:
    """Look for what this machine lacks: rights, tshark with Lua, kernel features, clock.

    Says what each missing piece costs, and the command that mends it. Exit code 5 when something is missing.
    """
    checks = [check() for check in CHECKS]
    if as_json:
        print_json({"schema": "pmiptool/doctor/1", "checks": [check._asdict() for check in checks]})
    else:
        for check in checks:
            click.echo(f"{check.state:<8}{check.name:<13}{check.found}")
            if check.state != "ok":
                click.echo(f"{'':<21}costs: {check.costs}")
                click.echo(f"{'':<21}mend:  {check.mend}")
    return EnvironmentLacks.exit_code if any(check.state == "missing" for check in checks) else 0
