"""``pmiptool steer``: does an LMA send each downlink packet through the tunnel that its filters name?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from pmiptool.cli.case_run import Wanted, carry_out, case_options
from pmiptool.cli.options import Talk, talk_options
from pmiptool.errors import UsageError

if TYPE_CHECKING:
    from pmiptool.conformance.case import Case

MAGS = 3
_RANDOM = re.compile(r"steer/random/(\d+)-(\d+)")


@click.command("steer")
@click.argument("selection", nargs=-1)
@talk_options
@case_options
@click.option("--from", "correspondent", metavar="ADDRESS", help="Source of the packets, where no filter names one.")
@click.option("--random", "count", type=click.IntRange(1), metavar="N",
              help="N random sets of filters, which --seed gives, in place of the cases.")  # fmt: skip
@click.option("--list", "listed", is_flag=True, help="List the cases and end.")
def command(
    selection: tuple[str, ...], talk: Talk, wanted: Wanted, correspondent: str | None, count: int | None, listed: bool
) -> int:
    """Register a mobile node with filters at several gateways of ours, send it packets, and see where they come out.

    This machine plays the gateways (--source, two or three times) and the correspondent node: packets to the mobile
    node's prefix must be routed to the LMA from here, as by: ip -6 route add PREFIX via LMA. Without --target the
    reference LMA and its data plane in this process are tested (embedded). -w has the packets too, with comments that
    say what each is about and which tunnel it came out of.

    \b
    pmiptool steer --target 2001:db8:1::1 --source 2001:db8:c::11 --source 2001:db8:c::12 --source 2001:db8:c::13
    pmiptool steer --random 1000 --seed 7
    pmiptool steer steer/decisions --fault steers-priority-reversed --html steer.html
    """
    from pmiptool.cli.conformance import run_against
    from pmiptool.conformance.case import select

    if listed:
        from pmiptool.cli.lists import print_list

        print_list([(case.id, f"{case.level}: {case.says}") for case in select("steering", selection)])
        return 0
    talk.or_embedded()
    if talk.target.kind == "udp":
        raise UsageError("tunnels end at proxy care-of addresses over IPv6; give a target such as 2001:db8:1::1")
    if talk.target.kind != "embedded" and len(talk.sources) < 2:
        raise UsageError("flows go through one of several gateways; give --source two or three times")
    mags = MAGS if talk.target.kind == "embedded" else len(talk.sources)
    cases = _random(selection, count, wanted.seed, min(mags, MAGS))
    cases = cases or select("steering", selection, wanted.exclude)

    def go(shown):  # type: ignore[no-untyped-def]
        return run_against(talk, cases, "steering", wanted, shown, correspondent=correspondent)

    return carry_out(wanted, talk, cases, go)


def _random(selection: tuple[str, ...], count: int | None, seed: int | None, mags: int) -> tuple[Case, ...]:
    """The random cases that are asked for: N of a seed, or some by their ids."""
    from pmiptool.conformance.random_filters import random_case, random_cases

    named = [_RANDOM.fullmatch(text) for text in selection]
    if count is not None:
        if selection:
            raise UsageError("--random takes the place of cases; leave the selection out")
        return random_cases(count, seed or 0, max(mags, 2))
    if selection and all(named):
        return tuple(random_case(int(one[2]), int(one[1]), max(mags, 2)) for one in named if one is not None)
    return ()
