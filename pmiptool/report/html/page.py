"""From blocks to one HTML file: the templates, their style and script, and the policy that allows nothing else."""

from __future__ import annotations

import base64
import hashlib
import os
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from pmiptool.errors import UsageError
from pmiptool.report.html import drawing, network, octets
from pmiptool.report.html.blocks import Bars, Block, Chart, HexView, LadderView, Network, Page

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup


def render(page: Page) -> str:
    """The page as HTML. The same page gives the same text."""
    return str(_draw(page))


def write(page: Page, path: str | os.PathLike[str]) -> None:
    """Write the page to a file. Raises UsageError where that cannot be."""
    text = render(page)
    try:
        with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise UsageError(f"cannot write the report {os.fspath(path)}: {error.strerror}") from None


def _draw(block: Block) -> Markup:
    """A block as markup."""
    from markupsafe import Markup

    text = _environment().get_template(block.template).render(block=block, **_measured(block))
    return Markup(text)


def _measured(block: Block) -> dict[str, Any]:
    """What a template cannot work out: where lines and boxes stand."""
    if isinstance(block, LadderView):
        return {"drawn": drawing.ladder(block.ladder)}
    if isinstance(block, Bars):
        return {"drawn": drawing.bars(block)}
    if isinstance(block, Chart):
        return {"drawn": drawing.chart(block)}
    if isinstance(block, Network):
        return {"drawn": network.network(block)}
    if isinstance(block, HexView):
        return {"lines": octets.lines(block)}
    return {}


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    from pmiptool.report.html.blocks import look

    environment = Environment(
        loader=PackageLoader("pmiptool.report.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_clean,
    )
    style, script = _text("style.css"), _text("script.js")
    environment.globals |= {
        "draw": _draw,
        "look": look,
        "style": Markup(style),
        "script": Markup(script),
        "policy": "; ".join(
            ("default-src 'none'", f"style-src {_hash(style)}", f"script-src {_hash(script)}", "base-uri 'none'",
             "form-action 'none'")
        ),
    }  # fmt: skip
    return environment


def _text(name: str) -> str:
    return resources.files("pmiptool.report.html").joinpath("templates").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """What a content security policy allows this text by."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _clean(value: Any) -> Any:
    """Texts without characters that HTML forbids or that turn the text around them (a peer's identifier may try)."""
    if not isinstance(value, str) or hasattr(value, "__html__") or value.isprintable():
        return value
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in value)
