"""What the readable part says around the sentences, in either language."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from services.audit.replay.words import Language

FILE = Path(__file__).parent / "words.json"


def say(language: Language, key: str, **values: object) -> str:
    """With its names filled in. Raises `KeyError` for what is not in words.json."""
    return _said()[key][language].format(**values)


@cache
def _said() -> Mapping[str, Mapping[str, str]]:
    return msgspec.json.decode(FILE.read_bytes(), type=dict[str, dict[str, str]])
