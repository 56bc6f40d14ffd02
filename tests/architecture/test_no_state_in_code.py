"""Nothing of a state is in code: its name, agencies, counties, law and clocks are read from its folder.

What a docstring or a comment says may cite a law as the reason why code is as it is; what a person reads on a page
(words.json, sentences.json, templates) may speak of the state. The numbers of rules (C06) and the names of roles
(cps_coordinator) are this product's own, the same in every state. contracts/jurisdictions/house.py alone says which
state the house stands in; deploy/ plays a demonstration that is set there.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.jurisdictions import load_mississippi
from tests.architecture.test_imports import ROOT

TABLES = load_mississippi()
THE_ONE_PLACE = ROOT / "contracts" / "jurisdictions" / "house.py"
NAMES = {TABLES.state.state, TABLES.state.zone, *TABLES.agencies, *TABLES.counties}
SAYS = re.compile(
    r"Miss\. |\b\d{1,3}-\d{1,2}-\d{1,3}\b(?!-)|"
    + "|".join(rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in sorted(NAMES, key=len, reverse=True))
)


def files(*patterns: str) -> list[Path]:
    folders = (ROOT / "services", ROOT / "contracts")
    found = (file for folder in folders for pattern in patterns for file in folder.rglob(pattern))
    return sorted(file for file in found if file != THE_ONE_PLACE)


def said_in(source: str) -> Iterator[str]:
    """Every text that code uses, without what only explains it."""
    tree = ast.parse(source)
    explains = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explains:
            yield node.value


@pytest.mark.parametrize("folder", ["services", "contracts"])
def test_no_text_that_code_uses_speaks_of_the_state(folder: str) -> None:
    found = [
        f"{file.relative_to(ROOT)}: {text[:80]!r}"
        for file in files("*.py")
        if file.is_relative_to(ROOT / folder)
        for text in said_in(file.read_text())
        if SAYS.search(text)
    ]
    assert found == []


def test_no_policy_decides_by_an_agency_or_a_county() -> None:
    found = [
        f"{file.relative_to(ROOT)}: {line}"
        for file in files("*.cedar")
        for line in file.read_text().splitlines()
        if SAYS.search(line.partition("//")[0])
    ]
    assert found == []


def test_only_one_place_names_the_state() -> None:
    name = re.compile(rf"\b\w*{TABLES.state.state.lower()}\w*\b")
    named = {
        file.relative_to(ROOT)
        for file in files("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Name | ast.FunctionDef | ast.alias) and name.search(_called(node))
    }
    # Which hands its two functions on, for tests and the demonstration.
    assert named <= {Path("contracts/jurisdictions/__init__.py")}


def _called(node: ast.Name | ast.FunctionDef | ast.alias) -> str:
    return node.id if isinstance(node, ast.Name) else node.name


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('ZONE = "America/Chicago"', True),
        ('raise Refused("x", "No", citation="Miss. Code 43-26-3")', True),
        ('if agency == "MDCPS":\n    pass', True),
        ('f"Is it in {where} or in Hinds County?"', True),
        ('"""What Miss. Code 43-26-3 asks of MDCPS."""', False),
        ("x = 1  # Miss. Code 43-26-3", False),
        ('WHEN = "2026-11-03"', False),
    ],
)
def test_the_look_finds_what_it_looks_for(source: str, found: bool) -> None:
    assert any(SAYS.search(text) for text in said_in(source)) == found
