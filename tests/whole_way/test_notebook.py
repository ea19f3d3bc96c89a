"""The first notebook runs on a real city, answers the three questions, and its pictures ask for nothing outside."""

import os
import re
from pathlib import Path

import jupytext
import pytest
from a_city import City
from nbclient import NotebookClient

pytestmark = pytest.mark.neo4j
NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "00_start.py"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the notebook client itself
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_notebook_answers_the_three_questions(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDITNET_HOME", city.settings.home)
    monkeypatch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    notebook = jupytext.read(NOTEBOOK)
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(NOTEBOOK.parent)}}
    ).execute(env={**os.environ, "PYTHONPATH": str(NOTEBOOK.parents[1])})
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    pictures = [o["data"]["text/html"] for o in outputs if "text/html" in o.get("data", {})]
    assert len(pictures) == 2
    assert all("本图为线索，不是处罚依据" in p for p in pictures)
    assert not any(re.search(r"(src|href)=&quot;https?:|(src|href)=\"https?:", p) for p in pictures)
    said = "".join(o["text"] for o in outputs if o["output_type"] == "stream")
    assert "人投诉" in said or "名成员" in said
