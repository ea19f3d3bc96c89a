"""What a file is, told from its first bytes, and how to open it as a stream of plain bytes."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import stat
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa

from graph.errors import UnreadableFile

_CHUNK = 1 << 20

_MAGIC = (
    (b"PAR1", "parquet"),
    (b"\x1f\x8b", "gz"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (b"BZh", "bz2"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),  # without a member
    (b"\xd0\xcf\x11\xe0", "xlsx"),
)
_PACKED = ("gz", "xz", "zst", "bz2", "zip")
_NOT_TABLES = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"\x7fELF", "a program"),
)
DAMAGED = (EOFError, OSError, lzma.LZMAError, zipfile.BadZipFile, zlib.error)
"""What the decompressors raise on a file that is cut or damaged."""

MOST_COLUMNS = 1_000
"""Columns above which a file is refused: the widest of the tables other cities keep has about a hundred."""

_FREE = 64 << 20
"""Bytes, or cells of a Parquet file, up to which a file may expand as it likes."""
_MOST_TIMES = 250
"""How many times its size a bigger file may expand to: CSV and workbooks of offices expand 5 to 60 times, a bomb of
one repeated byte 1,000 times with gzip and many more with the others."""
_NO_DATA = ("__MACOSX/", ".DS_Store", "Thumbs.db")
"""What a Mac or Windows adds to an archive beside the file that was meant."""


def check_path(path: Path) -> None:
    """Refuse what is no readable, non-empty file.

    Raises
    ------
    UnreadableFile
        If the path is missing, a folder, a device or pipe, empty, or not permitted.
    """
    if not path.exists():
        raise UnreadableFile(f"{path}: there is no such file; check the name")
    if path.is_dir():
        raise UnreadableFile(f"{path}: is a folder; name the files in it")
    if not path.is_file():
        raise UnreadableFile(f"{path}: is a device or pipe, not a file; save its content to a file first")
    if not os.access(path, os.R_OK):
        raise UnreadableFile(f"{path}: must not be read; ask for the permission")
    if path.stat().st_size == 0:
        raise UnreadableFile(f"{path}: is empty (0 bytes); ask for the file again")


def check_width(path: Path, columns: int) -> None:
    """Refuse what has more columns than any table of records.

    Raises
    ------
    UnreadableFile
        If it has.
    """
    if columns > MOST_COLUMNS:
        raise UnreadableFile(
            f"{path}: has {columns:,} columns, more than {MOST_COLUMNS:,}: rows and columns may be swapped, or the "
            "delimiter is another one; ask for a file with one record a line"
        )


def detect(path: Path) -> str:
    """Name the container: parquet, xlsx, gz, xz, zst, bz2, zip, jsonl or text."""
    with path.open("rb") as file:
        start = file.read(16)
    for magic, words in _NOT_TABLES:
        if start.startswith(magic):
            raise UnreadableFile(f"{path}: is {words}, not a table; give CSV, TSV, Parquet, Excel or JSON lines")
    found = next((name for magic, name in _MAGIC if start.startswith(magic)), "text")
    if found == "zip" and _is_workbook(path):
        return "xlsx"
    if found == "text" and start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        return "jsonl"
    return found


def open_bytes(path: Path, container: str) -> BinaryIO:
    """Open the file as plain bytes, decompressed as far as it does not expand too much."""
    if container in _PACKED:
        return io.BufferedReader(_Bounded(path, _unpacked(path, container)), _CHUNK)
    return path.open("rb")


def inner(path: Path, container: str) -> str:
    """What is inside a compressed file: jsonl or text."""
    with open_bytes(path, container) as stream:
        start = stream.read(16)
    if not start:
        raise UnreadableFile(f"{path}: nothing inside the compressed file")
    packed = next((name for magic, name in _MAGIC if start.startswith(magic)), "")
    if packed and container in _PACKED:
        raise UnreadableFile(f"{path}: holds another packed file ({packed}); unpack it and load what is in it")
    return "jsonl" if start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") else "text"


def refuse_bomb(path: Path, size: int) -> None:
    """Refuse a file that expands to so many bytes, or cells, as no honest file of its size does.

    Raises
    ------
    UnreadableFile
        If it does.
    """
    if size > max(_FREE, _MOST_TIMES * path.stat().st_size):
        raise UnreadableFile(
            f"{path}: expands to more than {_MOST_TIMES} times its size, as a decompression bomb does; if you trust "
            "it, unpack it yourself and load what was in it"
        )


def check_workbook(path: Path) -> None:
    """Unpack a workbook once without keeping anything: what the archive says of its sizes may be a lie.

    Raises
    ------
    UnreadableFile
        If it is damaged or expands too much.
    """
    size = 0
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            with _member(path, archive, member) as stream:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    refuse_bomb(path, size)


class _Bounded(io.RawIOBase):
    """Raw stream that refuses to expand too much."""

    def __init__(self, path: Path, source: BinaryIO) -> None:
        self._path = path
        self._source = source
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        chunk = self._source.read(len(buffer))
        self._size += len(chunk)
        refuse_bomb(self._path, self._size)
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self._source.close()
        super().close()


def _unpacked(path: Path, container: str) -> BinaryIO:
    if container == "gz":
        return cast(BinaryIO, gzip.open(path))
    if container == "xz":
        return cast(BinaryIO, lzma.open(path))
    if container == "bz2":
        return cast(BinaryIO, bz2.open(path))
    if container == "zst":
        return cast(BinaryIO, pa.CompressedInputStream(pa.OSFile(str(path)), "zstd"))
    return _only_member(path)


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except zipfile.BadZipFile as error:
        raise UnreadableFile(f"{path}: damaged or cut archive ({error}); ask for the file again") from error


def _only_member(path: Path) -> BinaryIO:
    """The one file in an archive. It is read where it lies: its name is never used as a path."""
    with zipfile.ZipFile(path) as archive:
        members = [m for m in archive.infolist() if not m.is_dir() and not _is_no_data(m.filename)]
        if len(members) != 1:
            raise UnreadableFile(f"{path}: holds {len(members)} files; unpack it and name the ones to load")
        if stat.S_ISLNK(members[0].external_attr >> 16):
            raise UnreadableFile(f"{path}: holds a symbolic link, not a file; ask for the file itself")
        return _member(path, archive, members[0])


def _is_no_data(name: str) -> bool:
    return name.startswith(_NO_DATA) or name.rpartition("/")[2] in _NO_DATA


def _member(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> BinaryIO:
    try:
        return cast(BinaryIO, archive.open(member))
    except RuntimeError as error:  # encrypted, or compressed in a way that zipfile does not know
        raise UnreadableFile(f"{path}: cannot be unpacked ({error}); unpack it yourself and load the file") from error
