"""Random sets of filters, for steering: few values, so that filters overlap, and each set from a seed of its own."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from pmiptool.conformance.case import Case
from pmiptool.conformance.requirements import Requirement
from pmiptool.conformance.steering import Steered
from pmiptool.session.packet import ESP
from pmiptool.session.probe import TCP, UDP, Asked, Probe
from pmiptool.text.values import parse_address

MOST_FILTERS = 6
PROBES = 24  # random packets for each set, beside those around each filter
_PORTS = (1000, 1001, 1002, 5060, 5061, 65535)
_DSCPS = (0, 10, 46)
_LABELS = (0, 1, 0xFFFFF)
_SPIS = (256, 257)
_SOURCES = ("2001:db8:c::1", "2001:db8:c::2", "2001:db8:d::1")
_PROTOCOLS = (TCP, UDP, ESP)


def random_cases(count: int, seed: int, mags: int) -> tuple[Case, ...]:
    """Cases with a set each; a case of one number and seed is always the same."""
    return tuple(random_case(number, seed, mags) for number in range(1, count + 1))


def random_case(number: int, seed: int, mags: int) -> Case:
    """The case of a number and a seed, with up to `mags` interfaces."""
    name = f"steer/random/{seed}-{number}"
    says = "Each packet goes where the filters of a random set say."
    entry = Requirement(
        clause="mext 4.4",
        level="MUST",
        role="lma",
        says=says,
        case=name,
        needs=("multihoming", "flows"),
        reading="no-match",
    )

    def run(lma: Steered) -> None:
        made = random.Random(f"{seed}/{number}")
        interfaces = made.randint(2, mags)
        filters: list[list[str]] = [[] for _ in range(interfaces)]
        for fid in range(1, made.randint(1, MOST_FILTERS) + 1):
            filters[made.randrange(interfaces)].append(f"fid={fid} {_filter(made)}")
        nodes = lma.interfaces(*filters)
        lma.follows(nodes[0], *_probes(made, lma.base(nodes[0])))

    return Case(name, "steering", run, (entry,), mags=2)


def _filter(made: random.Random) -> str:
    words = [f"pri={made.choice((5, 10, 10, 20, 255))}"]
    words.append(f"action={made.choices(('forward', 'discard', 'n-cast'), (6, 1, 1))[0]}")
    chosen = made.sample(("proto", "dst-port", "src-port", "dscp", "flow-label", "src", "spi"), made.randint(0, 3))
    for key in chosen:
        words.append(f"{key}={_value(made, key)}")
    return " ".join(words)


def _value(made: random.Random, key: str) -> str:
    if key == "proto":
        return str(made.choice(_PROTOCOLS))
    values: Sequence[object] = {
        "dst-port": _PORTS, "src-port": _PORTS, "dscp": _DSCPS, "flow-label": _LABELS, "spi": _SPIS, "src": _SOURCES,
    }[key]  # fmt: skip
    if made.random() < 0.5:
        return str(made.choice(values))
    first, last = sorted(made.sample(range(len(values)), 2))
    return f"{values[first]}-{values[last]}"


def _probes(made: random.Random, base: Probe) -> Iterable[Asked]:
    for _ in range(PROBES):
        probe = replace(
            base,
            src=parse_address("src", made.choice(_SOURCES)),
            proto=made.choice(_PROTOCOLS),
            src_port=made.choice(_PORTS),
            dst_port=made.choice(_PORTS),
            dscp=made.choice(_DSCPS),
            ecn=made.randrange(4),
            flow_label=made.choice(_LABELS),
            spi=made.choice(_SPIS),
            walked=made.random() < 0.1,
        )
        ports = f" {probe.src_port} to {probe.dst_port}" if probe.proto in (TCP, UDP) else ""
        yield Asked(f"protocol {probe.proto}{ports}, DSCP {probe.dscp}, label {probe.flow_label:#x}", probe)
