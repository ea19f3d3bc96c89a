"""The field dictionary of 57 real tables: which source knows each of them, by Chinese and by column names."""

import csv

import pytest

from graph.errors import UnknownSource
from loaders.recognise import recognise

KNOWN = {
    "dw_zj_scjdgl_scztxx": "registration",
    "dw_zj_scjdgl_fddbrxx": "representatives",
    "dw_zj_scjdgl_jyycmlxx": "abnormal_list",
    "dw_zj_scjdgl_yzwfsx": "severe_list",
    "dw_nb_scjdgl_qynbwzhwdxx": "annual_shops",
    "dw_nb_scjdgl_xzcfgsxx": "penalties",
    "dw_nb_scjdgl_gqbg": "equity_changes",
    "dw_nb_scjdgl_xzxk": "licences",
    "dw_nb_scjdgl_qynbgdjczxx": "contributions",
    "dw_nb_scjdgl_gtjyycbjxx": "household_marks",
    "dw_nb_scjdgl_czrrjmxxx": "contributions",
    "dw_nb_sgzw_nbxx": "annual_reports",
    "dw_nb_ybj_jrxkxx": "licences",
    "dw_zj_fzgg_sxbzxrxx": "judgment_debtors",
    "dw_shl_tyshxydmxxgjxf": "company_numbers",
    "dw_shl_sgsxzxk": "penalties",
    "dw_nb_rlsb_qysbcbrsxx": "insured_staff",
    "dw_nb_rlsb_sbjylyshbxjbxx": "insured_staff",
    "dw_nb_sw_csjrxzcfxx": "penalties",
    "dw_nb_sw_csjrswjcxx": "penalties",
    "dw_nb_swbgxx": "changes",
}
"""The other tables hold nothing that the model keeps: taxes, fees, consumption, certificates of persons …"""


def tables(path):
    found = {}
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["table"], []).append(row)
    return found


@pytest.mark.real_data
@pytest.mark.parametrize("names", ["field_cn", "field"])
def test_every_real_table_has_its_source_or_none(real_data, names):
    found = {}
    for table, rows in tables(real_data / "schema" / "fields.csv").items():
        columns = [row[names] for row in rows if row[names]]
        try:
            found[table] = recognise(columns).name
        except UnknownSource:
            continue
    assert found == KNOWN
