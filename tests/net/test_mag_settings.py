"""A MAG's configuration as tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pmiptool.errors import UsageError
from pmiptool.mag import MagConfig
from pmiptool.net.mag_settings import changed, load


def test_the_tables_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mag.toml"
    file.write_text(
        '[mag]\ntimestamps = false\nheartbeat_interval = 30\nanswers = ["heartbeat"]\nfixed_link_local = "::"\n'
        '[codepoints]\ndialect = "rfc6089"\n'
    )
    config = changed(MagConfig(renew_at=0.5), load(file))
    assert (config.timestamps, config.heartbeat_interval, config.answers) == (False, 30.0, ("heartbeat",))
    assert (config.fixed_link_local, config.codepoints.dialect, config.renew_at) == (bytes(16), "rfc6089", 0.5)


@pytest.mark.parametrize(
    ("tables", "text"),
    [
        ({"lma": {}}, "no table 'lma'"),
        ({"mag": {"timestamp": True}}, "no setting 'timestamp'; did you mean 'timestamps'"),
        ({"mag": {"timestamps": "perhaps"}}, "timestamps of a MAG"),
        ({"mag": {"fixed_link_local": "fe80"}}, "fixed_link_local is 'fe80'"),
        ({"mag": {"detach_wait": "never"}}, "detach_wait of a MAG"),
    ],
)
def test_what_there_is_not(tables: dict[str, Any], text: str) -> None:
    with pytest.raises(UsageError, match=text):
        changed(MagConfig(), tables)
