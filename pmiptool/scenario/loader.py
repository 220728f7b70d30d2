"""Reading scenarios: built in or from a file, variables filled in, everything checked before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import yaml
from msgspec import inspect

from pmiptool.errors import UsageError
from pmiptool.lma.config import config_from
from pmiptool.scenario.model import ACTIONS, Scalar, Scenario
from pmiptool.scenario.place import convert_error, read, unknown_key
from pmiptool.text.names import nearest_or_all

_VARIABLE = re.compile(r"\$\{([A-Za-z_][\w.-]*)\}")
LEARNT = ("hnp", "ipv4_hoa", "gre_key")  # what attachments were given, as expectations name it
_ORDER = ("setup", "renewal", "modify", "removal-keep", "removal-remove", "addition")


def builtin_names() -> list[str]:
    """The draft's figures in their order, then the plain ones by name."""
    folder = resources.files("pmiptool.scenario") / "builtin"
    names = [entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    return [name for name in _ORDER if name in names] + sorted(set(names) - set(_ORDER))


def builtin_text(name: str) -> str:
    """The YAML of a built-in scenario. UsageError lists the names."""
    if name not in builtin_names():
        raise UsageError(f"there is no scenario {name!r}{nearest_or_all(name, builtin_names())}")
    return (resources.files("pmiptool.scenario") / "builtin" / f"{name}.yaml").read_text(encoding="utf-8")


def load(name_or_path: str, settings: Mapping[str, str] | None = None) -> Scenario:
    """A built-in scenario by name, or one from a file; `settings` change its variables (`--set`)."""
    if name_or_path in builtin_names():
        return parse(builtin_text(name_or_path), name_or_path, settings)
    path = Path(name_or_path)
    if path.suffix not in (".yaml", ".yml") and not path.exists():
        known = nearest_or_all(name_or_path, builtin_names())
        raise UsageError(f"there is no scenario and no file {name_or_path!r}{known}")
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{name_or_path}: {(error.strerror or 'cannot be read').lower()}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{name_or_path}: not a text file in UTF-8, so no scenario") from None
    return parse(text, name_or_path, settings)


def parse(text: str, where: str, settings: Mapping[str, str] | None = None) -> Scenario:
    """A scenario from YAML text; `where` names it in errors. Raises UsageError with the line."""
    try:
        node, data = read(text)
    except RecursionError:
        raise UsageError(f"{where}: no YAML that is a scenario: it is nested too deeply") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark else ""
        raise UsageError(f"{where}: {line}no YAML: {getattr(error, 'problem', None) or 'unreadable'}") from None
    if not isinstance(data, dict):
        raise UsageError(f"{where}: a scenario is a table with name, title, mn, mags, interfaces and steps")
    unknown = unknown_key(node, _shape())
    if unknown:
        raise UsageError(f"{where}: {unknown}")
    data = _filled(data, where, settings or {})
    try:
        scenario = msgspec.convert(data, Scenario)
    except msgspec.ValidationError as error:
        raise UsageError(f"{where}: {convert_error(node, error)}") from None
    _check(scenario, where)
    return scenario


@cache
def _shape() -> inspect.Type:
    """What may stand in a scenario."""
    return inspect.type_info(Scenario)


def _filled(data: dict[str, Any], where: str, settings: Mapping[str, str]) -> dict[str, Any]:
    """The same table with its variables' values in place of `${NAME}`; `${session.hnp}` is left for the run."""
    variables: dict[str, Scalar] = dict(data.get("variables") or {})
    for name, value in settings.items():
        if name not in variables:
            known = nearest_or_all(name, variables)
            raise UsageError(f"{where}: --set {name}: the scenario has no such variable{known}")
        variables[name] = _like(value, variables[name], f"{where}: --set {name}")

    def fill(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: fill(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [fill(inner) for inner in value]
        if not isinstance(value, str):
            return value
        whole = _VARIABLE.fullmatch(value)
        if whole and whole[1] in variables:
            return variables[whole[1]]
        return _VARIABLE.sub(text, value)

    def text(match: re.Match[str]) -> str:
        name = match[1]
        if "." in name:
            return match[0]
        if name not in variables:
            known = nearest_or_all(name, variables)
            raise UsageError(f"{where}: ${{{name}}}: no such variable{known}")
        return str(variables[name])

    filled: dict[str, Any] = {key: value if key == "variables" else fill(value) for key, value in data.items()}
    filled["variables"] = variables
    return filled


def _like(text: str, before: Scalar, where: str) -> Scalar:
    """The text of `--set` as the kind of value that the variable had."""
    try:
        if isinstance(before, bool):
            return {"true": True, "yes": True, "false": False, "no": False}[text.lower()]
        if isinstance(before, (int, float)):
            return float(text) if isinstance(before, float) and "." in text else int(text, 0)
    except (KeyError, ValueError):
        raise UsageError(f"{where}: {text!r} is no {type(before).__name__} such as {before!r}") from None
    return text


def _check(scenario: Scenario, where: str) -> None:
    """That every step does one thing with a MAG and an interface that exist, and the LMA knows its configuration."""
    config_from({key: value for key, value in msgspec.to_builtins(scenario.embedded).items() if value},
                f"{where}: embedded")  # fmt: skip
    if not scenario.steps:
        raise UsageError(f"{where}: steps is empty; a scenario needs at least one")
    for index, step in enumerate(scenario.steps):
        place = f"{where}: steps[{index}]" + (f" ({step.name})" if step.name else "")
        if len(step.actions) != 1:
            named = " and ".join(step.actions) or "none"
            raise UsageError(f"{place}: one of {', '.join(ACTIONS)} is needed, and it has {named}")
        action = step.action
        if action is None:
            if step.wait is not None and step.wait < 0:
                raise UsageError(f"{place}: wait is {step.wait} s; it cannot be negative")
            continue
        if action.mag is not None and action.mag not in scenario.mags:
            raise UsageError(f"{place}: there is no MAG {action.mag!r}{nearest_or_all(action.mag, scenario.mags)}")
        flags = [name for name in ("bulk", "overwrite") if getattr(action, name, False)]
        if flags and scenario.mags[action.mag or ""].multipath is None:
            raise UsageError(f"{place}: {flags[0]} is for several paths; {action.mag} has no multipath")
        if len(flags) > 1:
            raise UsageError(f"{place}: bulk and overwrite exclude each other (RFC 8278 4.1)")
        if action.interface is not None and action.interface not in scenario.interfaces:
            known = nearest_or_all(action.interface, scenario.interfaces)
            raise UsageError(f"{place}: there is no interface {action.interface!r}{known}")
        for text in (*step.expect, *step.answered):
            for name in _VARIABLE.findall(text):
                owner, _, what = name.partition(".")
                owners = ("session", *scenario.interfaces)
                if owner not in owners or what not in LEARNT:
                    known = nearest_or_all(name, [f"{one}.{value}" for one in owners for value in LEARNT])
                    raise UsageError(f"{place}: expect: ${{{name}}}: no such value{known}")
