"""UTF-8 is checked without making characters of it; what is found out is what decoding finds out."""

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graph.errors import UnreadableFile
from loaders import encoding
from loaders.read import read_pieces

PARTS = st.sampled_from(["a", "\n", "\r", "é", "甲", "，", "𠮷", "\ufeff", "\0"]).map(str.encode)
DAMAGE = st.sampled_from(
    [b"\xe4", b"\xe4\xb8", b"\x80", b"\xc0", b"\xf0\x9f", b"\xed\xa0\x80", b"\xff", b"\xf4\x90\x80\x80"]
)


def found(check, content, whole):
    try:
        return check(lambda: io.BytesIO(content), "utf-8", whole)
    except UnicodeDecodeError as error:
        return error.start


@given(parts=st.lists(PARTS | DAMAGE, max_size=12), size=st.integers(1, 9), whole=st.booleans())
@example(parts=["\ufeff".encode()], size=2, whole=True)
@example(parts=[b"a", b"\xf0\x9f"], size=9, whole=True)
def test_a_check_finds_what_decoding_finds(parts, size, whole):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "_CHUNK", size)
        checked, decoded = (found(check, b"".join(parts), whole) for check in (encoding._check_utf8, encoding._decode))
    assert checked == decoded


def test_a_file_that_grows_while_it_is_read_is_refused(csv_file, monkeypatch):
    """Else a file that is still being copied would be loaded as far as it had come."""
    monkeypatch.setattr("loaders.delimited._BLOCK", 4_096)
    path = csv_file("a.csv", "a,b\n" + "1,2\n" * 5_000)
    pieces = read_pieces(path, 4_096)
    next(pieces)
    with path.open("a") as file:
        file.write("3,4\n")
    with pytest.raises(UnreadableFile, match="changed while it was read"):
        list(pieces)
