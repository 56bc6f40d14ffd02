"""What is wrong, said as clients of FHIR read it: an OperationOutcome in place of problem details.

It is made of the same closed list and tells the same, in the same bytes for what is absent and what is hidden; the
house's own word for it stands in `details`. Generic clients look for nothing else, and a standard is no use to who must
write a client for each server.
"""

from typing import Any

from litestar import Request, Response
from litestar.openapi.datastructures import ResponseSpec

from services.forensic_clinic.fhir.resources import (
    MEDIA_TYPE,
    CodeableConcept,
    Coding,
    Issue,
    OperationOutcome,
)
from services.kernel.http.description import REFUSALS
from services.kernel.http.problems import answer

SYSTEM = "urn:muster:problem"
CODES = {
    400: "structure", 401: "login", 403: "forbidden", 404: "not-found", 409: "business-rule", 412: "conflict",
    422: "invalid", 429: "throttled", 503: "transient",
}  # fmt: skip
"""Of http://hl7.org/fhir/issue-type."""
FAULT = "exception"


REFUSED = {
    int(status): ResponseSpec(OperationOutcome, media_type=MEDIA_TYPE, generate_examples=False, description=words)
    for status, words in REFUSALS.items()
}
"""Every refusal as the interface's description has it, for the routes of FHIR."""


def answer_as_outcome(request: Request[Any, Any, Any], error: Exception) -> Response[OperationOutcome]:
    """Litestar's exception handler for the routes of FHIR: the status and headers are those of everywhere."""
    told = answer(request, error)
    problem = told.content
    details = CodeableConcept(coding=(Coding(system=SYSTEM, code=problem.type.rpartition(":")[2]),))
    issue = Issue(
        severity="fatal" if problem.status == 500 else "error",
        code=CODES.get(problem.status, FAULT if problem.status >= 500 else "processing"),
        details=details,
        diagnostics=problem.detail,
        expression=(problem.field,) if problem.field else (),
    )
    outcome = OperationOutcome(issue=(issue,))
    return Response(outcome, status_code=problem.status, media_type=MEDIA_TYPE, headers=told.headers)
