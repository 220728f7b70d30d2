"""pytest fixtures for labs that write cases of their own: `lma`, `mag`, `exchange`.

    def test_renewal(lma):
        node = lma.node()
        node.attach()
        node.ask().accepted("lifetime_s > 0")

`pytest --pmip-target T` names the LMA under test, as `--target` does everywhere (default: embedded); `--pmip-peer FILE`
what is known of it. A check that fails, fails the test, and so does a rule that the peer breaks; the report then shows
what was sent and received. What the peer does not have skips the test.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pmiptool.conformance.lma import Lma
    from pmiptool.conformance.mag import Mag
    from pmiptool.conformance.reply import Reply
    from pmiptool.conformance.trial import Trial

FIXTURES = ("lma", "mag")
_ESP = pytest.StashKey[Any]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("pmiptool", "Proxy Mobile IPv6 peers under test")
    group.addoption("--pmip-target", metavar="T", default=None, help="The LMA under test (default: embedded).")
    group.addoption("--pmip-source", metavar="ADDRESS", action="append", default=[], help="Our address (repeatable).")
    group.addoption("--pmip-peer", metavar="FILE", default=None, help="What is known of the peer (TOML).")
    group.addoption("--pmip-listen", metavar="T", default=None, help="Where a MAG under test is waited for.")
    group.addoption("--pmip-trigger", metavar="CMD", default=None, help="Makes the MAG under test do something.")
    group.addoption("--pmip-fault", metavar="NAME", action="append", default=[], help="Of the embedded peer.")
    group.addoption("--pmip-esp", metavar="FILE", default=None, help="Send and receive under ESP, by the SAs in FILE.")


def pytest_report_header(config: pytest.Config) -> str | None:
    target = config.getoption("pmip_target")
    return f"pmiptool: LMA under test {target}" if target else None


@pytest.fixture
def lma(request: pytest.FixtureRequest) -> Iterator[Lma]:
    """The LMA under test, for one test: mobile nodes of its own, which are deregistered afterwards."""
    yield from _under_test(request, "lma")


@pytest.fixture
def mag(request: pytest.FixtureRequest) -> Iterator[Mag]:
    """The MAG under test, for one test; we play the LMA."""
    yield from _under_test(request, "mag")


def _under_test(request: pytest.FixtureRequest, role: Any) -> Iterator[Any]:
    from pmiptool.cli.conformance import open_peer, trial_settings
    from pmiptool.cli.options import Settings, Talk, security_associations
    from pmiptool.conformance.case import Case
    from pmiptool.net.trigger import Trigger

    option = request.config.getoption
    settings = Settings(option("pmip_peer"))
    listen = option("pmip_listen") if role == "mag" else None
    target = option("pmip_target") or settings.peer.target if role == "lma" else None
    target = target or (None if listen else "embedded")
    talk = Talk(settings, target=target, source=tuple(option("pmip_source")), fault=tuple(option("pmip_fault")))
    if _ESP not in request.config.stash:  # for all tests: its sequence numbers go on
        request.config.stash[_ESP] = security_associations(option("pmip_esp"))
    talk.esp = request.config.stash[_ESP]
    trigger = Trigger(option("pmip_trigger"), print) if option("pmip_trigger") else None
    transport, _, make = open_peer(talk, role, listen, trigger)
    try:
        seed, embedded = int(transport.now() * 1000) & 0xFFFFFFFF, transport.target.kind == "embedded"
        case = Case(f"pytest/{request.node.name}", role, lambda trial: None)
        trial = make(case, transport, trial_settings(talk, seed, role=role, embedded=embedded, trigger=trigger), 1)
        yield trial
        trial.close()
    finally:
        transport.close()


@pytest.fixture
def exchange(lma: Lma) -> Callable[..., Reply]:
    """Send one message to the LMA under test and wait for its answer: `exchange(message, "status = 0")`.

    The expectations are those of `send --expect`. What an accepted registration made is taken off afterwards.
    """
    from pmiptool.wire.values import BindingUpdate

    def send(message: Any, *expectations: str, mag: int = 0) -> Reply:
        reply = lma.node(mag).ask(message) if isinstance(message, BindingUpdate) else lma.ask(message, mag)
        return reply.expect(*expectations)

    return send


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
    """The verdict of a test that has a peer: what it looked at, then what the rules say, as for a conformance case."""
    trial: Any = next((pyfuncitem.funcargs[name] for name in FIXTURES if name in pyfuncitem.funcargs), None)
    if trial is None or not hasattr(trial, "checks"):
        return (yield)
    from pmiptool.conformance.trial import CaseOver, NotApplicable, NotPossible, SetUpFailed

    try:
        result = yield
    except CaseOver:
        result = None
    except (NotApplicable, NotPossible) as reason:
        pytest.skip(str(reason))
    except SetUpFailed as reason:
        _tell(pyfuncitem, trial)
        pytest.fail(f"inconclusive: {reason}", pytrace=False)
    except BaseException:
        _tell(pyfuncitem, trial)
        raise
    wrong = [f"expected {check.text}, got {check.actual or 'none'}" for check in trial.failed]
    wrong += [f"{finding.rule}: {finding.text}" for finding in trial.findings if finding.level == "error"]
    if wrong:
        _tell(pyfuncitem, trial)
        pytest.fail("\n".join(dict.fromkeys(wrong)), pytrace=False)
    return result


def _tell(item: pytest.Function, trial: Trial) -> None:
    """Show in the report what was sent and received."""
    from pmiptool.report.exchanges import ladder_text

    item.add_report_section("call", "messages", ladder_text(trial.case.id, trial.packets, trial.codepoints))
