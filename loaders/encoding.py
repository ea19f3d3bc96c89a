"""Encoding of a text file, found by decoding all of it, and its bytes as UTF-8."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from graph.errors import UnreadableFile

_CHUNK = 1 << 20
_BREAK = ord("\n")
_BOM = "\ufeff"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BINARY_SHARE = 1 / 64
"""Share of NUL bytes in the first megabyte above which a file is called binary: text damaged by single
NULs stays far below, programs and pictures far above."""


@dataclass(frozen=True, slots=True)
class Text:
    """How the bytes of a text file are to be read."""

    encoding: str
    has_nul: bool
    has_bom: bool
    """Whether a byte order mark stands inside, as where files were joined."""
    cut: int
    """Bytes of an unfinished character at the very end: the file was cut there."""
    ends_with_break: bool
    breaks: int
    """Line breaks seen: about as many as there are records."""
    sample: str
    """The first megabyte, decoded."""


def find_encoding(path: Path, opened: Callable[[], BinaryIO], *, whole: bool = True) -> Text:
    """Decode the whole file (or its first megabyte) as UTF-8, with or without BOM, UTF-16 with BOM, else GB18030.

    Raises
    ------
    UnreadableFile
        If it is binary, valid in none of these encodings, or part in UTF-8 and part not.
    """
    with opened() as stream:
        start = stream.read(_CHUNK)
    marked = next((name for bom, name in _BOMS if start.startswith(bom)), "")
    if not marked and start.count(0) > len(start) * _BINARY_SHARE:
        raise UnreadableFile(f"{path}: is binary, not a table; give CSV, TSV, Parquet, Excel or JSON lines")
    tried = []
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            if encoding == "gb18030":
                _refuse_mixture(path, opened, whole)
            return (_check_utf8 if encoding == "utf-8" else _decode)(opened, encoding, whole)
        except UnicodeDecodeError as error:
            tried.append(f"{encoding}: {error.reason} at byte {error.start:,}")
    raise UnreadableFile(f"{path}: text in no known encoding ({'; '.join(tried)}); save it as UTF-8")


def _refuse_mixture(path: Path, opened: Callable[[], BinaryIO], whole: bool) -> None:
    """Refuse a file that is not UTF-8 and yet has lines that are: read as GB18030, those could be taken for Chinese.

    Raises
    ------
    UnreadableFile
        Naming the first line of either kind.
    """
    utf8 = other = 0
    with opened() as stream:
        for number, line in enumerate(stream if whole else stream.read(_CHUNK).splitlines(), 1):
            if line.isascii():
                continue
            if _is_utf8(line):
                utf8 = utf8 or number
            else:
                other = other or number
            if utf8 and other:
                raise UnreadableFile(
                    f"{path}: line {utf8:,} is UTF-8 and line {other:,} is not: the text is damaged there, or files of "
                    "two encodings were joined; save each part as UTF-8 and load them apart"
                )


def _is_utf8(line: bytes) -> bool:
    """Whether a line is UTF-8 beyond doubt: what is GB18030 may look like a character or two of it, not like three."""
    if not _CHINESE_UTF8.search(line):
        return False
    try:
        return bool(line.decode())
    except UnicodeDecodeError:
        return False


_CHINESE_UTF8 = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){3}")


def utf8_stream(stream: BinaryIO, text: Text) -> BinaryIO:
    """Give the bytes as UTF-8 without any BOM; an unfinished last character is left out."""
    if text.encoding == "utf-8" and not text.cut and not text.has_bom:
        return stream
    return io.BufferedReader(_Transcoder(stream, text.encoding), _CHUNK)


def _decode(opened: Callable[[], BinaryIO], encoding: str, whole: bool) -> Text:
    decoder = codecs.getincrementaldecoder(encoding)()
    has_nul, has_bom, sample, last, position, breaks = False, False, "", "", 0, 0
    with opened() as stream:
        while chunk := stream.read(_CHUNK):
            piece = _decoded(decoder, chunk, position)
            position += len(chunk)
            breaks += chunk.count(b"\n")
            has_nul = has_nul or "\0" in piece
            has_bom = has_bom or _BOM in piece
            sample = sample or piece
            last = piece[-1:] or last
            if not whole:
                break
    cut = len(decoder.getstate()[0])
    return Text(encoding, has_nul, has_bom, cut, last in ("\n", "\r"), breaks, sample.replace(_BOM, ""))


def _check_utf8(opened: Callable[[], BinaryIO], encoding: str, whole: bool) -> Text:
    """What `_decode` finds out, a third as dear: Arrow checks the bytes, and nobody makes characters of them."""
    has_nul, has_bom, sample, last, position, breaks, rest = False, False, "", b"", 0, 0, b""
    with opened() as stream:
        while chunk := stream.read(_CHUNK):
            piece = rest + chunk
            end = len(piece) - _unfinished(piece)
            _refuse_other_than_utf8(piece, end, encoding, position)
            breaks += int(np.count_nonzero(np.frombuffer(chunk, np.uint8) == _BREAK))
            has_nul = has_nul or b"\0" in piece
            has_bom = has_bom or _holds_bom(piece[:end])
            sample = sample or piece[:end].decode(encoding)
            last = piece[max(end - 1, 0) : end] or last
            position, rest = position + end, piece[end:]
            if not whole:
                break
    decoder = codecs.getincrementaldecoder(encoding)()
    _decoded(decoder, rest, position)
    cut = len(decoder.getstate()[0])
    return Text(encoding, has_nul, has_bom, cut, last in (b"\n", b"\r"), breaks, sample.replace(_BOM, ""))


def _decoded(decoder: codecs.IncrementalDecoder, chunk: bytes, position: int) -> str:
    """The characters of a chunk that begins at a position; an error says where in the file it is."""
    held = len(decoder.getstate()[0])
    try:
        return decoder.decode(chunk)
    except UnicodeDecodeError as error:
        error.start += position - held
        raise


def _refuse_other_than_utf8(piece: bytes, end: int, encoding: str, position: int) -> None:
    text = pa.StringArray.from_buffers(1, pa.py_buffer(np.array([0, end], np.int32)), pa.py_buffer(piece))
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        try:
            piece[:end].decode(encoding)  # knows where and why
        except UnicodeDecodeError as error:
            error.start += position
            raise


def _unfinished(piece: bytes) -> int:
    """Bytes of a character at the very end of which more would have to follow."""
    for back in range(1, min(len(piece), 3) + 1):
        first = piece[-back]
        if first >= 0xC0:  # the character begins here
            return back if back < (2 if first < 0xE0 else 3 if first < 0xF0 else 4) else 0
        if first < 0x80:
            return 0
    return 0


def _holds_bom(piece: bytes) -> bool:
    """Whether a byte order mark stands inside; sought by its first byte, as `in` would take five times as long."""
    letters = np.frombuffer(piece, np.uint8)
    first, second, third = codecs.BOM_UTF8
    places = np.flatnonzero(letters[:-2] == first)
    return bool(((letters[places + 1] == second) & (letters[places + 2] == third)).any())


class _Transcoder(io.RawIOBase):
    """Raw stream of UTF-8 bytes decoded from another encoding, chunk by chunk."""

    def __init__(self, source: BinaryIO, encoding: str) -> None:
        self._source = source
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._ready:
            chunk = self._source.read(_CHUNK)
            if not chunk:
                return 0  # what the decoder still holds is an unfinished character
            self._ready = self._decoder.decode(chunk).replace(_BOM, "").encode()
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def close(self) -> None:
        self._source.close()
        super().close()
