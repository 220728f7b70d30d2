"""Reads the tables of this package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml
from msgspec import convert

from pmiptool.conformance.requirements.model import Requirement

_HERE = files(__package__)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's is eight times faster


def documents() -> tuple[str, ...]:
    """The names of the tables, without their ending: `rfc5213`, `muho`."""
    return tuple(sorted(f.name.removesuffix(".yaml") for f in _HERE.iterdir() if f.name.endswith(".yaml")))


@cache
def read(document: str) -> tuple[Requirement, ...]:
    """One table in the order of its text. The tables are our own: what is wrong in one raises as it comes."""
    text = _HERE.joinpath(f"{document}.yaml").read_text("utf-8")
    return convert(yaml.load(text, Loader=_LOADER) or [], tuple[Requirement, ...])


@cache
def load() -> tuple[Requirement, ...]:
    """All tables, one after the other, by their names."""
    return tuple(entry for document in documents() for entry in read(document))
