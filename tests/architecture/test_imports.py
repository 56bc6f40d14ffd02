"""Dependencies point one way, and what decides knows nothing but data."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import services
from deploy.topology import SERVICES

ROOT = Path(services.__path__[0]).parent
PURE_NAMES = frozenset({"events", "state", "decisions", "charges", "proceedings"})
NO_AGGREGATES = frozenset({"views", "processes"})
ALLOWED = frozenset({"msgspec", "contracts"})
# Of the standard library, what reaches outside, tells the machine's time or is different each time.
REACHING_OUT = frozenset(
    {
        "asyncio",
        "builtins",
        "ctypes",
        "ftplib",
        "http",
        "importlib",
        "io",
        "logging",
        "mmap",
        "multiprocessing",
        "os",
        "pathlib",
        "pickle",
        "random",
        "secrets",
        "select",
        "shutil",
        "signal",
        "smtplib",
        "socket",
        "sqlite3",
        "ssl",
        "subprocess",
        "sys",
        "tempfile",
        "threading",
        "time",
        "urllib",
    }
)
WALL_CLOCK = frozenset({"now", "utcnow", "today", "fromtimestamp"})
RANDOM = frozenset({"uuid1", "uuid4", "open", "print", "input", "exec", "eval", "__import__"})


def pure_modules() -> Iterator[Path]:
    """The modules of each service's nouns that hold events, state and decisions, together or each alone."""
    for service in SERVICES:
        for file in sorted((ROOT / "services" / service.name).glob("*/*.py")):
            if file.parent.name not in NO_AGGREGATES and (file.stem in PURE_NAMES or file.stem == file.parent.name):
                yield file


def faults(source: str, package: str) -> list[str]:
    """What a pure module of `package` may not do, by line."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        line = getattr(node, "lineno", 0)
        found.extend(f"{line}: imports {name}" for name in imported(node, package) if not may_import(name, package))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WALL_CLOCK:
            found.append(f"{line}: asks the wall clock")
        called = node.func if isinstance(node, ast.Call) else None
        word = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
        if word in RANDOM:
            found.append(f"{line}: calls {word}")
        if isinstance(node, ast.AsyncFunctionDef | ast.Await):
            found.append(f"{line}: waits")
    return found


def imported(node: ast.AST, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        module = ".".join([*base, *([node.module] if node.module else [])])
        # `from services.tips import tip` names the module in its last word.
        yield from (f"{module}.{alias.name}" for alias in node.names)


def may_import(name: str, package: str) -> bool:
    first = name.partition(".")[0]
    if first in sys.stdlib_module_names:
        return first not in REACHING_OUT
    return first in ALLOWED or name.startswith(f"{package}.") or name == package


def package_of(file: Path) -> str:
    return ".".join(file.parent.relative_to(ROOT).parts)


@pytest.mark.parametrize("file", list(pure_modules()), ids=lambda file: file.relative_to(ROOT).as_posix())
def test_an_aggregate_knows_the_standard_library_msgspec_the_contracts_and_its_own_folder(file: Path) -> None:
    assert faults(file.read_text(), package_of(file)) == []


def test_every_service_has_its_aggregates_looked_at() -> None:
    looked_at = {file.parent.relative_to(ROOT / "services").as_posix() for file in pure_modules()}
    assert {
        "identity/account",
        "identity/agency",
        "identity/sign_in",
        "tips/tip",
        "rapid_assessment/team",
        "rapid_assessment/responder",
        "rapid_assessment/contact",
        "rapid_assessment/notice",
        "prosecution/case",
        "prosecution/matter",
    } <= looked_at


@pytest.mark.parametrize(
    "line",
    [
        "import litestar",
        "import psycopg.rows",
        "from services.kernel.clock import Clock",
        "from services.kernel import clock",
        "from services.tips import processes",
        "from services.tips.views.tip_list import TIP_LIST",
        "from services.identity.account.events import Invited",
        "from deploy.topology import SERVICES",
        "from ..views import tip_list",
        "import os.path",
        "from pathlib import Path",
        "import time",
        "def f():\n    import socket",
        "moment = datetime.now(UTC)",
        "day = date.today()",
        "reference = uuid4()",
        "reference = uuid.uuid4()",
        "text = open('notes').read()",
        "async def f(): pass",
    ],
)
def test_a_module_that_reaches_out_is_found(line: str) -> None:
    assert faults(line, "services.tips.tip")


@pytest.mark.parametrize(
    "line",
    [
        "from datetime import UTC, datetime",
        "import msgspec",
        "from contracts.events.tips import TipReceived",
        "from services.tips.tip.events import TeamNoted",
        "from services.tips.tip import events",
        "from . import events",
        "from .events import TeamNoted",
    ],
)
def test_what_an_aggregate_may_know_is_left_in_peace(line: str) -> None:
    assert faults(line, "services.tips.tip") == []


def linted(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_import_rules_of_the_house_are_kept() -> None:
    ran = linted(ROOT)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "0 broken" in ran.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("services/kernel/bell.py", "import services.tips.main"),
        ("services/kernel/bell.py", "import contracts.events.tips"),
        ("services/tips/reference.py", "import services.identity.main"),
        ("services/audit/sources.py", "import deploy.topology"),
        ("contracts/language.py", "import services.kernel.clock"),
        ("services/tips/tip/decisions.py", "import services.kernel.clock"),
        ("services/tips/tip/state.py", "import litestar"),
    ],
)
def test_an_import_that_points_the_wrong_way_breaks_a_rule(tmp_path: Path, module: str, line: str) -> None:
    for package in ("services", "contracts", "deploy"):
        for file in (ROOT / package).rglob("*.py"):
            copied = tmp_path / file.relative_to(ROOT)
            copied.parent.mkdir(parents=True, exist_ok=True)
            copied.write_text(file.read_text())
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    changed = tmp_path / module
    changed.write_text(f"{changed.read_text()}\n{line}\n")
    ran = linted(tmp_path)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "BROKEN" in ran.stdout
