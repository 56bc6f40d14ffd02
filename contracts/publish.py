"""Writes the schemas of every published event: `python -m contracts.publish`, and `--release` before a release.

`--release` fixes them: what is released is from then on compared with, and never changes.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from contracts.asyncapi import asyncapi
from contracts.compatibility import incompatibilities_of_all
from contracts.schema import Schema, all_schemas, rendered

SCHEMAS = Path(__file__).parent / "schemas"
RELEASED = SCHEMAS / "released"
ASYNCAPI = "asyncapi.json"


def documents() -> Mapping[str, str]:
    """What must be checked in under `contracts/schemas`, by file name."""
    return {name: rendered(schema) for name, schema in all_schemas().items()} | {ASYNCAPI: rendered(asyncapi())}


def write(folder: Path) -> list[str]:
    """Writes what differs and removes schemas of events that are no more; answers the names of both."""
    made = documents()
    changed = [name for name, text in made.items() if _text(folder / name) != text]
    for name in changed:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(made[name])
    orphans = [name for name in checked_in(folder) if name not in made]
    for name in orphans:
        (folder / name).unlink()
    return sorted([*changed, *orphans])


def checked_in(folder: Path) -> list[str]:
    """The documents of the present state; the released copy is not among them."""
    files = (path.relative_to(folder) for path in folder.rglob("*.json"))
    return sorted(file.as_posix() for file in files if file.parts[0] != RELEASED.name)


def released(folder: Path) -> Mapping[str, Schema]:
    """The schemas as they were last released, by file name."""
    return {
        path.relative_to(folder).as_posix(): json.loads(path.read_text()) for path in sorted(folder.rglob("*.json"))
    }


def release(folder: Path) -> list[str]:
    """Fixes the present schemas. Answers what stands in the way; then nothing is written."""
    found = incompatibilities_of_all(released(folder), all_schemas())
    if not found:
        for name, schema in all_schemas().items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(rendered(schema))
    return found


def main() -> int:
    """0, or 1 when a release would break a reader."""
    options = argparse.ArgumentParser(prog="python -m contracts.publish", description=__doc__)
    options.add_argument("--release", action="store_true", help="fix the present schemas as released")
    chosen = options.parse_args()
    for name in write(SCHEMAS):
        sys.stdout.write(f"{name} changed\n")
    if chosen.release and (broken := release(RELEASED)):
        sys.stderr.write("\n".join(broken) + "\nNothing was released. Give what must differ a new version.\n")
        return 1
    return 0


def _text(file: Path) -> str | None:
    return file.read_text() if file.exists() else None


if __name__ == "__main__":
    sys.exit(main())
