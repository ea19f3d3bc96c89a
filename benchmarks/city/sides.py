"""Records validated and resolved to companies, three ways, on the same files; each is run in a process of its own.

Validated: every field tidied, the credit code normalised and its check character verified, the day read and impossible
ones found. Resolved: the company of each record, which the register knows or does not. Nothing is written.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.csv

from city.by_pandas import CODE, validated
from graph.settings import Settings
from graph.tables import Tables
from loaders import identify
from loaders.job import Job
from loaders.load import PIECE
from loaders.memory import lean_memory
from loaders.read import read_pieces
from loaders.recognise import sources

DAYS = {
    "inspections": "检查日期",
    "licences": "有效期自",
    "abnormal_list": "列入日期",
    "penalties": "处罚日期",
    "judgment_debtors": "发布日期",
    "severe_list": "列入日期",
    "credit_repair": "修复日期",
}
"""Files of credit records, and the heading of the day of each."""


def bare(files: Path, home: Path) -> tuple[int, int, int]:
    """Only `pyarrow.csv.read_csv`, as it is called without any option: records, and nothing found out about them."""
    del home
    return sum(len(pyarrow.csv.read_csv(files / f"{name}.csv")) for name in DAYS), 0, 0


def creditnet(files: Path, home: Path) -> tuple[int, int, int]:
    """What `creditnet load` does up to there, encodings and suspicious records too: records, refused, known company."""
    read = refused = known = 0
    with Tables.open(Settings(home=str(home))) as tables, lean_memory():
        for name in DAYS:
            job = Job(tables, files / f"{name}.csv", sources()[name])
            for raw in read_pieces(files / f"{name}.csv", PIECE):
                work = job.work(raw)
                rows = work.accept(work.rows, {"no_company": identify.names_nobody(work.rows)})
                company = identify.company(work, rows).code_id
                known += rows.spread(work.is_known(company, "companies")).true_count
                read += raw.records
                refused += raw.records - len(rows)
    return read, refused, known


def vectorised_pandas(files: Path, home: Path) -> tuple[int, int, int]:
    """Every row tidied by string methods, check characters by NumPy, days by `to_datetime`, companies by a merge."""
    with Tables.open(Settings(home=str(home))) as tables:
        companies = pd.DataFrame({"id": tables.arrow("companies", ["id"])["id"].to_pandas()})
    read = refused = known = 0
    for name, day in DAYS.items():
        found = validated(files / f"{name}.csv", day).merge(companies, how="left", left_on=CODE, right_on="id")
        read += len(found)
        refused += int((~found["usable"]).sum())
        known += int((found["usable"] & found["id"].notna()).sum())
    return read, refused, known
