"""Which rows of a table belong to which number: an index over one column of codes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class RowIndex:
    """Rows grouped by code, in their original order within a code; rows with code -1 are left out.

    >>> index = RowIndex.of(np.array([1, 0, 1, -1]), 2)
    >>> index.rows(1).tolist(), index.rows_of(np.array([0, 1])).tolist(), index.counts().tolist()
    ([0, 2], [1, 0, 2], [1, 2])
    """

    start: npt.NDArray[np.int64]
    order: npt.NDArray[np.int64]

    @classmethod
    def of(cls, codes: npt.NDArray[np.int64], n: int) -> RowIndex:
        """Index a column of codes 0…n-1."""
        order = np.argsort(codes, kind="stable")
        return cls(np.searchsorted(codes[order], np.arange(n + 1)), order)

    def rows(self, code: int) -> npt.NDArray[np.int64]:
        """Rows of one code."""
        return self.order[self.start[code] : self.start[code + 1]]

    def rows_of(self, codes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Rows of several codes, one code after the other."""
        return np.concatenate([np.empty(0, np.int64), *(self.rows(int(code)) for code in codes)])

    def counts(self) -> npt.NDArray[np.int64]:
        """Number of rows of each code."""
        return np.diff(self.start)
