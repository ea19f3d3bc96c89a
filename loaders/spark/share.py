"""What a worker does with its range of a file: the same as a load of a whole file, up to what only the whole tells."""

from __future__ import annotations

import pickle
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from graph.errors import InputError
from graph.settings import Settings
from graph.tables import Tables
from graph.tables.batch import Batch
from graph.tables.manifest import Content
from loaders.encoding import Text
from loaders.job import Job
from loaders.load import PIECE
from loaders.mapping import SourceMapping
from loaders.outcome import Outcome
from loaders.ranges import Range, read_range
from loaders.settle import NOTES, Whole

ANSWER = "share"
NOTES_FILE = "notes"
MEMORY_FILES = "remembered"
"""Begin of the names of files with what a range says of references, for those who decide on them."""
SHARED_NOTES = pa.schema([pa.field("share", pa.string()), *NOTES])


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with a file, the same for every worker. All paths are on storage that all of them see."""

    path: Path
    text: Text
    mapping: SourceMapping
    today: date
    home: Path
    memory_limit: str
    content: Content
    """What the tables held when the load began."""
    folder: Path
    """Where the workers write."""


@dataclass(frozen=True, slots=True)
class Share:
    """What became of one range."""

    name: str
    """Folder below that of the order."""
    outcome: Outcome
    rows: dict[str, int] = field(default_factory=dict)
    """Rows written, per table."""
    error: InputError | None = None
    """Why the file cannot be used. An answer like any other: were it raised, Spark would try again three times."""


def work(order: Order, number: int, part: Range) -> Share:
    """Load a range into a folder of its own: a file a table, and notes for those who put all ranges together."""
    name = f"{number:05d}-{secrets.token_hex(4)}"  # Spark may run a task twice, even at the same time
    folder = order.folder / name
    settings = Settings(home=str(order.home), memory_limit=order.memory_limit)
    with Tables.at(settings, order.content) as tables:
        job = Job(tables, order.path, order.mapping, order.today)
        try:
            with writing(order, name) as (batch, whole):
                for raw in read_range(order.path, order.text, part, PIECE):
                    job.load(raw, batch, whole, alone=False)
        except InputError as error:
            return Share(name, job.outcome, error=error)
    for table, rows in job.references.memory().items():
        pq.write_table(rows, folder / f"{MEMORY_FILES} {table}", compression="zstd")
    return Share(name, job.outcome, batch.rows)


def work_in_arrow(order: Order, ranges: Sequence[Range], numbers: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """`work`, on the ranges whose numbers (`id`) come as Arrow batches; each `Share` is told in the column `ANSWER`."""
    for batch in numbers:
        for number in batch["id"].to_pylist():
            answer = pickle.dumps(work(order, number, ranges[number]))
            yield pa.record_batch({ANSWER: pa.array([answer])})


def unpickled(answer: bytes) -> Share:
    """What `work_in_arrow` told of one range."""
    share: Share = pickle.loads(answer)  # noqa: S301 - our own workers wrote it
    return share


def remembered(order: Order, share: Share) -> dict[str, pa.Table]:
    """What a range says of references."""
    files = (order.folder / share.name).glob(f"{MEMORY_FILES} *")
    return {path.name.removeprefix(f"{MEMORY_FILES} "): pq.read_table(path) for path in files}


@contextmanager
def writing(order: Order, name: str) -> Iterator[tuple[Batch, Whole]]:
    """Write files of one share; when the block ends well, the notes on its rows too."""
    folder = order.folder / name
    folder.mkdir(mode=0o700)
    batch, whole = Batch(folder, order.mapping.name, order.today), Whole()
    try:
        yield batch, whole
    finally:
        batch.close()
    _write_notes(folder, name, whole)


def _write_notes(folder: Path, name: str, whole: Whole) -> None:
    with pq.ParquetWriter(folder / NOTES_FILE, SHARED_NOTES, compression="zstd") as writer:
        for notes in whole.notes():
            writer.write_table(notes.add_column(0, "share", pa.repeat(pa.scalar(name), len(notes))))
