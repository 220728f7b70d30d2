"""The page of a conformance run, and of a matrix, in a browser: nothing complains, the filter works, a link opens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from pmiptool.cli.app import cli
from tests.chromium import Chromium, chromium

ROWS = "[...document.querySelectorAll('#cases tbody tr')].filter(row => !row.hidden)"
FAILED = "rfc5213/5.3.1/hnp-missing"


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    yield from chromium()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run with a fault, one without, and both as a matrix."""
    place = tmp_path_factory.mktemp("pages")
    for name, words in (("bad", ["--fault", "wrong-status-158"]), ("good", [])):
        files = ["--html", str(place / f"{name}.html"), "--json", str(place / f"{name}.json"), "--name", name]
        CliRunner().invoke(cli, ["conformance", "run", "rfc5213/5.3.1", "--target", "embedded", *files, *words])
    files = [str(place / "bad.json"), str(place / "good.json"), "--html", "-o", str(place / "matrix.html")]
    assert CliRunner().invoke(cli, ["conformance", "matrix", *files]).exit_code == 0
    return place


def test_a_run(browser: Chromium, folder: Path) -> None:
    browser.open(folder / "bad.html")
    assert browser.complaints() == []
    assert browser.run("document.title") == "Conformance of the LMA bad"
    shown = browser.run(f"{ROWS}.length")
    browser.press("/", *"hnp-missing")
    assert 0 < browser.run(f"{ROWS}.length") < shown
    browser.press("Escape")
    browser.run("[...document.querySelectorAll('button')].find(one => one.textContent.startsWith('FAIL')).click()")
    rows = browser.run(f"{ROWS}.map(row => row.innerText).join('\\n')")
    assert FAILED in rows and "PASS" not in rows
    browser.run(f"{ROWS}.find(row => row.innerText.includes('{FAILED}\\t')).querySelector('a').click()")
    opened = "[...document.querySelectorAll('details[open]')].map(one => one.innerText).join('\\n')"
    told = browser.run(f"new Promise(done => setTimeout(() => done({opened}), 100))")
    assert "a rejection with 158 MISSING_HOME_NETWORK_PREFIX_OPTION" in told and "This case alone" in told
    assert browser.run("document.querySelectorAll('details[open] svg').length") == 1


def test_a_matrix(browser: Chromium, folder: Path) -> None:
    browser.open(folder / "matrix.html")
    assert browser.complaints() == []
    browser.press("/", *"differ")
    rows = browser.run(f"{ROWS}.map(row => row.innerText).join('\\n')")
    assert FAILED in rows and "att-missing" not in rows
