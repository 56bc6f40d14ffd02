"""The prosecution: cases of district attorneys, their accused, counts, hearings and clocks."""

from pathlib import Path

from contracts.events.prosecution import PROSECUTION_EVENTS
from contracts.events.rapid_assessment import RAPID_ASSESSMENT_EVENTS
from contracts.events.tips import TIPS_EVENTS
from services.kernel.service import Definition, Parts, Source, Wiring, main


def wire(parts: Parts) -> Wiring:
    """What this service makes of its parts."""
    return Wiring(
        routes=[],
        sources=[
            Source(
                name="prosecution-from-tips",
                stream="TIPS",
                durable="prosecution-from-tips",
                known=TIPS_EVENTS,
            ),
            Source(
                name="prosecution-from-rapid_assessment",
                stream="RAPID_ASSESSMENT",
                durable="prosecution-from-rapid_assessment",
                known=RAPID_ASSESSMENT_EVENTS,
            ),
        ],
    )


DEFINITION = Definition(
    name="prosecution",
    title="Muster: prosecution",
    stream="PROSECUTION",
    events=(*PROSECUTION_EVENTS,),
    contract=PROSECUTION_EVENTS,
    policies=Path(__file__).parent / "policies.cedar",
    views=[],
    wire=wire,
)

if __name__ == "__main__":
    main(DEFINITION)
