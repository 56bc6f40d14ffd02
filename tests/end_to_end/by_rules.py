"""Starts a service of the house by a folder of rules and tables: SERVICE SETTINGS FOLDER."""

import runpy
import sys
from pathlib import Path

import msgspec


def start(service: str, settings: str, rules: str) -> None:
    """As the house would, with this folder in its settings."""
    file = Path(settings)
    file.write_bytes(msgspec.json.encode(msgspec.json.decode(file.read_bytes()) | {"state": rules}))
    sys.argv[1:] = ["--settings", settings]
    runpy.run_module(f"services.{service}.main", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    start(*sys.argv[1:])
