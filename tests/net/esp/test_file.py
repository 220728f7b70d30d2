"""The file of SAs: what is wrong is named by its key, and no key's octets are ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmiptool.errors import UsageError
from pmiptool.net.esp.file import load_esp
from pmiptool.text.values import parse_address

MAG, LMA = parse_address("mag", "2001:db8:1::2"), parse_address("lma", "2001:db8:1::1")
SECRET = "c0ffee5ec2e7" * 4  # 24 octets
GOOD = {"spi": "0x1001", "src": '"2001:db8:1::2"', "dst": '"2001:db8:1::1"', "algorithm": '"aes-gcm-128"'}
KEY = f'"{SECRET[:40]}"'


def written(tmp_path: Path, *sas: dict[str, str], mode: int = 0o600) -> Path:
    path = tmp_path / "lab.toml"
    path.write_text("".join("[[sa]]\n" + "".join(f"{key} = {value}\n" for key, value in sa.items()) for sa in sas))
    path.chmod(mode)
    return path


def test_an_sa_by_addresses_is_for_both_ends(tmp_path: Path) -> None:
    said: list[str] = []
    esp = load_esp(written(tmp_path, {**GOOD, "key": KEY}), said.append)
    there, none = esp.outgoing(MAG, LMA), esp.outgoing(LMA, MAG)
    assert there is not None and none is None
    assert (there.spi, there.transform.algorithm.name, there.window.size, there.number) == (
        0x1001,
        "aes-gcm-128",
        64,
        1,
    )
    assert esp.incoming(bytes.fromhex("00001001 00000001"), MAG, LMA) is there
    assert said == []
    assert SECRET[:12] not in repr(esp) + repr(esp.associations) + repr(there.transform)


@pytest.mark.parametrize(
    "text",
    [SECRET[:40].upper(), "0x" + SECRET[:40], f"{SECRET[:32]} {SECRET[32:40]}", ":".join([SECRET[:20], SECRET[20:40]])],
)
def test_ways_to_write_a_key_give_the_same(tmp_path: Path, text: str) -> None:
    one = load_esp(written(tmp_path, {**GOOD, "key": KEY})).associations[0]
    other = load_esp(written(tmp_path, {**GOOD, "key": f'"{text}"'})).associations[0]
    assert other.opened(one.seal(b"inside")) == (b"inside", 135)


def test_keys_in_files_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "k").write_text(SECRET[:32] + "\n")
    (tmp_path / "a").write_text("ab" * 32)
    (tmp_path / "k").chmod(0o600)
    (tmp_path / "a").chmod(0o644)
    said: list[str] = []
    sa = {**GOOD, "algorithm": '"AES-CBC-128/HMAC-SHA256-128"', "key_file": '"k"', "auth_key_file": '"a"'}
    esp = load_esp(written(tmp_path, sa, mode=0o644), said.append)
    assert esp.associations[0].transform.algorithm.name == "aes-cbc-128/hmac-sha256-128"
    assert said == [f"warning: {tmp_path}/a has keys and others can read it; run: chmod go-rwx {tmp_path}/a"]


def test_a_file_that_others_can_read_is_warned_of(tmp_path: Path) -> None:
    said: list[str] = []
    load_esp(written(tmp_path, {**GOOD, "key": KEY}, mode=0o640), said.append)
    assert said == [
        f"warning: {tmp_path}/lab.toml has keys and others can read it; run: chmod go-rwx {tmp_path}/lab.toml"
    ]


def test_the_clock_gives_numbers_above_an_earlier_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, {**GOOD, "key": KEY, "first_sequence": '"clock"'})
    numbers = []
    for now in (1_800_000_000.0, 1_800_000_001.0):
        monkeypatch.setattr("time.time", lambda now=now: now)
        numbers.append(load_esp(path).associations[0].number)
    assert numbers[1] - numbers[0] == 1000
    assert all(1 <= number < 1 << 32 for number in numbers)


CBC = {**GOOD, "algorithm": '"aes-cbc-128/hmac-sha256-128"'}
WRONG = {
    "spi-reserved": ({**GOOD, "spi": "255", "key": KEY}, "sa number 1: spi takes 0x00000100 to 0xffffffff"),
    "spi-too-long": ({**GOOD, "spi": "0x100000000", "key": KEY}, "sa number 1: spi takes"),
    "spi-text": ({**GOOD, "spi": f'"{SECRET}"', "key": KEY}, "sa number 1.spi: expected `int`"),
    "spi-missing": ({k: v for k, v in GOOD.items() if k != "spi"}, "the key 'spi' is missing"),
    "algorithm": ({**GOOD, "algorithm": '"aes-gcm-129"', "key": KEY}, "algorithm is none of aes-gcm-128, "),
    "algorithm-is-a-key": ({**GOOD, "algorithm": KEY}, "algorithm is none of "),
    "key-short": ({**GOOD, "key": KEY[:-3] + '"'}, "key has 38 hex digits; aes-gcm-128 takes 40, 20 octets (16 of the"),
    "key-no-hex": ({**GOOD, "key": KEY[:-2] + 'x"'}, "key holds something else than hex digits"),
    "key-number": ({**GOOD, "key": "0x" + SECRET[:40]}, "sa number 1.key: "),
    "key-missing": (GOOD, "key is missing; aes-gcm-128 takes 20 octets (16 of the key and 4 of salt), in hex"),
    "key-twice": ({**GOOD, "key": KEY, "key_file": '"k"'}, "key and key_file exclude each other"),
    "key-file-missing": ({**GOOD, "key_file": '"k"'}, "key_file: cannot read "),
    "key-file-is-a-key": ({**GOOD, "key_file": KEY}, "key_file: cannot read what it names, which looks like the key"),
    "key-not-wanted": ({**GOOD, "key": KEY, "auth_key": KEY}, "auth_key: aes-gcm-128 has no such key"),
    "auth-key-missing": (
        {**CBC, "key": f'"{SECRET[:32]}"'},
        "auth_key is missing; aes-cbc-128/hmac-sha256-128 takes 32",
    ),
    "address": ({**GOOD, "src": KEY, "key": KEY}, "src is no IPv6 address or prefix"),
    "ipv4": ({**GOOD, "dst": '"192.0.2.1"', "key": KEY}, "dst is no IPv6 address or prefix"),
    "direction": ({**GOOD, "direction": KEY, "key": KEY}, 'direction takes "in" or "out"'),
    "for-nothing": ({"spi": "300", "algorithm": '"aes-gcm-128"', "key": KEY}, "it does not say for which packets"),
    "window": ({**GOOD, "replay_window": "-1", "key": KEY}, "replay_window takes 0 (none) to 4096"),
    "sequence": ({**GOOD, "first_sequence": "0", "key": KEY}, "first_sequence takes 1 to 0xffffffff"),
    "sequence-text": ({**GOOD, "first_sequence": KEY, "key": KEY}, "first_sequence takes 1 to 0xffffffff"),
    "unknown": ({**GOOD, "keyfile": KEY}, "unknown key 'keyfile' in sa number 1; did you mean 'key_file'?"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named_and_no_key_shown(tmp_path: Path, case: str) -> None:
    sa, told = WRONG[case]
    path = written(tmp_path, sa)
    with pytest.raises(UsageError) as caught:
        load_esp(path)
    assert str(caught.value).startswith(str(path)) and told in str(caught.value)
    assert SECRET[:12] not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"[[sa]]\nkey = {SECRET}\n", "is no TOML (at line 2, column "),
        ("", "the key 'sa' is missing"),
        (f'key = "{SECRET}"', "unknown key 'key'; it stands in another section"),
        ("sa = []", "has no [[sa]]"),
        ("\xff\xfe", "is no TOML"),
    ],
)
def test_files_that_are_no_such_file(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "lab.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(UsageError) as caught:
        load_esp(path)
    assert told in str(caught.value) and SECRET not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read the file of SAs .*: No such file"):
        load_esp(tmp_path / "none.toml")


def test_two_sas_with_one_spi_for_the_same_packets(tmp_path: Path) -> None:
    one = {**GOOD, "key": KEY}
    with pytest.raises(UsageError, match="sa number 2: spi 0x00001001 is that of sa number 1 too"):
        load_esp(written(tmp_path, one, {**one, "src": '"2001:db8:1::/64"'}))
    load_esp(written(tmp_path, one, {**one, "src": '"2001:db8:1::3"'}))
    load_esp(written(tmp_path, {**one, "direction": '"in"'}, {**one, "direction": '"out"'}))


def test_the_file_in_the_readme(tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "README.md").read_text()
    lines = text[text.index("    [[sa]]") :].split("\n\n")[0].replace('"0123..."', KEY)
    (tmp_path / "down.key").write_text(SECRET[:32])
    (tmp_path / "down.auth").write_text("ab" * 32)
    path = tmp_path / "lab.toml"
    path.write_text(lines)
    for each in tmp_path.iterdir():
        each.chmod(0o600)
    esp = load_esp(path)
    esp.check(MAG, LMA)
    esp.check(LMA, MAG)
