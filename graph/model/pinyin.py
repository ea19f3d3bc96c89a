"""How characters are read, one at a time: `pypinyin` without its phrases, which cost a third of a second to load."""

from __future__ import annotations

import os

os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # read when pypinyin is first imported

from pypinyin import Style, lazy_pinyin


def spoken(character: str) -> str:
    """Syllable of a character without its tone; what is no Chinese character is its own.

    >>> spoken("莞"), spoken("X")
    ('guan', 'X')
    """
    return "".join(lazy_pinyin(character))


def initial(character: str) -> str:
    """First letter of the syllable; none where there is no syllable.

    >>> initial("莞"), initial("X")
    ('g', '')
    """
    return "".join(lazy_pinyin(character, style=Style.FIRST_LETTER, errors="ignore"))
