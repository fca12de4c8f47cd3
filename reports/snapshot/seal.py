"""How a snapshot is written down, and the hash and the code that prove it unchanged."""

from __future__ import annotations

import hashlib
from base64 import b32encode

import orjson


def canonical_bytes(snapshot: dict) -> bytes:
    """The one way a snapshot is written down: sorted keys, no spaces, UTF-8. Its hash is taken of these bytes."""
    return orjson.dumps(snapshot, option=orjson.OPT_SORT_KEYS)


def sha256_of(snapshot: dict) -> str:
    return hashlib.sha256(canonical_bytes(snapshot)).hexdigest()


def check_code(snapshot: dict) -> str:
    """The sixteen signs on the cover, in groups of four: the first 80 bits of the snapshot's SHA-256."""
    code = b32encode(bytes.fromhex(sha256_of(snapshot))[:10]).decode()
    return "-".join(code[at : at + 4] for at in range(0, 16, 4))
