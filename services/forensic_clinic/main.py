"""The forensic clinic: nurses, rooms and exams; evidence kits and their custody."""

from pathlib import Path

from contracts.events.forensic_clinic import FORENSIC_CLINIC_EVENTS
from contracts.events.rapid_assessment import RAPID_ASSESSMENT_EVENTS
from contracts.events.tips import TIPS_EVENTS
from services.forensic_clinic.kit.events import KIT_EVENTS
from services.kernel.service import Definition, Parts, Source, Wiring, main


def wire(parts: Parts) -> Wiring:  # noqa: ARG001  # nothing is wired yet
    """What this service makes of its parts."""
    return Wiring(
        routes=[],
        sources=[
            Source(
                name="forensic_clinic-from-tips",
                stream="TIPS",
                durable="forensic_clinic-from-tips",
                known=TIPS_EVENTS,
            ),
            Source(
                name="forensic_clinic-from-rapid_assessment",
                stream="RAPID_ASSESSMENT",
                durable="forensic_clinic-from-rapid_assessment",
                known=RAPID_ASSESSMENT_EVENTS,
            ),
        ],
    )


DEFINITION = Definition(
    name="forensic_clinic",
    title="Muster: forensic clinic",
    stream="FORENSIC_CLINIC",
    events=(*FORENSIC_CLINIC_EVENTS, *KIT_EVENTS),
    contract=FORENSIC_CLINIC_EVENTS,
    policies=Path(__file__).parent / "policies.cedar",
    views=[],
    wire=wire,
)

if __name__ == "__main__":
    main(DEFINITION)
