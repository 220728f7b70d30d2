"""An independent judge: Wireshark opens what we seal, and says that its integrity check value is right."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from pmiptool.capture.files import Writer
from pmiptool.net.esp.transform import ALGORITHMS, Algorithm, Transform
from pmiptool.text.values import parse_address

MAG, LMA = parse_address("mag", "2001:db8:1::2"), parse_address("lma", "2001:db8:1::1")
# A PBU (RFC 5213 8.1): sequence number 7, A and P, lifetime 75, a PadN of four octets.
PBU = bytes.fromhex("3b010500 00000007 8200004b 01020000")
SPI = 0x1001
KEY, AUTH = bytes(range(36)), bytes(range(100, 164))
NAMES = {
    "gcm": "AES-GCM with 16 octet ICV [RFC4106]",
    "cbc": "AES-CBC [RFC3602]",
    "null": "NULL",
    "": "NULL",
    "sha256": "HMAC-SHA-256-128 [RFC4868]",
    "sha384": "HMAC-SHA-384-192 [RFC4868]",
    "sha512": "HMAC-SHA-512-256 [RFC4868]",
}


FIELDS = ("esp.sequence", "esp.icv_good", "mip6.mhtype", "mip6.bu.seqnr", "esp.pad_len")
Layers = dict[str, list[str]]


def keys(algorithm: Algorithm) -> tuple[bytes, bytes]:
    return KEY[: algorithm.key], AUTH[: algorithm.auth_key]


def judged(path: Path, wrong: bool) -> dict[str, Layers]:
    """What Wireshark sees of each packet, with the keys or with wrong ones."""
    words = ["tshark", "-n", "-r", str(path), "-T", "json", *(word for field in FIELDS for word in ("-e", field))]
    words += ["-o", "esp.enable_encryption_decode:TRUE", "-o", "esp.enable_authentication_check:TRUE"]
    for number, algorithm in enumerate(ALGORITHMS.values()):
        key, auth_key = keys(algorithm)
        if wrong:
            key, auth_key = (key, bytes(len(auth_key))) if auth_key else (bytes(len(key)), b"")
        row = [
            "IPv6", "2001:db8:1::2", "2001:db8:1::1", f"0x{SPI + number:08x}",
            NAMES[algorithm.cipher], f"0x{key.hex()}" if key else "",
            NAMES[algorithm.digest], f"0x{auth_key.hex()}" if auth_key else "",
        ]  # fmt: skip
        words += ["-o", "uat:esp_sa:" + ",".join(f'"{word}"' for word in row)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    packets = json.loads(done.stdout)
    return {name: packet["_source"]["layers"] for name, packet in zip(ALGORITHMS, packets, strict=True)}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Layers], dict[str, Layers]]:
    """With the keys, and with wrong ones."""
    if shutil.which("tshark") is None:
        pytest.skip("needs tshark")
    path = tmp_path_factory.mktemp("esp") / "all.pcapng"
    with Writer(path) as writer:
        for number, algorithm in enumerate(ALGORITHMS.values()):
            head = (SPI + number).to_bytes(4, "big") + (9).to_bytes(4, "big")
            packet = Transform(algorithm, *keys(algorithm)).seal(head, PBU, 135)
            writer.write(b"\x60\0\0\0" + len(packet).to_bytes(2, "big") + bytes((50, 64)) + MAG + LMA + packet, 0)
    return judged(path, wrong=False), judged(path, wrong=True)


@pytest.mark.parametrize("name", ALGORITHMS)
def test_wireshark_opens_each_algorithm(name: str, seen: tuple[dict[str, Layers], dict[str, Layers]]) -> None:
    right, wrong = (layers[name] for layers in seen)
    assert right["esp.sequence"] == ["9"]
    assert (right["mip6.mhtype"], right["mip6.bu.seqnr"]) == (["5"], ["7"])
    assert right["esp.pad_len"] == [str(-(len(PBU) + 2) % ALGORITHMS[name].block)]
    assert right["esp.icv_good"] in (["1"], ["True"])
    assert wrong.get("esp.icv_good") not in (["1"], ["True"])
