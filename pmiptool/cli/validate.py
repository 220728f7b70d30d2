"""``pmiptool validate``: captures judged by the rules on messages, exchanges and sessions."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import click

from pmiptool.cli.options import Settings, security_associations, settings_options
from pmiptool.cli.validate_outputs import Outputs, output_options
from pmiptool.errors import UsageError

if TYPE_CHECKING:
    from pmiptool.report.validation import Validation
    from pmiptool.rules import Context

LEVELS = ("error", "warning", "note")
FINDINGS = 1


@click.command()
@click.argument("files", nargs=-1, metavar="FILE...", type=click.Path(dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--separate", is_flag=True, help="Judge each file alone, not all as one set.")
@click.option("--only", multiple=True, metavar="RULE-GLOB", help="Only rules that fit (repeatable).")
@click.option("--ignore", multiple=True, metavar="RULE-GLOB", help="No rules that fit (repeatable).")
@click.option("--mn", metavar="GLOB", help="Only mobile nodes whose identifier fits.")
@click.option(
    "--level", type=click.Choice(LEVELS), default="error", show_default=True, help="What counts for exit code 1."
)
@click.option("--list-rules", is_flag=True, help="List all rules, and judge nothing.")
@click.option("--wireshark", is_flag=True, help="Ask the second judge too: does Wireshark read the same?")
@click.option("--timeline", is_flag=True, help="Show each mobile node's ladder, its state, and why what ended did so.")
@click.option("--esp", metavar="FILE", type=click.Path(dir_okay=False), help="Open ESP by the SAs in FILE (TOML).")
@output_options
@settings_options
def command(
    files: tuple[str, ...],
    as_json: bool,
    separate: bool,
    only: tuple[str, ...],
    ignore: tuple[str, ...],
    mn: str | None,
    level: str,
    list_rules: bool,
    wireshark: bool,
    timeline: bool,
    esp: str | None,
    outputs: Outputs,
    settings: Settings,
) -> int:
    """Judge every message, every request with its answer, and every session over time in capture FILEs.

    Several files are one set in the order of time; a packet that several captures saw counts once. Exit code 1 when
    there are findings at --level, 2 when there is nothing to judge. With --esp packets are judged, and by -w written,
    as they were before ESP; what cannot be opened is told on stderr.
    """
    if list_rules:
        return _list_rules(only, ignore, as_json, outputs.markdown)
    if not files:
        raise UsageError("give at least one capture file, or --list-rules")
    _known((*only, *ignore))
    outputs.check(files, as_json)
    associations = security_associations(esp)
    if not (only or ignore or mn or timeline or separate or wireshark or outputs.markdown or outputs.capture):
        code = _conformance_run(files, outputs, as_json)
        if code is not None:
            return code
    with ExitStack() as stack:
        if associations is not None:
            from pmiptool.capture.sealed import opened_files

            files = stack.enter_context(opened_files(files, associations, _note))
        context = _context(settings, files)
        steps = timeline or outputs.steps(files)
        results = [_judged(group, context, only, ignore, mn, steps) for group in _groups(files, separate)]
        verdicts = _wireshark(files, context) if wireshark else {}
        counting = LEVELS[: LEVELS.index(level) + 1]
        if not outputs.to_stdout:
            _show(results, verdicts, context, as_json, timeline)
        outputs.write(results, context, counting, verdicts, steps)
        for cut in (*(result.cut for result in results), *(getattr(file, "cut", None) for file in files)):
            if cut is not None:
                raise cut
        broken = any(seen.finding.level in counting for result in results for seen in result.findings)
        return FINDINGS if broken or any(verdict.disagreements for verdict in verdicts.values()) else 0


def _conformance_run(files: tuple[str, ...], outputs: Outputs, as_json: bool) -> int | None:
    """The verdicts of a conformance run from its capture alone; None for other captures.

    Its requests are wrong on purpose: what counts is what the cases make of the answers.
    """
    from pmiptool.capture.files import section_comment

    if len(files) != 1 or "pmiptool/conformance-run/" not in (section_comment(files[0]) or ""):
        return None
    from pmiptool.cli.files import write_or_print
    from pmiptool.conformance.playback import rejudge
    from pmiptool.conformance.result import exit_code
    from pmiptool.report import conformance, conformance_html, html

    result = rejudge(files[0])
    if result is None:
        return None
    note = "note: this is the capture of a conformance run; its cases are judged again (--only '*' judges the messages)"
    click.echo(note, err=True)
    if outputs.html is not None:
        html.write(conformance_html.page(result), outputs.html)
    if outputs.junit is not None:
        write_or_print(outputs.junit, conformance.as_junit(result))
    if as_json:
        click.echo(conformance.as_json(result), nl=False)
    elif not outputs.to_stdout:
        click.echo(conformance.text(result), nl=False)
    return exit_code(result)


def _list_rules(only: tuple[str, ...], ignore: tuple[str, ...], as_json: bool, markdown: str | None) -> int:
    from pmiptool.cli.files import write_or_print
    from pmiptool.cli.lists import print_json, print_list
    from pmiptool.report.rule_catalogue import as_markdown, as_objects
    from pmiptool.rules import RULES

    _known((*only, *ignore))
    chosen = [rule for rule in RULES if _fits(rule.id, only, ignore)]
    if as_json and markdown == "-":
        raise UsageError("--json and --markdown exclude each other; give one of them")
    if markdown is not None:
        write_or_print(markdown, as_markdown(chosen))
    if as_json:
        print_json(as_objects(chosen))
    elif markdown is None:
        print_list((rule.id, f"{rule.sentence} ({rule.level}, {rule.clause})") for rule in chosen)
    return 0


def _known(globs: tuple[str, ...]) -> None:
    from pmiptool.report.validation import known_rules

    unknown = known_rules(globs)
    if unknown:
        raise UsageError(f"no rule fits '{unknown[0]}'; --list-rules lists them")


def _fits(rule: str, only: tuple[str, ...], ignore: tuple[str, ...]) -> bool:
    wanted = not only or any(fnmatchcase(rule, glob) for glob in only)
    return wanted and not any(fnmatchcase(rule, glob) for glob in ignore)


def _context(settings: Settings, files: tuple[str, ...]) -> Context:
    context = settings.context
    if context.codepoints.dialect == "auto":
        from pmiptool.report.validation import chosen_dialect

        context = replace(context, codepoints=chosen_dialect(files, context.codepoints))
        _note(f"the FID options are read in the dialect {context.codepoints.dialect}")
    return context


def _note(text: str) -> None:
    click.echo(f"note: {text}", err=True)


def _groups(files: tuple[str, ...], separate: bool) -> list[tuple[str, ...]]:
    return [(file,) for file in files] if separate else [files]


def _judged(
    files: tuple[str, ...],
    context: Context,
    only: tuple[str, ...],
    ignore: tuple[str, ...],
    mn: str | None,
    timeline: bool,
) -> Validation:
    from pmiptool.report.validation import validate

    result = validate(files, context, timeline=timeline)
    if not result.messages:
        if result.cut is not None:
            raise result.cut
        raise UsageError(f"no Mobility Header in {', '.join(files)}: nothing to judge")
    kept = result.kept(lambda rule: _fits(rule, only, ignore), mn)
    if not kept.steps:
        raise UsageError(f"no mobile node in {', '.join(files)} fits '{mn}'")
    return kept


def _wireshark(files: tuple[str, ...], context: Context) -> dict[str, Any]:
    from pmiptool.capture.wireshark import judge

    return {file: judge(file, context.codepoints) for file in files}


def _show(results: list[Validation], verdicts: dict[str, Any], context: Context, as_json: bool, timeline: bool) -> None:
    from pmiptool.report.validation import SCHEMA, as_object, as_text

    if as_json:
        from pmiptool.cli.lists import print_json

        document: dict[str, Any] = {"schema": SCHEMA, "sets": [as_object(r, timeline=timeline) for r in results]}
        if verdicts:
            document["wireshark"] = [
                {"file": file, "messages": verdict.messages, "options": verdict.options, "fields": verdict.fields,
                 "disagreements": [found._asdict() for found in verdict.disagreements]}
                for file, verdict in verdicts.items()
            ]  # fmt: skip
        print_json(document)
        return
    from pmiptool.report.ladder import speaks_unicode
    from pmiptool.report.style import wants_colour

    colour, unicode = wants_colour(sys.stdout), speaks_unicode(sys.stdout.encoding)
    for result in results:
        click.echo(
            as_text(result, colour=colour, timeline=timeline, unicode=unicode, settings=context.codepoints), nl=False
        )
    for file, verdict in verdicts.items():
        for found in verdict.disagreements:
            click.echo(f"{found}")
        told = "agrees" if verdict.agreed else f"differs in {len(verdict.disagreements)}"
        click.echo(f"{file}: Wireshark {told}: {verdict.messages} messages, {verdict.fields} fields")
