"""Schemathesis over one operation: data that fits its description and data that does not, and what must be answered."""

import contextlib
import re
from collections.abc import Iterator
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import AcceptedNegativeData, FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.generation.case import Case
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    missing_required_header,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.attacks.judging import Told, faults_of
from tests.attacks.target import Operation, Target

# Not asked: whether data that fits is accepted (a made-up reference is refused), and whether an unknown method is 405
# (absent things are answered alike, a method too).
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    missing_required_header,
]
PATIENCE = 20.0
# A parameter nobody knows, in the address or a header, is passed over, as everywhere.
_WRONG_BY_UNKNOWN_WORDS = re.compile(r"Invalid component:\s+- (query|header): violates `additionalProperties`\s*$")


def generate(target: Target, operation: Operation, examples: int, number: int) -> tuple[int, list[str]]:
    """Sends `examples` requests that fit and as many that do not; answers how many were sent, and the faults."""
    described = schemathesis.openapi.from_dict(_without_tokens(target, operation))[operation.path][operation.method]
    callers = st.sampled_from([target.everyone, target.everyone, *target.each_role, None])
    references = st.sampled_from([*target.references, None])
    found: dict[str, str] = {}
    sent = 0

    def run(mode: GenerationMode) -> None:
        @seed(number)
        @settings(
            max_examples=examples,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(described.as_strategy(generation_mode=mode), callers, references, st.booleans())
        def attack(case: Case[Any], token: str | None, reference: str | None, real: bool) -> None:
            nonlocal sent
            sent += 1
            if real and reference and mode is GenerationMode.POSITIVE:
                case.path_parameters.update(dict.fromkeys(operation.references_taken(), reference))
            for fault in _send(case, target.house.url(operation.service), token, session):
                found.setdefault(fault[:100], f"{operation.name}, {mode.value}: {fault}")

        # What takes nothing can be sent nothing wrong.
        with contextlib.suppress(Unsatisfiable):
            attack()

    with requests.Session() as session:
        session.trust_env = False
        for mode in GenerationMode:
            run(mode)
    return sent, list(found.values())


def _without_tokens(target: Target, operation: Operation) -> dict[str, Any]:
    """The description with this operation alone, and without what it says of tokens: those are made here."""
    whole = target.descriptions[operation.service]
    described = {name: each for name, each in operation.described.items() if name != "security"}
    bare = {name: each for name, each in whole.items() if name != "security"}
    return bare | {"paths": {operation.path: {operation.method: described}}}


def _send(case: Case[Any], url: str, token: str | None, session: requests.Session) -> Iterator[str]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    response = case.call(base_url=url, session=session, headers=headers, timeout=PATIENCE)
    told = {name.lower(): values[0] for name, values in response.headers.items()}
    yield from faults_of(Told(case.path, response.status_code, told, response.content))
    try:
        case.validate_response(response, checks=CHECKS, headers=headers)
    except FailureGroup as group:
        for failure in group.exceptions:
            if isinstance(failure, AcceptedNegativeData) and _WRONG_BY_UNKNOWN_WORDS.search(str(failure)):
                continue
            yield f"{type(failure).__name__}: {failure} {case.as_curl_command(headers={})}"
