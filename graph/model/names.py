"""Names of enterprises and persons: one spelling, a key for comparing, pinyin initials for search, placeholders."""

from __future__ import annotations

import functools
import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.pinyin import initial
from graph.model.text import Bytes, known_texts, one_line, patched, rewrite, string_array

# Readings that names of firms and persons use more often than pypinyin's first choice: 商行, 长安, 重庆, 曾.
READINGS = {"行": "h", "长": "c", "重": "c", "曾": "z"}

_CJK = "\u3400-\u9fff\uf900-\ufaff"
_BLANKS = re.compile(rf"[^\S\n]+(?=[{_CJK}()])|(?<=[{_CJK}()])[^\S\n]+")
_SEVERAL_BLANKS = re.compile(r"[^\S\n]+")
_BLANK = bytes(byte in b" \t" for byte in range(256))
_NOT_WORD = re.compile(r"[^\w\n]|_")
_UNICODE_SIZE = 0x110000
# 第一名, 供应商一, 供应商A, 客户1, 单位1, 公司B, A公司, A, 某公司: rows of annual reports that name nobody.
_ORDINAL = r"(?:[A-Z0-9一二三四五六七八九十甲乙丙丁戊]{1,3})"
_PARTY = r"(?:供应商|供货商|客户|单位|公司|企业|个人|自然人|股东|投资者|经销商|厂商|商家|其他)"
PLACEHOLDER = (
    rf"^(?:第?{_ORDINAL}(?:名|大{_PARTY})?|第?{_ORDINAL}{_PARTY}|{_PARTY}第?{_ORDINAL}?(?:名|号)?"
    rf"|某{_PARTY}?|合计|总计|小计)$"
)
"""Regular expression (RE2) of such a name in upper case."""


def normalise_name(values: pa.Array | pa.ChunkedArray) -> pa.StringArray:
    """NFKC, no invisible characters, no blanks beside Chinese characters, single blanks elsewhere; missing → null.

    >>> normalise_name(pa.array(["东莞市 测试（集团）有限公司", "ACME   Ltd", "N/A"])).to_pylist()
    ['东莞市测试(集团)有限公司', 'ACME Ltd', None]
    """
    texts = one_line(string_array(values))
    names = known_texts(texts)
    blank = Bytes.of(names).rows_with(_BLANK)
    return patched(names, blank, lambda: rewrite(texts.take(pa.array(blank)), _without_blanks))


def _without_blanks(text: str) -> str:
    return _SEVERAL_BLANKS.sub(" ", _BLANKS.sub("", text))


def name_key(values: pa.Array | pa.ChunkedArray) -> pa.StringArray:
    """What two spellings of one name share: letters, digits and characters only, upper case.

    >>> name_key(pa.array(["东莞市测试(集团)有限公司", "东莞市测试（集团）有限公司 "])).unique().to_pylist()
    ['东莞市测试集团有限公司']
    """
    return rewrite(normalise_name(values), lambda text: _NOT_WORD.sub("", text).upper())


def name_initials(values: pa.Array | pa.ChunkedArray) -> pa.StringArray:
    """Pinyin initials in lower case; letters and digits stay, everything else falls away; none left → null.

    Each distinct character is looked up once, so a million names cost about as much as copying them.

    >>> name_initials(pa.array(["东莞市长安A1商行", "（）", None])).to_pylist()
    ['dgscaa1sh', None, None]
    """
    names = string_array(values)
    codes = np.frombuffer(Bytes.of(names).data.decode().encode("utf-32-le"), np.uint32)
    initials = _initial_table(codes)[codes]
    kept = initials != 0
    lengths = pc.fill_null(pc.utf8_length(names), 0).to_numpy()
    before = np.concatenate([[0], np.cumsum(kept, dtype=np.int32)])
    offsets = before[np.concatenate([[0], np.cumsum(lengths)])].astype(np.int32)
    texts = Bytes(offsets, initials[kept].tobytes()).to_arrow()
    return pc.if_else(pc.equal(texts, ""), None, texts)


def _initial_table(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint8]:
    """ASCII initial of every character that occurs; 0 where it has none."""
    occurs = np.zeros(_UNICODE_SIZE, bool)
    occurs[codes] = True
    table = np.zeros(_UNICODE_SIZE, np.uint8)
    for code in np.flatnonzero(occurs):
        table[code] = _letter(chr(code))
    return table


@functools.cache
def _letter(character: str) -> int:
    if character.isascii():
        return ord(character.lower()) if character.isalnum() else 0
    letters = READINGS.get(character) or initial(character)
    return ord(letters[0]) if letters and letters[0].isascii() else 0


def is_placeholder(values: pa.Array | pa.ChunkedArray) -> pa.BooleanArray:
    """Whether a name, as `normalise_name` gives it, is nobody's (第一名, 供应商一, A公司): it must never become a node.

    >>> is_placeholder(pa.array(["第一名", "供应商A", "A公司", "公司1", "某公司", "东莞市一一公司"])).to_pylist()
    [True, True, True, True, True, False]
    """
    return pc.match_substring_regex(pc.utf8_upper(string_array(values)), PLACEHOLDER)
