"""The document is one by AsyncAPI's own schema.

asyncapi-3.0.0.schema.json is theirs (asyncapi/spec-json-schemas at 7dd3990d9fff, Apache-2.0), without
the words that only explain.
"""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from contracts.asyncapi import asyncapi

OFFICIAL = json.loads((Path(__file__).parent / "asyncapi-3.0.0.schema.json").read_text())
MADE: dict[str, Any] = dict(asyncapi())


def faults(document: dict[str, Any]) -> int:
    return len(list(jsonschema.Draft7Validator(OFFICIAL).iter_errors(document)))


def test_it_is_valid() -> None:
    assert faults(MADE) == 0


@pytest.mark.parametrize("part", ["channels", "operations", "components", "info"])
def test_the_schema_looks_at_each_part(part: str) -> None:
    broken = deepcopy(MADE)
    broken[part] = "words"
    assert faults(broken)


def test_the_schema_looks_into_a_message() -> None:
    broken = deepcopy(MADE)
    message = next(iter(broken["components"]["messages"].values()))
    message["contentType"] = 7
    assert faults(broken)
