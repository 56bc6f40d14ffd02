"""What the house knows of rules by their number, which is the same in every state: what a rule says is in its files.

The test run compares `KEPT_BY` with the services' code and with the files.
"""

from collections.abc import Mapping

KEPT_BY: Mapping[str, str] = {
    "C01": "tips",
    "C02": "rapid_assessment",
    "C03": "rapid_assessment",
    "C04": "rapid_assessment",
    "C06": "rapid_assessment",
    "C07": "tips",
    "C08": "tips",
    "C09": "tips",
    "C10": "tips",
    "C11": "tips",
    "C12": "tips",
    "C13": "tips",
    "C14": "tips",
    "C15": "tips",
    "C16": "tips",
    "C17": "tips",
    "C19": "rapid_assessment",
    "C20": "rapid_assessment",
    "C21": "rapid_assessment",
    "C21B": "rapid_assessment",
    "C22": "rapid_assessment",
    "C31": "tips",
    "C33": "tips",
    "C35": "prosecution",
    "C36": "prosecution",
    "C39": "prosecution",
    "C40": "prosecution",
    "C41": "prosecution",
    "C42": "prosecution",
    "C43": "prosecution",
    "C44": "prosecution",
    "C45": "prosecution",
    "C46": "prosecution",
    "C47": "prosecution",
    "C48": "prosecution",
    "C49": "prosecution",
    "C50": "prosecution",
    "C54": "forensic_clinic",
    "C55": "forensic_clinic",
    "C56": "forensic_clinic",
    "C57": "forensic_clinic",
    "C58": "forensic_clinic",
    "C66": "tips",
    "C77": "audit",
    "C78": "kernel",
    "C81": "identity",
    "C82": "identity",
    "C84": "identity",
    "C85": "tips",
    "C86": "tips",
    "C87": "tips",
    "C88": "tips",
    "C89": "forensic_clinic",
    "C90": "forensic_clinic",
}
"""The part of the house that keeps a rule. What is on file and not here waits for its part: nothing is done."""

ALWAYS_ON = frozenset({"C06", "C77", "C81", "C82", "C84"})
"""Without these the house does not work: a state whose files switch one off, or let it end, is not loaded."""
