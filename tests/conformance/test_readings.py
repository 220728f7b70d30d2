"""Whichever named reading an LMA follows, whichever dialect it speaks, the cases about groups and filters know it."""

import pytest

from pmiptool.conformance.case import cases, select
from pmiptool.conformance.lma_peer import LmaPeer
from pmiptool.conformance.runner import RunSettings, run
from pmiptool.conformance.trial import NotPossible, TrialSettings
from pmiptool.lma import LmaConfig
from pmiptool.lma.knowledge import context_of
from pmiptool.net.embedded import EmbeddedTransport
from pmiptool.net.record import Recorder
from pmiptool.registry.ambiguities import AMBIGUITIES
from pmiptool.registry.codepoints import CodePoints
from pmiptool.rules import Context
from pmiptool.scenario.anchor import configured_with

DOCUMENTS = ("muho", "mext", "rfc6089", "rfc6088", "rfc5648")
SILENT = ("no-match", "detach-wait", "sequence-scope")  # nothing in these cases depends on them
READINGS = [(entry.key, reading) for entry in AMBIGUITIES for reading in entry.choices[1:] if entry.key not in SILENT]
OF_RFC6089 = ("flow-omission", "binding-reference", "fid-scope", "act-scope")
OF_READINGS = {"flow-omission keep": {"muho/6.1/filter-deleted"}}  # what an LMA that follows them cannot show


def results(documents, tables, context=None, faults=()):
    """Cases against the reference LMA so configured, judged by what it is like, or in another context."""
    config = configured_with(LmaConfig(), tables)
    transport = Recorder(EmbeddedTransport(lma_config=config, faults=faults))
    trial = TrialSettings(context=context or context_of(config, complete=False))
    return run(select("lma", documents), transport, RunSettings(trial=trial), LmaPeer(transport, trial)).cases


def outcome(documents=DOCUMENTS, **tables):
    """The verdicts against the reference LMA so configured, but for the passed ones, and the passed ones."""
    found = results(documents, tables)
    passed = {case.id for case in found if case.verdict == "PASS"}
    return {case.id: (case.verdict, case.reason) for case in found if case.id not in passed}, passed


@pytest.mark.parametrize(("key", "reading"), READINGS, ids=lambda text: text)
def test_an_lma_that_follows_a_reading_passes(key, reading):
    marks = {"codepoints": {"reinstantiated_status": 5}} if reading == "status" else {}
    others, _ = outcome(DOCUMENTS[: 3 if key in OF_RFC6089 else 2], readings={key: reading}, **marks)
    assert {id_: why for id_, why in others.items() if why[0] != "UNSUPPORTED"} == {}
    assert set(others) == OF_READINGS.get(f"{key} {reading}", set())


@pytest.mark.parametrize("place", [1, 2])
def test_an_lma_that_follows_another_reading_of_every_question_passes_everything(place):
    readings = {entry.key: entry.choices[min(place, len(entry.choices) - 1)] for entry in AMBIGUITIES}
    others, passed = outcome((), readings=readings, codepoints={"reinstantiated_status": 5})
    told = {
        "muho/1/two-bindings-at-one-mag": "251",
        **({"muho/6.1/filter-deleted": "by omission"} if place == 2 else {}),
    }
    assert {id_: (why[0], told.get(id_, "") in why[1]) for id_, why in others.items()} == {
        id_: ("UNSUPPORTED", True) for id_ in told
    }
    assert len(passed) > 400


@pytest.mark.parametrize("codepoints", [{"dialect": "rfc6089"}, {"fid_length_unit": "units-of-8"}], ids=str)
def test_an_lma_that_speaks_otherwise_passes(codepoints):
    others, _ = outcome(codepoints=codepoints)
    assert {why[0] for why in others.values()} <= {"SKIPPED"}
    assert all("units of 8" in why[1] for why in others.values())


@pytest.mark.parametrize("multihoming", [False, "reject"])
def test_an_lma_without_groups_is_not_at_fault_and_passes_nothing_about_them(multihoming):
    others, passed = outcome(lma={"multihoming": multihoming})
    assert {why[0] for why in others.values()} == {"UNSUPPORTED"}
    about = {case.id for case in cases("lma") if not {"multihoming", "flows"} & set(case.needs)}
    assert passed - about <= {"muho/6.1/multihoming-statuses"}


def test_an_lma_that_keeps_no_filters_says_so():
    others, _ = outcome(["muho"], lma={"reinstantiation": False})
    assert {why[0] for why in others.values()} == {"UNSUPPORTED"}
    assert all("251" in why[1] for why in others.values())


POLICIES = [{"discard": False}, {"n_cast": False}, {"max_per_session": 0}, {"max_per_session": 1}]


@pytest.mark.parametrize("flows", POLICIES, ids=str)
def test_an_lma_that_prohibits_filters_is_not_at_fault(flows):
    others, passed = outcome(flows=flows)
    assert {why[0] for why in others.values()} == {"UNSUPPORTED"}
    assert {"mext/5.3.2.1/forward-unknown-bid", "rfc6089/4.2/fid-zero"} <= passed


def test_what_a_case_needs_is_there_where_the_lma_speaks_so():
    class Elsewhere:
        locals = ()

    known = TrialSettings(context=Context(codepoints=CodePoints(dialect="rfc6089")))
    peer = LmaPeer(Elsewhere(), known)
    (same,) = select("lma", ["rfc6089/4.2/fid-zero"])
    (other,) = select("lma", ["mext/4.2/several-options"])
    with peer.configured(same) as context:
        assert context is None
    with pytest.raises(NotPossible, match='codepoints.dialect="mext"'):
        peer.configured(other)


@pytest.mark.parametrize(
    ("key", "reading", "taken", "case"),
    [
        ("act-zero", "keep", "remove", "muho/4.1/act-zero"),
        ("removal-delay", "wait", "tombstone", "muho/4.1/act-keep"),
        ("binding-reference", "required", "implied", "muho/6.1/filter-created"),
    ],
)
def test_a_case_that_fails_tells_by_which_reading_it_was_judged(key, reading, taken, case):
    """The requirement names the question, or the case has gone by it."""
    (failed,) = results([case], {"readings": {key: reading}}, Context())
    assert failed.verdict == "FAIL"
    (told,) = failed.notes
    assert told.startswith("reading ") and f"{key} is taken as {taken}" in told
    assert "; `conformance probe` tells which one" in told
    (passed,) = results([case], {}, Context())
    assert (passed.verdict, passed.notes) == ("PASS", ())
    (right,) = results([case], {"readings": {key: reading}})
    assert (right.verdict, right.notes) == ("PASS", ())


def test_a_case_that_depends_on_no_reading_speaks_of_none():
    (failed,) = results(["rfc5213/5.3.1/hnp-missing"], {}, faults=["wrong-status-158"])
    assert (failed.verdict, failed.notes) == ("FAIL", ())
