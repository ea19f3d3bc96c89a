"""What only the whole of a file tells, found by Spark over the notes of all ranges, and put right range by range."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.tables.parquet import amend_file
from loaders.spark.session import no_word_about_pandas
from loaders.spark.share import NOTES_FILE, Order, Share

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_AMENDED = "share string, table string, file string, dropped bigint, full bigint"
"""Spark's words for the columns of `Amended`."""


@dataclass(frozen=True, slots=True)
class Amended:
    """A file of a range that was written anew."""

    share: str
    table: str
    file: str
    """Name of the new file, beside the old one."""
    dropped: int
    """Rows that it has no more."""
    full: int
    """How many of these were no stubs."""


def settled(spark: SparkSession, order: Order, shares: Sequence[Share]) -> list[Amended]:
    """Let the workers write anew what has to be put right."""
    notes = spark.read.parquet(*(f"file://{order.folder / share.name / NOTES_FILE}" for share in shares))
    wrong = _give_way(notes)

    def amend(one_share: pa.Table) -> pa.Table:  # no partial: Spark asks for the types
        return _amend(order, one_share)

    with no_word_about_pandas():
        amended = wrong.groupBy("share").applyInArrow(amend, _AMENDED).toArrow()
    return [Amended(**row) for row in amended.to_pylist()]


def _give_way(notes: DataFrame) -> DataFrame:
    """Rows whose key a row to be preferred has too, in whichever range."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    same = Window.partitionBy("table", "first", "second")
    rank = f.row_number().over(same.orderBy(f.desc("number"), f.desc("share")))
    return notes.withColumn("rank", rank).where(f.col("rank") > 1).drop("rank")


def _amend(order: Order, wrong: pa.Table) -> pa.Table:
    """Write the files of one range anew, under names of this attempt."""
    share = wrong["share"][0].as_py()
    tables = wrong["table"].unique().to_pylist()
    amended = [_amend_table(order, share, name, wrong.filter(pc.equal(wrong["table"], name))) for name in tables]
    return pa.Table.from_pylist([asdict(one) for one in amended])


def _amend_table(order: Order, share: str, table: str, wrong: pa.Table) -> Amended:
    folder, file = order.folder / share, f"{table}.{secrets.token_hex(4)}"
    amend_file(folder / f"{table}.parquet", folder / file, np.sort(wrong["place"].to_numpy()))
    full = pc.sum(pc.greater_equal(wrong["number"], 0)).as_py() or 0
    return Amended(share, table, file, len(wrong), full)
