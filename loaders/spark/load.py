"""Load files with Spark: ranges of a file at many machines, one batch committed here."""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from graph.progress import Progress, silent
from graph.settings import Settings
from graph.tables import Tables
from graph.tables.batch import Batch
from loaders.encoding import Text, find_encoding
from loaders.facts import Facts
from loaders.formats import check_path, detect, open_bytes
from loaders.job import Job, LoadReport
from loaders.load import LoadOne, load_file, loaded_before
from loaders.mapping import SourceMapping
from loaders.ranges import SPLITTABLE, cut
from loaders.read import file_hash
from loaders.rows import WHOLE
from loaders.spark.session import no_word_about_pandas, session
from loaders.spark.settle import Amended, settled
from loaders.spark.share import ANSWER, Order, Share, remembered, unpickled, work_in_arrow, writing

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

RANGE = 64 << 20
"""Bytes of a range, about: half a million credit records, some seconds of work. Smaller files are loaded here."""


@contextmanager
def spark_loader(settings: Settings) -> Iterator[LoadOne]:
    """Something that loads one file as `load_file` does, on the cluster that the settings name.

    Raises
    ------
    ConfigError
        If PySpark, or a Java that can run it, is missing.
    """
    with session(settings.spark_master) as spark:
        yield partial(load_on_spark, spark, settings)


def load_on_spark(
    spark: SparkSession,
    settings: Settings,
    tables: Tables,
    path: Path,
    mapping: SourceMapping,
    *,
    complete: date | None = None,
    progress: Progress = silent,
) -> LoadReport:
    """Share a file out, as `load_file` loads it; what is small, a whole list, or not to be cut is loaded here."""
    text = None if complete or mapping.complete else _splittable(path, mapping)
    if text is None:
        return load_file(tables, path, mapping, complete=complete, progress=progress)
    digest = file_hash(path)
    before = loaded_before(tables, path, mapping, digest)
    if before is not None:
        return before
    job = Job(tables, path, mapping)
    with tables.begin(mapping.name, path.name, digest) as batch:
        folder = batch.folder / "shares"
        folder.mkdir(mode=0o700)
        order = Order(
            path.resolve(),
            text,
            mapping,
            job.today,
            settings.home_path,
            settings.memory_limit,
            tables.content(),
            folder,
        )
        progress(f"loading {path.name}", 0, text.breaks)
        shares = _shared_out(spark, order)
        for share in shares:
            job.outcome.include(share.outcome)
        shares.append(_decided(order, shares, job))
        amended = settled(spark, order, shares)
        job.outcome.repeated += sum(one.full for one in amended if one.table == job.outcome.main)
        _adopt(batch, order, shares, amended)
        shutil.rmtree(folder)
        job.outcome.state(batch)
        progress(f"loading {path.name}", job.outcome.read, job.outcome.read)
    return job.report(tables.batches()[-1])


def _splittable(path: Path, mapping: SourceMapping) -> Text | None:
    """How to read a file that is worth cutting and can be cut."""
    check_path(path)
    if mapping.builder in WHOLE or path.stat().st_size < 2 * RANGE or detect(path) != "text":
        return None
    text = find_encoding(path, partial(open_bytes, path, "text"))
    return text if text.encoding in SPLITTABLE else None


def _shared_out(spark: SparkSession, order: Order) -> list[Share]:
    """Let the workers load the ranges of a file; what became of them, in the order of the file.

    Raises
    ------
    InputError
        If the file cannot be used, as the first range says that could not.
    """
    ranges = cut(order.path, order.text, order.path.stat().st_size // RANGE)
    numbers = spark.range(0, len(ranges), 1, numPartitions=len(ranges))
    with no_word_about_pandas():
        answers = numbers.mapInArrow(partial(work_in_arrow, order, ranges), f"{ANSWER} binary").toArrow()
    shares = sorted((unpickled(answer) for answer in answers[ANSWER].to_pylist()), key=attrgetter("name"))
    for share in shares:
        if share.error is not None:
            raise share.error
    return shares


def _decided(order: Order, shares: Sequence[Share], job: Job) -> Share:
    """Decide, as the share behind the others, whom the references of all ranges mean."""
    for share in shares:
        job.references.recall(remembered(order, share))
    facts = Facts(job.outcome.main, spoken=job.outcome.spoken)
    job.references.decide(facts)
    name = f"{len(shares):05d}"
    with writing(order, name) as (batch, whole):
        job.write(facts, batch, whole, alone=False)
    return Share(name, job.outcome, batch.rows)


def _adopt(batch: Batch, order: Order, shares: Sequence[Share], amended: Sequence[Amended]) -> None:
    """Put the workers' files together to a batch; of those written anew the new ones."""
    anew = {(one.share, one.table): one for one in amended}
    files: dict[str, list[Path]] = defaultdict(list)
    rows: Counter[str] = Counter()
    for share in shares:
        for table, count in share.rows.items():
            new = anew.get((share.name, table))
            files[table].append(order.folder / share.name / (new.file if new else f"{table}.parquet"))
            rows[table] += count - (new.dropped if new else 0)
    batch.adopt(files, rows)
