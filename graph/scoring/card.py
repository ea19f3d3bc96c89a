"""What a scorecard is made of: rows, dimensions and the promises every version must keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from graph.errors import ConfigError
from graph.scoring.features import FEATURES

Dimension = Literal["basic", "dynamics", "supervision", "associations", "social"]
DIMENSIONS: dict[Dimension, str] = {
    "basic": "企业基础属性",
    "dynamics": "企业动态",
    "supervision": "监管",
    "associations": "关联关系",
    "social": "社会评价",
}
"""The five official dimensions, 国市监信规〔2022〕6 号 (known from excerpts: verify against the official text)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the scorecard: points = direction × min(cap, weight × value), in points with one decimal.

    `explanation` is a format text with `{value}`; `missing` are the points where the value is unknown;
    `record_kinds` are the credit records that are the evidence, `fields` the inputs it reads.
    """

    feature: str
    dimension: Dimension
    title: str
    weight: float
    cap: float
    direction: Literal[1, -1]
    window: str
    source: str
    legal_basis: str
    explanation: str
    missing: float = 0.0
    record_kinds: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    def explain(self, value: float) -> str:
        """Say in Chinese what the value is; an unknown one is said to be unknown."""
        if value != value:
            return f"{self.title}：未记载，按缺失规则计 {self.missing:g} 分"
        return self.explanation.format(value=value)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A version of the table. Base, dimension caps and lowering rows are so that no score leaves 0 … 1000."""

    version: str
    base: float
    caps: dict[Dimension, float]
    rows: tuple[Row, ...]

    def __post_init__(self) -> None:
        unknown = [row.feature for row in self.rows if row.feature not in FEATURES]
        if unknown:
            raise ConfigError(f"scorecard {self.version}: no feature is called {', '.join(unknown)}")
        names = [row.feature for row in self.rows]
        if len(set(names)) < len(names):
            raise ConfigError(f"scorecard {self.version}: a feature has two rows")
        lowering = sum(row.cap for row in self.rows if row.direction < 0)
        if lowering > self.base or self.base + sum(self.caps.values()) > 1000:
            raise ConfigError(f"scorecard {self.version}: base and caps let a score leave 0 … 1000")

    def worst_by(self, dimension: Dimension) -> float:
        """Return the highest score a company can reach by one dimension alone."""
        return self.base + self.caps[dimension]
