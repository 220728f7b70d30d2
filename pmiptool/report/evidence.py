"""What a vendor needs to look into a run with Wireshark alone: a folder, or a zip file of one."""

from __future__ import annotations

import io
import os
import platform
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pmiptool
from pmiptool.capture.files import Writer, nanoseconds
from pmiptool.conformance.result import CaseResult, RunResult
from pmiptool.errors import UsageError
from pmiptool.net.record import packet_of
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.report import conformance, conformance_html, html

README = """\
Evidence of a conformance run with pmiptool {version}

{summary}
report.html    the whole run: open it in a browser; it needs no network
results.json   the same for programs; junit.xml for CI systems
cases/         for each case a capture (.pcapng, comments on the packets say what they are) and its story (.txt)
run.pcapng     everything that was sent and received; `pmiptool validate run.pcapng` gives the same verdicts
pmip6.lua      the Wireshark dissector with the code points of this run
peer.toml      what was known of the peer, where something was
versions.txt   of what made this

To read the captures in Wireshark: Help > About > Folders shows the "Personal Lua Plugins" folder; put pmip6.lua there
and start Wireshark again. Or without installing anything:  wireshark -X lua_script:pmip6.lua cases/NAME.pcapng
The display filter  frame.comment contains "FAIL"  finds the packets at which a case was decided.
"""


def write(
    target: str | Path,
    result: RunResult,
    settings: CodePoints = DEFAULT,
    *,
    capture: bytes = b"",
    peer_file: str | None = None,
) -> None:
    """Write the evidence into a folder, or into one file where the name ends in `.zip`. Raises UsageError.

    capture: the whole run as one. peer_file: the path of the one in force.
    """
    path = Path(target)
    try:
        if path.suffix.lower() == ".zip":
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, content in _files(result, settings, capture, peer_file):
                    archive.writestr(f"{path.stem}/{name}", content)
            return
        for name, content in _files(result, settings, capture, peer_file):
            file = path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    except OSError as error:
        raise UsageError(f"cannot write the evidence {target}: {error.strerror}") from None


def check(target: str | Path) -> None:
    """Raise UsageError where the evidence could not be written; before anything is sent."""
    path = Path(target)
    try:
        if path.suffix.lower() == ".zip":
            path.touch()
        else:
            path.mkdir(parents=True, exist_ok=True)
        if not os.access(path, os.W_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        raise UsageError(f"cannot write the evidence {target}: {error.strerror}") from None


def _files(
    result: RunResult, settings: CodePoints, capture: bytes, peer_file: str | None
) -> Iterator[tuple[str, bytes]]:
    from pmiptool.dissector.generate import generate

    summary = f"{result.role.upper()} {result.target}, seed {result.seed}\n{conformance.summary(result)}"
    yield "README.txt", README.format(version=pmiptool.__version__, summary=summary).encode()
    yield "versions.txt", _versions().encode()
    if peer_file is not None:
        yield "peer.toml", Path(peer_file).read_bytes()
    yield "pmip6.lua", generate(settings).encode()
    yield "report.html", html.render(conformance_html.page(result, settings)).encode()
    yield "results.json", conformance.as_json(result, settings).encode()
    yield "junit.xml", conformance.as_junit(result).encode()
    if capture:
        yield "run.pcapng", capture
    for case in result.cases:
        name = f"cases/{case.id.replace('/', '_')}"
        yield f"{name}.txt", "".join(conformance.case_lines(case, full=True)).encode()
        if case.packets:
            yield f"{name}.pcapng", case_capture(case)


def case_capture(case: CaseResult) -> bytes:
    """One case as a capture: the first packet tells what it is about, the last what came of it."""
    stream = io.BytesIO()
    last = len(case.packets)
    with Writer(stream, about=f"{case.id} ({case.level}, {case.clause}): {case.says}") as writer:
        for number, packet in enumerate(case.packets, 1):
            words = [f"{packet.sender} to {packet.receiver}"]
            words += [f"{case.id}: {case.says}"] if number == 1 else []
            if number == last:
                words += [f"{case.verdict} {case.reason}".strip(), *conformance.remarks(case)]
            data = packet_of(packet.data, packet.source, packet.destination)
            writer.write(data, nanoseconds(packet.time), "; ".join(dict.fromkeys(words)))
    return stream.getvalue()


def _versions() -> str:
    from importlib.metadata import PackageNotFoundError, version

    lines = [f"pmiptool {pmiptool.__version__}", f"Python {platform.python_version()} on {platform.platform()}"]
    for name in ("scapy", "msgspec", "click", "rich", "pyshark", "jinja2", "numpy"):
        try:
            lines.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            lines.append(f"{name} is not installed")
    return "\n".join(lines) + "\n"
