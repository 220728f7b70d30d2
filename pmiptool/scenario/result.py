"""What became of a scenario: data that report/ renders and programs read."""

from __future__ import annotations

from typing import Literal

import msgspec

from pmiptool.session.endpoint import Endpoint
from pmiptool.wire.finding import Finding
from pmiptool.wire.layout import Decoded

LMA = "LMA"  # beside the names of MAGs
Verdict = Literal["PASS", "FAIL", "INCONCLUSIVE", "UNSUPPORTED", "SKIPPED"]

# What decides about a scenario, the heaviest first. SKIPPED steps decide nothing.
_WEIGHT: tuple[Verdict, ...] = ("FAIL", "INCONCLUSIVE", "UNSUPPORTED", "PASS")


class Packet(msgspec.Struct, frozen=True):
    """One message as it went. sender, receiver: names of MAGs, or `LMA`. attempt above 1: a retransmission.

    text stands in place of a message for an ICMP error.
    """

    time: float
    sender: str
    receiver: str
    source: Endpoint
    destination: Endpoint
    data: bytes
    decoded: Decoded
    attempt: int = 0
    text: str = ""


class Checked(msgspec.Struct, frozen=True):
    """One expectation of a step and what was there instead. frame: number of the message that is meant, 0 for none."""

    text: str
    ok: bool
    actual: str = ""
    frame: int = 0


class StepResult(msgspec.Struct, frozen=True):
    """One step. notes: what the gateway did and saw, in sentences. findings: what the anchor's answers break."""

    name: str
    kind: str
    mag: str
    verdict: Verdict
    reason: str = ""
    packets: tuple[Packet, ...] = ()
    findings: tuple[Finding, ...] = ()
    expectations: tuple[Checked, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0


class ScenarioResult(msgspec.Struct, frozen=True):
    """A scenario as played. `afterwards` holds the deregistrations that follow the steps.

    mags: name and address of each MAG, in order. settings: the code points and readings in force, as text.
    """

    name: str
    title: str
    clause: str
    target: str
    lma: Endpoint
    mags: tuple[tuple[str, Endpoint], ...]
    steps: tuple[StepResult, ...]
    afterwards: StepResult | None = None
    started: float = 0.0
    seconds: float = 0.0
    settings: dict[str, str] = {}
    interrupted: bool = False

    @property
    def parts(self) -> tuple[StepResult, ...]:
        """The steps, and what follows them."""
        return self.steps if self.afterwards is None else (*self.steps, self.afterwards)

    @property
    def verdict(self) -> Verdict:
        """The heaviest verdict of its steps, the deregistrations included."""
        found = {step.verdict for step in self.parts}
        return next((verdict for verdict in _WEIGHT if verdict in found), "INCONCLUSIVE")

    @property
    def reason(self) -> str:
        """Why, in the words of the first step with that verdict."""
        return next((step.reason for step in self.parts if step.verdict == self.verdict), "")

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for step in self.parts for finding in step.findings)


def exit_code(results: list[ScenarioResult]) -> int:
    """1 when anything failed, 3 when something was inconclusive or nothing passed, else 0."""
    verdicts = {result.verdict for result in results}
    if "FAIL" in verdicts:
        return 1
    return 3 if "INCONCLUSIVE" in verdicts or "PASS" not in verdicts else 0
