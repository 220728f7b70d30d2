"""Whichever named reading a MAG follows, or the LMA that we play for it, every case knows it."""

import pytest

from pmiptool.conformance.case import cases
from pmiptool.conformance.mag import Mag
from pmiptool.conformance.mag_peer import open_mag
from pmiptool.conformance.runner import RunSettings, run
from pmiptool.conformance.trial import TrialSettings
from pmiptool.net.record import Recorder
from pmiptool.registry.ambiguities import AMBIGUITIES, DEFAULT_READINGS
from pmiptool.rules import Context

PLACES = [{entry.key: entry.choices[min(place, len(entry.choices) - 1)] for entry in AMBIGUITIES} for place in (1, 2)]


def not_passed(readings, *faults):
    chosen = DEFAULT_READINGS.changed(readings)
    transport, peer = open_mag("embedded", context=Context(readings=chosen), faults=faults)
    settings = RunSettings(trial=TrialSettings(context=Context(readings=chosen)))
    found = run(cases("mag"), Recorder(transport), settings, peer, Mag).cases
    assert len(found) > 300
    return {case.id: (case.verdict, case.reason) for case in found if case.verdict != "PASS"}


@pytest.mark.parametrize("readings", [{"detach-wait": "pba"}, *PLACES], ids=["detach-wait", "second", "last"])
def test_a_mag_passes(readings):
    assert not_passed(readings) == {}


@pytest.mark.parametrize("reading", ["timeout", "pba"])
def test_the_embedded_mag_follows_the_reading(reading):
    transport, *_ = open_mag("embedded", context=Context(readings=DEFAULT_READINGS.changed({"detach-wait": reading})))
    assert transport.mag.config.detach_wait == reading
    transport.close()


def test_a_case_that_fails_tells_by_which_reading_it_was_judged():
    transport, peer = open_mag("embedded", faults=["never-retransmits"])
    case = next(case for case in cases("mag") if case.id == "muho/5/mag-detach-wait")
    (failed,) = run([case], Recorder(transport), RunSettings(), peer, Mag).cases
    assert failed.verdict == "FAIL"
    told = "reading detach-wait is taken as timeout; where this peer follows another give --reading KEY=NAME"
    assert failed.notes == (told,)
