"""How age writes keys down: Bech32 (BIP 173), of any length."""

from __future__ import annotations

from aiworld.errors import Invalid

LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def encode(prefix: str, data: bytes) -> str:
    values = _regrouped(data, 8, 5, pad=True)
    check = _polymod([*_expanded(prefix), *values, *([0] * 6)]) ^ 1
    values += [(check >> 5 * (5 - at)) & 31 for at in range(6)]
    return f"{prefix}1{''.join(LETTERS[value] for value in values)}"


def decode(prefix: str, text: str) -> bytes:
    """Raises Invalid if it is not one of that prefix, or mistyped."""
    found, _, rest = text.lower().rpartition("1")
    if found != prefix or len(rest) < 6 or text not in (text.lower(), text.upper()):
        raise Invalid(f"{text[:16]!r} is no key: it should begin with {prefix}1")
    try:
        values = [LETTERS.index(letter) for letter in rest]
    except ValueError:
        raise Invalid("the key has a letter that no key has") from None
    if _polymod([*_expanded(prefix), *values]) != 1:
        raise Invalid("the key is mistyped: its check letters do not fit")
    return bytes(_regrouped(bytes(values[:-6]), 5, 8, pad=False))


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for at in range(5):
            check ^= GENERATOR[at] if (top >> at) & 1 else 0
    return check


def _expanded(prefix: str) -> list[int]:
    return [*(ord(each) >> 5 for each in prefix), 0, *(ord(each) & 31 for each in prefix)]


def _regrouped(data: bytes, width: int, to: int, *, pad: bool) -> list[int]:
    """Bits in groups of `width` as groups of `to`. Raises Invalid for bits that are left over."""
    held, bits, groups = 0, 0, []
    for value in data:
        held, bits = held << width | value, bits + width
        while bits >= to:
            bits -= to
            groups.append(held >> bits & ((1 << to) - 1))
    rest = held & ((1 << bits) - 1)
    if pad and bits:
        groups.append(rest << (to - bits))
    elif bits >= width or rest:
        raise Invalid("the key has the wrong length")
    return groups
