"""The kit for HTML reports: texts are escaped, pictures are described, and the page works in headless Chromium."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pmiptool.errors import UsageError
from pmiptool.report.html import (
    Bar,
    Bars,
    Cell,
    Chart,
    Code,
    Column,
    Details,
    Facts,
    HexView,
    LadderView,
    Octets,
    Page,
    Row,
    Section,
    Span,
    Table,
    Text,
    Tile,
    Tiles,
    TreeView,
    anchor,
    drawing,
    render,
    write,
)
from pmiptool.report.ladder import Arrow, Ladder, Participant, Remark
from pmiptool.report.tree import Node
from tests.chromium import Chromium, chromium

EVIL = "</script><img src=x onerror=alert(1)>\"'&\u202e\x00{{ 7 * 7 }}"
CLEANED = "</script><img src=x onerror=alert(1)>\"'&\ufffd\ufffd{{ 7 * 7 }}"
SVG = "{http://www.w3.org/2000/svg}"

LADDER = Ladder(
    "Removal",
    (Participant("MAG1", "2001:db8:1::2"), Participant("MAG2", "2001:db8:2::2"), Participant("LMA", "2001:db8:1::1")),
    (
        Remark("1. attach"),
        Arrow("MAG1", "LMA", "PBU 101", ("HI 1",), 0.0, link="m-1"),
        Arrow("LMA", "MAG1", "PBA 101", ("status 0",), 0.012, marks=("error muho/4.1/act: seen",), kind="error"),
        Arrow("MAG2", "LMA", "PBU 102", (), 1.5, lost=True, kind="warning"),
        Arrow("LMA", "LMA", "BRI 3"),
        Remark("FAIL: no answer", "LMA", "FAIL"),
    ),
)


def page(text: str = "what is wrong") -> Page:
    """One of every block, with a text in every place that takes one."""
    kinds = ("error", "warning", "note", "error", "PASS", text)
    rows = [
        Row((Cell(kind, kind), Cell(f"rule-{n}", code=True, link="m-1"), Cell(str(n), sort=n), text), kind, f"row-{n}",
            f"frame-{n} {text}")
        for n, kind in enumerate(kinds)
    ]  # fmt: skip
    ladder = Ladder(text, (Participant(text, text), Participant("LMA")),
                    (Arrow(text, "LMA", text, (text,), 1.0, marks=(text,), link="m-1"), Remark(text)))  # fmt: skip
    blocks = (
        Tiles((Tile(text, text, "error", text, "findings"),)),
        Text(text, text),
        Facts(((text, text),)),
        Section(text, (
            Chart(text, (Column(text, 3.0), Column(text, 0.0)), text),
            Code(text, text), Bars(text, (Bar(text, (Span(0, 3, text, text), Span(4, None, text))),), 0, 9),
        )),
        Section("Findings", (
            Table("findings", ("Level", "Rule", "Number", text), rows, text, numbers=(2,)),
            Details("first", (Text(text),), kind="error", note=text, group="findings", words=text),
            Details("second", (Text(text),), kind="note", group="findings"),
        )),
        Section("Messages", (
            LadderView(LADDER), LadderView(ladder),
            Details(text, (
                HexView(text.encode(), (Octets(0, 7, text, "error"), Octets(7, 9, text)), text, 64),
                TreeView((Node(text, "", (Node(text, "red"),)),), text),
            ), id="m-1"),
        )),
    )  # fmt: skip
    return Page(text, blocks, text, ((text, text),), text)


def test_every_text_is_escaped() -> None:
    """Whatever stands in a capture, the page has the same elements as with a harmless text."""
    tags = [re.findall(r"<(/?[a-z0-9!]+)", re.sub(r"<(style|script)>.*?</\1>", "", render(page(text)), flags=re.S))
            for text in (EVIL, "X" * len(EVIL))]  # fmt: skip
    assert tags[0] == tags[1]
    assert "\x00" not in render(page(EVIL)) and "\u202e" not in render(page(EVIL)) and "{{ 7" in render(page(EVIL))


def test_the_page_is_alone() -> None:
    text = render(page())
    assert "http" not in re.sub(r'xmlns="http://www.w3.org/2000/svg"|http-equiv', "", text)
    assert "default-src &#39;none&#39;" in text and "script-src &#39;sha256-" in text and "unsafe" not in text


def test_the_same_page_gives_the_same_text() -> None:
    assert render(page()) == render(page())


def test_ids_are_unique() -> None:
    ids = re.findall(r' id="([^"]*)"', render(page()))
    assert len(ids) == len(set(ids)) > 5
    assert anchor("case", "a/b") != anchor("case", "a-b") != anchor("case", "a_b")


def svg(text: str) -> ElementTree.Element:
    found = re.search(r"<svg.*?</svg>", text, re.S)
    assert found is not None
    return ElementTree.fromstring(found[0])


def test_a_ladder_as_a_picture() -> None:
    """Every node is a column, every message an arrow in its direction, and each says in words what it shows."""
    picture = svg(render(Page("x", (LadderView(LADDER),))))
    assert picture.findtext(f"{SVG}title") == "Removal"
    told = picture.findtext(f"{SVG}desc")
    assert told == "4 messages between MAG1 2001:db8:1::2, MAG2 2001:db8:2::2, LMA 2001:db8:1::1"
    heads = {head.findtext(f"{SVG}text"): float(head.find(f"{SVG}text").attrib["x"])  # type: ignore[union-attr]
             for head in picture.iter(f"{SVG}g") if head.get("class") == "head"}  # fmt: skip
    assert list(heads) == ["MAG1", "MAG2", "LMA"] and sorted(heads.values()) == list(heads.values())
    arrows = [group for group in picture.iter(f"{SVG}g") if (group.get("class") or "").startswith("arrow")]
    links = {link.find(f"{SVG}g"): link.findtext(f"{SVG}title") for link in picture.iter(f"{SVG}a")}
    titles = [links.get(arrow) or arrow.findtext(f"{SVG}title") for arrow in arrows]
    assert titles == [
        "PBU 101 from MAG1 to LMA at 0.000 s: HI 1",
        "PBA 101 from LMA to MAG1 at 0.012 s: status 0; error muho/4.1/act: seen",
        "PBU 102 from MAG2 to LMA at 1.500 s, lost",
        "BRI 3 from LMA to LMA",
    ]
    assert [arrow.get("class") for arrow in arrows] == ["arrow plain", "arrow bad", "arrow warn", "arrow plain"]
    first, second = (arrow.findall(f"{SVG}path")[0].attrib["d"] for arrow in arrows[:2])
    assert first.startswith(f"M{heads['MAG1']:g} ") and float(first.split("H")[1]) == heads["LMA"] - 9
    assert second.startswith(f"M{heads['LMA']:g} ") and float(second.split("H")[1]) == heads["MAG1"] + 9
    assert [link.get("href") for link in picture.iter(f"{SVG}a")] == ["#m-1"]
    right = max(float(text.attrib["x"]) for text in picture.iter(f"{SVG}text"))
    assert right < float(picture.attrib["width"])


def test_a_chart_has_a_column_for_each_value_and_says_what_it_is() -> None:
    columns = tuple(Column(f"{n} ms", float(value)) for n, value in enumerate((5, 10, 0, 1)))
    figure = drawing.chart(Chart("Answers", columns, "answers"))
    assert [round(column.height) for column in figure.columns] == [80, 160, 0, 16]
    assert all(column.y + column.height == pytest.approx(figure.floor) for column in figure.columns)
    assert [column.told for column in figure.columns][:2] == ["0 ms: 5 answers", "1 ms: 10 answers"]
    assert [line.text for line in figure.lines] == ["0", "5", "10"]
    assert not drawing.chart(Chart("Nothing", ())).columns
    text = render(Page("Load", (Chart("Answers", columns, "answers"),)))
    assert text.count("<rect") == 4 and "1 ms: 10 answers" in text


def test_bars_over_time() -> None:
    bars = Bars("Flows", (Bar("FID 1", (Span(10.0, 15.0, "omitted"), Span(16.0, None, "there"))),), 10.0, 20.0)
    pieces = [g for g in svg(render(Page("x", (bars,)))).iter(f"{SVG}g") if "piece" in (g.get("class") or "")]
    assert [piece.findtext(f"{SVG}title") for piece in pieces] == [
        "FID 1 from 0.000 s, until 5.000 s: omitted",
        "FID 1 from 6.000 s, goes on: there",
    ]
    places = [[float(piece.find(f"{SVG}rect").attrib[key]) for key in ("x", "width")] for piece in pieces]  # type: ignore[union-attr]
    assert places[0][1] == 310 and places[1] == [places[0][0] + 372, 248]


def test_hex_lines_and_ranges() -> None:
    view = HexView(bytes(range(0x41, 0x41 + 18)), (Octets(0, 2, "type"), Octets(15, 18, "rest", "error")), base=8)
    text = re.sub(r"</?span[^>]*>", "", re.search(r"<pre.*?</pre>", render(Page("x", (view,))), re.S)[0])  # type: ignore[index]
    lines = text.splitlines()
    assert lines[1] == "0008  41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f 50  ABCDEFGHIJKLMNOP"
    assert lines[2] == f"0018  51 52{' ' * 44}QR"
    assert '<span class="run bad" data-range="1" title="rest">50</span>' in render(Page("x", (view,)))
    assert '<span class="offset">23&ndash;25</span> rest' in render(Page("x", (view,)))


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write the report"):
        write(page(), tmp_path / "missing" / "x.html")


def test_jinja_is_imported_only_to_render() -> None:
    line = "import sys, pmiptool.report.html; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", line], timeout=60).returncode == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    yield from chromium()


@pytest.fixture
def opened(browser: Chromium, tmp_path: Path) -> Chromium:
    write(page(), tmp_path / "page.html")
    browser.open(tmp_path / "page.html")
    return browser


ROWS = "[...document.querySelectorAll('#findings tbody tr')].filter(e => !e.hidden).map(e => e.id).join(' ')"
COUNT = "document.querySelector('.filter output').textContent"


def test_nothing_complains_and_nothing_runs_that_a_capture_says(browser: Chromium, tmp_path: Path) -> None:
    write(page(EVIL), tmp_path / "page.html")
    browser.open(tmp_path / "page.html")
    assert browser.complaints() == []
    assert browser.run("document.title") == CLEANED
    assert browser.run("document.querySelectorAll('img').length") == 0


def test_an_injected_script_would_not_run(browser: Chromium, tmp_path: Path) -> None:
    """The second line of defence: the policy of the page allows its own script alone."""
    text = render(page()).replace("<main", "<img src=x onerror='window.evil=1'><script>window.evil=1</script><main")
    (tmp_path / "page.html").write_text(text)
    browser.open(tmp_path / "page.html")
    assert browser.run("window.evil") is None and browser.complaints()


def test_filter_by_keyboard(opened: Chromium) -> None:
    assert opened.run(COUNT) == "6 of 6"
    opened.press("/")
    assert opened.run("document.activeElement.type") == "search"
    opened.press(*"rule-3")
    assert (opened.run(ROWS), opened.run(COUNT)) == ("row-3", "1 of 6")
    opened.press("Escape")
    assert opened.run(COUNT) == "6 of 6"
    opened.press("Tab", " ")
    assert opened.run("document.activeElement.textContent") == "error 2"
    assert (opened.run(ROWS), opened.run(COUNT)) == ("row-0 row-3", "2 of 6")
    hidden = "[...document.querySelectorAll('details[data-group]')].map(e => e.hidden).join()"
    assert opened.run(hidden) == "false,true"
    opened.press("Tab", "Enter")
    assert opened.run(ROWS) == "row-0 row-1 row-3"


def test_words_of_a_row_and_words_that_must_not_be(opened: Chromium) -> None:
    opened.press("/", *"frame-1")
    assert opened.run(ROWS) == "row-1"
    opened.press("Escape", *"rule -pass")
    assert opened.run(ROWS) == "row-0 row-1 row-2 row-3 row-5"


def test_columns_sort(opened: Chromium) -> None:
    head = "document.querySelectorAll('#findings th button')[2].click(); "
    assert opened.run(head + ROWS) == "row-0 row-1 row-2 row-3 row-4 row-5"
    assert opened.run(head + ROWS) == "row-5 row-4 row-3 row-2 row-1 row-0"
    assert opened.run("document.querySelectorAll('#findings th')[2].getAttribute('aria-sort')") == "descending"


def test_a_column_without_a_name(browser: Chromium, tmp_path: Path) -> None:
    """Those behind it sort by their own cells."""
    table = Table("t", ("", "b"), [Row(("1", "x"), id="one"), Row(("2", "a"), id="two")])
    write(Page("x", (table,)), tmp_path / "page.html")
    browser.open(tmp_path / "page.html")
    heads = "[...document.querySelectorAll('thead tr > *')].map(e => e.tagName + e.childElementCount).join()"
    assert browser.run(heads) == "TD0,TH1"
    browser.run("document.querySelector('th button').click()")
    assert browser.run("[...document.querySelectorAll('tbody tr')].map(e => e.id).join()") == "two,one"


def test_a_link_opens_what_is_closed(opened: Chromium) -> None:
    assert opened.run("document.getElementById('m-1').open") is False
    opened.run("document.querySelector('#row-0 a').click()")
    assert opened.becomes("document.getElementById('m-1').open", True)
    assert opened.becomes("document.activeElement.tagName", "SUMMARY")


def test_tab_order_is_the_order_of_the_page(opened: Chromium) -> None:
    """Tab goes from the skip link through everything that can be used, once each, and shows where it is."""
    opened.press("Tab")
    assert opened.run("document.activeElement.className") == "skip"
    assert opened.run("document.activeElement.getBoundingClientRect().left >= 0") is True
    seen, place = [], "[...document.querySelectorAll('*')].indexOf(document.activeElement)"
    for _ in range(60):
        opened.press("Tab")
        if opened.run("document.activeElement === document.body"):
            break
        assert opened.run("getComputedStyle(document.activeElement).outlineStyle") != "none"
        seen.append(opened.run(place))
    assert len(seen) > 15 and seen == sorted(set(seen))


def test_octets_light_up(opened: Chromium) -> None:
    opened.run("document.getElementById('m-1').open = true; document.querySelectorAll('button.range')[1].click()")
    assert opened.run("[...document.querySelectorAll('.run.lit')].map(e => e.dataset.range).join()") == "1,1"
    assert opened.run("document.querySelectorAll('button.range')[1].getAttribute('aria-pressed')") == "true"


def test_texts_stand_out_from_the_ground(browser: Chromium, tmp_path: Path) -> None:
    """WCAG 1.4.3: 4.5 to 1, in the light and in the dark scheme, for all that is shown."""
    write(page(), tmp_path / "page.html")
    for dark in (False, True):
        browser.open(tmp_path / "page.html", dark=dark)
        assert browser.run("matchMedia('(prefers-color-scheme: dark)').matches") is dark
        assert browser.run(CONTRAST) == []


CONTRAST = r"""(() => {
  document.querySelectorAll("details").forEach(e => { e.open = true; });
  const parse = (text) => (text.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const light = (c) => c.slice(0, 3).map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const c = parse(getComputedStyle(at).backgroundColor);
      if (c.length < 4 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const e of document.querySelectorAll("body *:not(script)")) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || !e.getClientRects().length) continue;
    const inside = e.closest("svg");
    const style = getComputedStyle(e);
    const box = inside && e.parentElement.classList.contains("band") && e.parentElement.querySelector("rect");
    const back = box ? parse(getComputedStyle(box).fill) : ground(e);
    const [a, b] = [light(parse(inside ? style.fill : style.color)), light(back)];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) found.push(`${e.tagName} ${e.getAttribute("class")} ${e.textContent.slice(0, 20)} ${ratio}`);
  }
  return found;
})()"""


def test_on_paper(browser: Chromium, tmp_path: Path) -> None:
    write(page(), tmp_path / "page.html")
    browser.open(tmp_path / "page.html", paper=True)
    assert browser.run("getComputedStyle(document.querySelector('.filter')).display") == "none"
    browser.run("dispatchEvent(new Event('beforeprint'))")
    assert browser.run("document.querySelectorAll('details:not([open])').length") == 0
