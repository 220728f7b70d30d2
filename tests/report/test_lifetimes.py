"""When bindings and filters were in force, and why each ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmiptool.report.lifetimes import Lifetime, lifetimes
from pmiptool.report.validation import validate
from pmiptool.rules import Context

PCAPS = Path(__file__).parents[2] / "pcaps"
HTTP, SIP = "dst-port=80 proto=tcp", "dst-port=5060-5061 proto=udp"
MAG1, MAG2 = "2001:db8:1::2", "2001:db8:1::3"


def of(name: str) -> list[tuple[object, ...]]:
    """Kind, name, begin and end in ms since the first message, why, and the binding."""
    result = validate([str(PCAPS / f"{name}.pcapng")], Context(), timeline=True)
    ((_, steps),) = result.steps.items()
    start = steps[0].time

    def ms(time: float | None) -> int | None:
        return None if time is None else round((time - start) * 1000)

    return [(one.kind, one.name, ms(one.start), ms(one.end), one.why, one.owner) for one in lifetimes(steps)]


def test_filters_that_are_kept_and_removed() -> None:
    """Figure 6 with ACT=Keep: FID 1 goes to the other interface, as FID 65535, and ends with it."""
    assert of("removal-keep") == [
        ("binding", f"{MAG1} 802.11", 1, 103, "deregistration", ""),
        ("flow", f"FID 1 {SIP}", 1, 103, "ACT=Keep: it goes to another interface", MAG1),
        ("binding", f"{MAG2} e-utran", 52, 205, "deregistration", ""),
        ("flow", f"FID 2 {HTTP}", 52, 205, "ACT=Remove", MAG2),
        ("flow", f"FID 65535 {SIP}", 154, 205, "ACT=Remove", MAG2),
    ]


def test_filters_that_are_removed() -> None:
    assert ("flow", f"FID 1 {SIP}", 1, 103, "ACT=Remove", MAG1) in of("removal-remove")


@pytest.mark.parametrize("name", [path.stem for path in sorted(PCAPS.glob("*.pcapng"))])
def test_every_capture(name: str) -> None:
    """Nothing ends before it begins, a filter lives no longer than a binding of its MAG, and every end has a reason."""
    result = validate([str(PCAPS / f"{name}.pcapng")], Context(), timeline=True)
    for mn, steps in result.steps.items():
        found: list[Lifetime] = lifetimes(steps) if mn is not None else []
        for one in found:
            assert one.end is None or one.start <= one.end
            assert (one.end is None) == (one.why == ""), one
            owners = [b for b in found if b.kind == "binding" and b.name.startswith(one.owner)]
            assert one.kind == "binding" or any(
                b.start <= one.start and (b.end is None or (one.end is not None and one.end <= b.end)) for b in owners
            )
        assert len(found) >= len({b["care_of_address"] for step in steps for s in step.state for b in s["bindings"]})
