"""What a file is, told from its first bytes, and how to open it as a stream of plain bytes."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa

from graph.errors import UnreadableFile

_MAGIC = (
    (b"PAR1", "parquet"),
    (b"\x1f\x8b", "gz"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (b"BZh", "bz2"),
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0", "xlsx"),
)
_NOT_TABLES = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"\x7fELF", "a program"),
)
DAMAGED = (EOFError, OSError, lzma.LZMAError, zipfile.BadZipFile)
"""What the decompressors raise on a file that is cut or damaged."""


def check_path(path: Path) -> None:
    """Refuse what is no readable, non-empty file.

    Raises
    ------
    UnreadableFile
        If the path is missing, a folder, empty, or not permitted.
    """
    if not path.exists():
        raise UnreadableFile(f"{path}: there is no such file; check the name")
    if path.is_dir():
        raise UnreadableFile(f"{path}: is a folder; name the files in it")
    if path.stat().st_size == 0:
        raise UnreadableFile(f"{path}: is empty (0 bytes); ask for the file again")


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
    """Open the file as plain bytes, decompressed."""
    if container == "gz":
        return cast(BinaryIO, gzip.open(path))
    if container == "xz":
        return cast(BinaryIO, lzma.open(path))
    if container == "bz2":
        return cast(BinaryIO, bz2.open(path))
    if container == "zst":
        return cast(BinaryIO, pa.CompressedInputStream(pa.OSFile(str(path)), "zstd"))
    if container == "zip":
        return _only_member(path)
    return path.open("rb")


def inner(path: Path, container: str) -> str:
    """What is inside a compressed file: jsonl or text."""
    with open_bytes(path, container) as stream:
        start = stream.read(16)
    if not start:
        raise UnreadableFile(f"{path}: nothing inside the compressed file")
    return "jsonl" if start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") else "text"


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except zipfile.BadZipFile as error:
        raise UnreadableFile(f"{path}: damaged or cut archive ({error}); ask for the file again") from error


def _only_member(path: Path) -> BinaryIO:
    with zipfile.ZipFile(path) as archive:
        members = [m for m in archive.infolist() if not m.is_dir()]
        if len(members) != 1:
            raise UnreadableFile(f"{path}: holds {len(members)} files; unpack it and name the ones to load")
        return io.BufferedReader(cast(io.RawIOBase, archive.open(members[0])))
