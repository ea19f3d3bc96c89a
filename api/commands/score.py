"""`creditnet score`: the score of enterprises with its reasons, now or as of a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import AsOfOption, KnownOnOption, as_of_days, json_line, out, settings
from graph.errors import NotFound

if TYPE_CHECKING:
    from queries.results import Score


def score(
    parties: Annotated[list[str], typer.Argument(help="Ids of enterprises: credit codes, or as search shows them.")],
    as_of: AsOfOption = None,
    known_on: KnownOnOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per score.")] = False,
) -> None:
    """Show scores with the parts they are the sum of, from the snapshot in use or the one of a day.

    As of a day that is over: the score that was in force on it, or that `creditnet refresh --as-of` made as of it.
    """
    from queries.snapshot import Snapshot

    snapshot = Snapshot.open(settings(), as_of=as_of_days(as_of, known_on))
    for party in parties:
        found = snapshot.score(party)
        if found is None:
            raise NotFound(f"{party} has no score as of {snapshot.as_of}: unknown, or of a kind that is not scored")
        if as_json:
            json_line(found)
        else:
            out.print(_text(found), markup=False)


def _text(score: Score) -> str:
    parts = [f"    {part.points:+7.1f}  {part.title}：{part.explanation}" for part in score.contributions]
    origin = f"{score.snapshot}, scorecard {score.scorecard_version}, objected records: {score.objected}"
    known = "" if score.known == score.data_date else f", received by {score.known}"
    return "\n".join(
        [
            f"{score.party}  {score.risk_class} {score.score:.0f}  as of {score.data_date}{known}",
            f"    {score.base:+7.1f}  base",
            *parts,
            *([f"    class by rule: {score.direct_rule}"] if score.direct_rule else []),
            f"    {origin} · {score.notice}",
        ]
    )
