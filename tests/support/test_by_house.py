"""A test in which a process dies fails alone, and the run comes to its end."""

import subprocess
import sys
from pathlib import Path

HOOKS = """
from tests.support.by_house import ByHouse

def pytest_xdist_make_scheduler(config, log):
    return ByHouse(config, log)
"""
DIES = """
import os, pytest

@pytest.mark.parametrize("each", range(3))
def test_of_three(each):
    if each == {death}:
        os._exit(1)
"""
WELL = "def test_one(): pass\ndef test_another(): pass\n"
FIRST, LAST = 0, 2
ROOT = Path(__file__).parents[2]


def test_a_process_that_dies_fails_one_test_and_holds_nobody_up(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(HOOKS)
    for death in (FIRST, LAST):
        (tmp_path / f"test_dies_{death}.py").write_text(DIES.format(death=death))
        (tmp_path / f"test_well_{death}.py").write_text(WELL)
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "xdist", "-n2", "--no-loadscope-reorder", "--rootdir", tmp_path, "."],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    died = [
        line.partition("::")[2].partition(" ")[0] for line in ended.stdout.splitlines() if line.startswith("FAILED")
    ]
    assert sorted(died) == [f"test_of_three[{FIRST}]", f"test_of_three[{LAST}]"], ended.stdout
    assert "2 failed, 8 passed" in ended.stdout
