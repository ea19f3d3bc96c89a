"""Files as Hypothesis draws them: real-looking ones damaged byte by byte, random bytes, tables of odd values."""

import bz2
import gzip
import io
import json
import lzma
import zipfile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from loaders.recognise import sources

A = "91441900MA000004XT"
ODD = [
    "", " ", "\0", "\ufeff", '"', '""', ",", "\n", "\r\n", "\t", "=1+1", "@SUM(A1)", "-1", "1e308", "9.14419E+17",
    "NaN", "inf", "0", "99999", "9999999999999999999999", "2024-02-30", "0000-00-00", "9999-12-31", "１２３", "Ⅷ", "½",
    "٣", "𠀀", "é", "e\u0301", "\u200b", "张三", "李试一", "东莞市甲一测试有限公司", "无", "其他", "存续",
    "有限责任公司", "吊销", A, "441900000000012", "110101199003070000", "100万元", "-100万元", "1,000.5", "50%", "150%",
    "13800001111", "0769-12345678", "是", "投诉", "罚款", "C3921", "x" * 300,
]  # fmt: skip
HEADINGS = sorted({heading for mapping in sources().values() for c in mapping.columns for heading in c.headings})

odd = st.sampled_from(ODD) | st.text(max_size=8) | st.sampled_from(ODD).map(lambda text: f" {text}\u3000")
MARKS = [b'"', b"\n", b"\r", b"\0", b",", b"\t", b"\xff", b"\xef\xbb\xbf", b"\x81", b"=", b"{", b"PK", b"\xe4\xb8"]


def text_of(rows, delimiter=","):
    return "".join(delimiter.join(map(quoted, row)) + "\n" for row in rows)


def quoted(value):
    return '"' + value.replace('"', '""') + '"' if any(c in value for c in '",\n\r\t') else value


def workbook(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([ILLEGAL_CHARACTERS_RE.sub("", value) for value in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def parquet(rows):
    content = io.BytesIO()
    columns = [pa.array(list(column), pa.string()) for column in zip(*rows[1:], strict=True)]
    pq.write_table(pa.table(columns or [pa.array([], pa.string())] * len(rows[0]), names=rows[0]), content)
    return content.getvalue()


def zipped(rows):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.csv", text_of(rows))
    return content.getvalue()


def json_lines(rows):
    return "".join(json.dumps(dict(zip(rows[0], row, strict=False))) + "\n" for row in rows[1:]).encode()


FORMS = {
    "csv": lambda rows: text_of(rows).encode("utf-8", "replace"),
    "bom": lambda rows: text_of(rows).encode("utf-8-sig", "replace"),
    "gb18030": lambda rows: text_of(rows).encode("gb18030", "replace"),
    "utf16": lambda rows: text_of(rows).encode("utf-16", "replace"),
    "tsv": lambda rows: text_of(rows, "\t").encode("utf-8", "replace"),
    "jsonl": json_lines,
    "xlsx": workbook,
    "parquet": parquet,
    "zip": zipped,
    "gz": lambda rows: gzip.compress(text_of(rows).encode(), mtime=0),
    "bz2": lambda rows: bz2.compress(text_of(rows).encode()),
    "xz": lambda rows: lzma.compress(text_of(rows).encode()),
    "zst": lambda rows: pa.compress(text_of(rows).encode(), "zstd", asbytes=True),
}


@st.composite
def damaged(draw, files):
    """One of the files, with some of its bytes lost, doubled, replaced, or strange ones put in."""
    content = draw(st.sampled_from(files))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(content)))
        until = min(len(content), at + draw(st.sampled_from([0, 1, 2, 7, 100, 1 << 20])))
        piece = draw(st.sampled_from(MARKS) | st.binary(max_size=4)) * draw(st.sampled_from([1, 1, 1, 2, 300]))
        content = content[:at] + draw(st.sampled_from([b"", piece, content[at:until] * 2])) + content[until:]
    return content


@st.composite
def tables_of_a_source(draw):
    """A file of a known source with odd values in its columns, in any form, perhaps with a row too short."""
    mapping = draw(st.sampled_from(sorted(sources().values(), key=lambda m: m.name)))
    needed = [column.usual for column in mapping.columns if column.required]
    more = draw(st.lists(st.sampled_from([c.usual for c in mapping.columns]), max_size=8))
    names = list(dict.fromkeys([*needed, *more]))
    rows = draw(st.lists(st.lists(odd, min_size=len(names), max_size=len(names)), max_size=5))
    form = draw(st.sampled_from(sorted(FORMS)))
    if rows and form not in ("parquet",) and draw(st.booleans()):
        rows[-1] = rows[-1][:-1]
    return written(form, [names, *rows])


@st.composite
def random_tables(draw):
    """A file of no source in particular: odd headings, known headings, any values."""
    names = draw(st.lists(odd | st.sampled_from(HEADINGS), min_size=1, max_size=6))
    rows = draw(st.lists(st.lists(odd, min_size=len(names), max_size=len(names)), max_size=4))
    return written(draw(st.sampled_from(sorted(FORMS))), [names, *rows])


STARTS = [
    b"",
    b"PAR1",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0",
    b"\x28\xb5\x2f\xfd",
    b"BZh9",
    b"\xfd7zXZ\x00",
    b"{",
    b"\xff\xfe",
]
random_bytes = st.builds(lambda start, rest: start + rest, st.sampled_from(STARTS), st.binary(max_size=200))


def written(form, rows):
    clean = [[value.encode("utf-8", "replace").decode() for value in row] for row in rows]  # no lone surrogates
    return FORMS[form](clean)
