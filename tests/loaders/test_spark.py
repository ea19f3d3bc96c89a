"""A city that Spark loads range by range is the city that one process loads, byte for byte."""

import importlib.util
import json
import sys
from dataclasses import replace
from functools import partial

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from loaders_graph import A
from typer.testing import CliRunner

from api.cli import app
from graph.errors import ConfigError, UnreadableFile
from graph.settings import Settings
from graph.tables import Tables
from graph.tables.batch import files_of
from graph.tables.keys import key_of
from loaders.load import load_files
from loaders.spark.load import load_on_spark
from loaders.spark.session import session, suitable_java
from loaders.synthetic import generate

NO_SPARK = "skipped: no PySpark or no full Java 17 here, loading with Spark not run"


@pytest.fixture(scope="module")
def spark():
    try:
        suitable_java()
    except ConfigError:
        pytest.skip(NO_SPARK)
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip(NO_SPARK)
    with session("local[2]") as started:
        yield started


@pytest.fixture
def ranges(monkeypatch):
    """Small enough for small files to have several."""
    monkeypatch.setattr("loaders.spark.load.RANGE", 1 << 16)


@pytest.fixture
def settings_of(tmp_path):
    def of(name):
        """A home whose ids are those of the others."""
        keys = tmp_path / name / "keys"
        keys.mkdir(parents=True)
        (keys / "ids.key").write_bytes(b"k" * 32)
        return Settings(home=str(tmp_path / name))

    return of


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """Files of a small city; in two of them keys in several ranges, line breaks in quotes, records that do not fit.

    Inspections in different ranges name their company only: whom these mean is decided once all are read.
    """
    folder = tmp_path_factory.mktemp("city")
    generate(folder, companies=500, seed=3)
    for name in ("complaints", "inspections"):
        path = folder / "files" / f"{name}.csv"
        header, *lines = path.read_text("utf-8").splitlines(keepends=True)
        lines = lines[:1_000]
        if name == "inspections":
            for at in (10, 400, 900):
                lines[at] = '""' + lines[at][lines[at].index(",") :]
        third = len(lines) // 3
        torn = lines[third].rsplit(",", 1)[0] + ',"two\n\nlines, of ""one"" record"\r\n'
        dirt = [torn, "\n", "one field\n", *lines[-40:], lines[third]]
        path.write_text("".join([header, *lines[:third], *dirt, *lines[third:], *lines[:60]]), "utf-8", newline="")
    return [folder / "files" / f"{name}.csv" for name in ("registration", "officers", "complaints", "inspections")]


@pytest.fixture
def java_with(monkeypatch, tmp_path):
    """Puts a Java with these modules in the way."""

    def put(modules):
        java = tmp_path / "bin" / "java"
        java.parent.mkdir()
        java.write_text(f"#!/bin/sh\necho {modules}\n")
        java.chmod(0o755)
        monkeypatch.setenv("JAVA_HOME", str(tmp_path))

    return put


def by_key(paths, keys):
    rows = pa.concat_tables([pq.read_table(path) for path in paths])
    rows = rows.drop_columns([name for name in ("decided_at",) if name in rows.column_names])  # now, in match_decisions
    return rows.sort_by([(name, "ascending") for name in keys])


def content(tables):
    """Every table of every batch and its quarantine in the order of their keys, and what the manifest says of it."""
    found = {}
    for part in tables.content().parts:
        paths = files_of(tables._folder(part.batch), part.name)
        found[part] = by_key(paths, ("line",) if part.name == "quarantine" else (*key_of(part.name), "line"))
    return found, [replace(info, created=None) for info in tables.batches()]


def test_what_spark_loads_is_what_one_process_loads(spark, ranges, settings_of, city):
    reports, found, files = [], [], 0
    for name in ("alone", "spark"):
        settings = settings_of(name)
        with Tables.open(settings) as tables:
            by = partial(load_on_spark, spark, settings) if name == "spark" else None
            reports.append(load_files(tables, city, by=by))
            found.append(content(tables))
            files = len(list(tables._batches.rglob("complaints.*")))
            assert not list(tables._batches.rglob("shares"))
    assert files > 5
    assert reports[0] == reports[1]
    assert {name for report in reports[0] for name in report.reasons} >= {"wrong_field_count"}
    assert all(report.superseded >= 60 for report in reports[0] if report.source in ("complaints", "inspections"))
    assert {(4, "match_decisions"), (4, "quarantine")} <= {(part.batch, part.name) for part in found[0][0]}
    assert found[0][1] == found[1][1]
    assert found[0][0].keys() == found[1][0].keys()
    for part, rows in found[0][0].items():
        assert rows.equals(found[1][0][part]), part


def test_a_later_load_reads_what_spark_wrote(spark, ranges, settings_of, city, tmp_path):
    settings = settings_of("home")
    file = next(path for path in city if path.stem == "complaints")
    with Tables.open(settings) as tables:
        by = partial(load_on_spark, spark, settings)
        first = load_files(tables, [file], by=by)[0]
        again = load_files(tables, [file], by=by)[0]
        assert (again.already_loaded, again.batch, again.superseded) == (True, 1, first.superseded)
        rows = tables.arrow("complaints")
        longer = tmp_path / "longer.csv"
        longer.write_bytes(file.read_bytes() + b"\n")
        second = load_files(tables, [longer])[0]
        assert second.superseded == first.superseded + rows.num_rows
        assert tables.arrow("complaints").num_rows == rows.num_rows
        tables.undo(2)
        assert tables.arrow("complaints").equals(rows)
        assert len(tables.quarantined(1)) == first.quarantined


def test_a_file_that_cannot_be_used_leaves_nothing(spark, ranges, settings_of, csv_file):
    header = "工单编号,类型,渠道代码,登记日期,投诉人姓名,联系电话,平台代码,店铺编号,被投诉方统一社会信用代码,投诉内容\n"
    rows = "".join(f"{n},投诉,12315,2024-01-01,周试六,13800001111,,,{A},不发货\n" for n in range(3_000))
    file = csv_file("complaints.csv", header + rows + '9,投诉,12315,2024-01-01,周试六,,,,,"不发货\n' + rows)
    settings = settings_of("home")
    with Tables.open(settings) as tables:
        with pytest.raises(UnreadableFile, match=r"complaints\.csv: a quote never closed swallows 3,001 lines"):
            load_files(tables, [file], by=partial(load_on_spark, spark, settings))
        assert tables.batches() == []
        assert list(tables._batches.iterdir()) == []


def test_without_java_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match="full Java 17 or newer: sudo apt-get install"):
        suitable_java()


def test_a_java_cut_down_will_not_do(java_with):
    java_with("java.base@21.0.1")
    with pytest.raises(ConfigError, match=r"lacks the module jdk\.incubator\.vector"):
        suitable_java()


def test_without_pyspark_it_says_what_to_install(monkeypatch, java_with):
    java_with("java.base@21.0.1 jdk.incubator.vector@21.0.1")
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(ConfigError, match=r"pip install 'creditnet\[spark\]'"), session("local[2]"):
        pass


def test_the_command_loads_with_spark(spark, ranges, settings_of, city, monkeypatch):
    """The last test of the session: the command ends it."""
    monkeypatch.setenv("CREDITNET_HOME", settings_of("home").home)
    file = next(path for path in city if path.stem == "inspections")
    told = CliRunner().invoke(app, ["load", str(file), "--engine", "spark", "--no-graph", "--json"])
    assert told.exit_code == 0, told.output
    report = json.loads(told.stdout.splitlines()[-1])
    assert report["read"] == report["loaded"] + report["quarantined"] > 500
