"""What an answer may be, whatever was asked: no fault of ours, and every refusal in the one form."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from services.forensic_clinic.fhir.resources import OperationOutcome
from services.kernel.http.problems import MEDIA_TYPE, Problem

URN = "urn:muster:problem:"
# What is no HTTP at all is refused by the reader of HTTP, before any service sees it.
NO_HTTP = b"Invalid HTTP request received."
# There what is wrong is told as clients of FHIR read it.
FHIR = "application/fhir+json"
# Tells what is waited for, in a form of its own.
READY = "/health/ready"


class Told(NamedTuple):
    """An answer; the names of `headers` are in small letters."""

    path: str
    status: int
    headers: Mapping[str, str]
    content: bytes


def faults_of(told: Told) -> list[str]:
    """Empty when the answer is one that any caller may get."""
    if told.status < 400 or (told.status == 400 and told.content == NO_HTTP):
        return []
    found = []
    if told.status >= 500 and told.status != 503:
        found.append(f"answered {told.status}: {told.content[:200]!r}")
    if told.status == 503 and not told.headers.get("retry-after", "").isdigit():
        found.append("503 without Retry-After")
    # HEAD has no body.
    if told.path != READY and told.content:
        found += _faults_of_problem(told)
    return found


def _faults_of_problem(told: Told) -> list[str]:
    kind = told.headers.get("content-type", "").partition(";")[0]
    if kind == FHIR and told.path.startswith("/fhir"):
        return _faults_of_outcome(told)
    if kind != MEDIA_TYPE:
        return [f"{told.status} is of the type {kind}: {told.content[:80]!r}"]
    try:
        problem = msgspec.json.decode(told.content, type=Problem)
    except msgspec.MsgspecError as error:
        return [f"{told.status} does not read as a problem: {error}"]
    if problem.status != told.status or not problem.type.startswith(URN) or not problem.detail.endswith("."):
        return [f"{told.status} tells {problem}"]
    return []


def _faults_of_outcome(told: Told) -> list[str]:
    try:
        (issue,) = msgspec.json.decode(told.content, type=OperationOutcome).issue
    except (msgspec.MsgspecError, ValueError) as error:
        return [f"{told.status} does not read as an outcome: {error}"]
    if issue.severity != "error" or not issue.diagnostics.endswith("."):
        return [f"{told.status} tells {issue}"]
    return []
