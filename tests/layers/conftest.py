"""The layers are one for the process: every test here begins and ends with the default code points."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from pmiptool.layers import install
from pmiptool.registry.codepoints import CodePoints


@pytest.fixture
def under() -> Iterator[Callable[[CodePoints], None]]:
    install()
    yield install
    install()


@pytest.fixture(autouse=True)
def _defaults() -> Iterator[None]:
    install()
    yield
    install()
