"""Puts lua/pmip6.lua together: the registry as tables, and the hand-written parts that interpret them."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from importlib import resources
from pathlib import Path

from pmiptool.dissector.describe import describe
from pmiptool.dissector.lua import literal
from pmiptool.registry import codepoints
from pmiptool.registry.codepoints import DEFAULT, CodePoints
from pmiptool.registry.rule import Rule

PARTS = (
    "logic", "source", "reading", "reader", "message", "fields", "otherwise", "text", "drawing", "tree", "info",
    "by_hand", "judging", "ledger", "frames", "keyed", "likeness", "pairing", "flows", "nodes", "bindings", "sessions",
    "endings", "statistics", "analysis", "checksum", "runtime",
)  # fmt: skip
FILE_NAME = "pmip6.lua"


def all_rules() -> tuple[Rule, ...]:
    """Every rule, those that follow from the registry's entries included."""
    from pmiptool.rules import RULES

    return RULES


@lru_cache(maxsize=16)
def generate(settings: CodePoints = DEFAULT) -> str:
    """The whole of pmip6.lua; `settings` are what its preferences stand at before anyone changes them."""
    from jinja2 import Environment, StrictUndefined

    from pmiptool import __version__
    from pmiptool.dissector import __doc__ as layout

    folder = resources.files("pmiptool.dissector")
    described = describe(settings, all_rules())
    rules = described.pop("rules")
    template = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False).from_string(
        folder.joinpath("pmip6.lua.j2").read_text(encoding="utf-8")
    )
    defaults = {key: value for key in codepoints.KEYS if (value := getattr(settings, key)) is not None}
    return template.render(
        version=__version__,
        quoted_version=literal(__version__),
        layout=(layout or "").strip().splitlines(),
        description=literal(described),
        rules=literal(rules),
        defaults=literal(defaults),
        parts=[
            {"name": name, "text": folder.joinpath(f"{name}.lua").read_text(encoding="utf-8")} for name in PARTS
        ],
    )  # fmt: skip


def default_lua(settings: CodePoints = DEFAULT) -> Path:
    """A file that holds what `generate` gives, for programs that load it into tshark.

    It stands in a temporary folder that lives as long as the process and that every user can read.
    """
    return _written(generate(settings))


@lru_cache(maxsize=16)
def _written(text: str) -> Path:
    folder = Path(_folder().name)
    path = folder / f"{len(list(folder.iterdir()))}-{FILE_NAME}"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o644)
    return path


@lru_cache(maxsize=1)
def _folder() -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory(prefix="pmiptool-lua-")
    Path(folder.name).chmod(0o755)
    return folder
