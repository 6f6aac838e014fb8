"""Files in the format of age."""

from __future__ import annotations

import base64
import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiworld.errors import Invalid
from tenants.backups import age

IDENTITY, RECIPIENT = age.generated()
OTHER, OTHERS = age.generated()
CHUNK, TAG = 64 * 1024, 16
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7]


ITS_IDENTITY = "AGE-SECRET-KEY-1MQTMX94HEN56T3EPSHTWVR4687MPQNXTYLK4E0MFKFGP3ZCUXDRQ4DPQDL"
ITS_FILE = """
YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBpUzkrVkZHUkF4eUhTeGNsSnRjSTIyMCtFZk5CV1VUR3dXdUIwVmh1
L0FJCjA2MWNRQUZWK1BvSUJTL1pBNVFMTjhwekVIK1RBazhMOWRpb3l0S2ZVV0kKLS0tIGZMYWtOd1hlWWh0TXgvbXVjSE1U
ZWtZUUF4ZGJrUmRRckdEZ3J1bG1ScncKUdXCrPAYh4frpKj+Hm0cWPo+CSg6wU/rixqgsxnvQM0px8Of3HP0+ymbSomT5H5O
"""
"""Written by age 1.1.1 itself, which also opened ours."""


def sealed(text, *recipients):
    file = io.BytesIO()
    parts = (text[at : at + 50_000] for at in range(0, len(text), 50_000))
    age.seal(parts, file, recipients or [RECIPIENT])
    return file.getvalue()


def opened(file, identity=IDENTITY):
    age.unseal(io.BytesIO(file), [identity], text := io.BytesIO())
    return text.getvalue()


@pytest.mark.parametrize("size", SIZES)
def test_what_is_sealed_opens(size):
    text = os.urandom(size)
    assert opened(sealed(text)) == text


def test_what_age_itself_sealed_opens():
    assert opened(base64.b64decode(ITS_FILE), ITS_IDENTITY) == b"the king's crown"


def test_every_recipient_opens_it_and_nobody_else():
    file = sealed(b"the king's crown", RECIPIENT, OTHERS)
    assert opened(file) == opened(file, OTHER) == b"the king's crown"
    with pytest.raises(Invalid, match="does not open"):
        opened(sealed(b"the king's crown"), OTHER)


def test_it_says_nothing_of_its_content_and_never_the_same_twice():
    assert b"crown" not in sealed(b"crown") and sealed(b"crown") != sealed(b"crown")


@pytest.mark.parametrize("size", SIZES[1:])
def test_a_file_that_was_cut_off_is_noticed(size):
    file = sealed(os.urandom(size))
    head = len(sealed(b""))
    for length in {0, 10, head - 17, head - 1, head, len(file) // 2, len(file) - 1}:
        if length < len(file):
            with pytest.raises(Invalid):
                opened(file[:length])
    whole_chunks = len(sealed(b"")) - TAG + CHUNK + TAG
    if whole_chunks < len(file):
        with pytest.raises(Invalid, match="cut off after"):
            opened(file[:whole_chunks])


@given(st.integers(0, 300), st.integers(1, 255))
def test_a_file_that_was_changed_is_noticed(at, change):
    file = bytearray(sealed(b"x" * 100))
    file[at % len(file)] ^= change
    with pytest.raises(Invalid):
        opened(bytes(file))


def test_chunks_of_two_places_are_not_exchanged():
    file = sealed(os.urandom(3 * CHUNK))
    head = len(sealed(b"")) - TAG
    size = CHUNK + TAG
    first, second = file[head : head + size], file[head + size : head + 2 * size]
    with pytest.raises(Invalid, match="damaged"):
        opened(file[:head] + second + first + file[head + 2 * size :])


def test_a_recipient_follows_from_its_identity():
    assert age.recipient_of(IDENTITY) == RECIPIENT
    assert RECIPIENT.startswith("age1") and IDENTITY.startswith("AGE-SECRET-KEY-1")


@pytest.mark.parametrize(
    "made",
    [
        lambda key: "",
        lambda key: "age1",
        lambda key: key[:-1] + ("p" if key.endswith("q") else "q"),
        lambda key: key[:-2],
        lambda key: IDENTITY,
        lambda key: key.title(),
        lambda key: "ü1qqqqqq",
    ],
    ids=["empty", "nothing in it", "one letter", "cut off", "identity", "mixed case", "foreign"],
)
def test_what_is_no_key_is_refused(made):
    with pytest.raises(Invalid):
        age.seal([b""], io.BytesIO(), [made(RECIPIENT)])


class Broken:
    def read(self, size=-1):
        raise ConnectionError("the disk is gone")

    write = read


def test_what_breaks_beside_it_is_told_as_it_is():
    def failing():
        yield b"x"
        raise ConnectionError("the dump failed")

    with pytest.raises(ConnectionError, match="dump"):
        age.seal(failing(), io.BytesIO(), [RECIPIENT])
    for text in (b"x", b"x" * 3 * CHUNK):
        with pytest.raises(ConnectionError, match="disk"):
            age.seal([text], Broken(), [RECIPIENT])
        with pytest.raises(ConnectionError, match="disk"):
            age.unseal(io.BytesIO(sealed(text)), [IDENTITY], Broken())
    with pytest.raises(ConnectionError, match="disk"):
        age.unseal(Broken(), [IDENTITY], io.BytesIO())
