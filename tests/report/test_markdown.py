"""Texts of captures in Markdown mean nothing but themselves."""

from __future__ import annotations

import re

from pmiptool.report.markdown import code, escape, table


def test_no_character_has_a_meaning() -> None:
    text = "<b>*a*_b_</b> [x](http://y) `c` | # $1$ ~~d~~ &amp; \\"
    assert escape(text) == (
        "\\<b\\>\\*a\\*\\_b\\_\\</b\\> \\[x\\](http://y) \\`c\\` \\| \\# \\$1\\$ \\~\\~d\\~\\~ \\&amp; \\\\"
    )


def test_one_line_without_control_characters() -> None:
    assert escape("a\nb\tc\x1b[31m\u202e") == "a b c\N{REPLACEMENT CHARACTER}\\[31m\N{REPLACEMENT CHARACTER}"
    assert "\n" not in code("a\nb")


def test_nobody_is_mentioned() -> None:
    assert "@example" not in escape("mn1@example.org") and escape("mn1@example.org").startswith("mn1@")


def test_code_of_anything() -> None:
    assert code("rfc5213/8.3/length") == "`rfc5213/8.3/length`"
    assert code("a`b") == "``a`b``" and code("`") == "`` ` ``" and code("") == "` `"
    assert code("a|b") == "`a\\|b`"


def test_a_table() -> None:
    found = table(("a", "b"), [("1", escape("x|y")), ("2", code("|"))], numbers=(0,))
    assert found == "| a | b |\n| ---: | --- |\n| 1 | x\\|y |\n| 2 | `\\|` |\n"
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in found.splitlines()} == {3}
