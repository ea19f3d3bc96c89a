"""How well do the findings match what the synthetic city planted?

`evaluate` compares a snapshot with the truth tables beside the generated files; `render` and `markdown` show
the figures. Truth is kept in natural keys (credit codes, resident IDs, shop numbers), so it is mapped to ids
with the same functions and the same secret that the loaders use.
"""

from queries.evaluate.complaints import score_complaints
from queries.evaluate.firms import score_firms
from queries.evaluate.report import markdown, render
from queries.evaluate.scores import TruthScore, evaluate

__all__ = ["TruthScore", "evaluate", "markdown", "render", "score_complaints", "score_firms"]
