"""The steps of the forensic clinic, done over HTTP."""

from deploy.demo.clinic_steps import (
    AcceptKit,
    BookExam,
    CallPolice,
    CancelExam,
    ClinicStep,
    CompleteExam,
    ExamStep,
    HoldExam,
    KitStep,
    OfferKit,
    OpenKit,
    RecordResult,
    ReportKit,
    RequestExam,
    SealKit,
    SetKitAside,
)
from deploy.demo.hands import CLINIC, Hands, plain


class DoingInClinic:
    """Exams by their coordinator and nurses, kits by whose hands they go through."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands

    async def do(self, step: ClinicStep) -> str:
        """The sentence to print. Raises `DemoStopped`."""
        return await (self._on_exam(step) if isinstance(step, ExamStep) else self._on_kit(step))

    async def _on_exam(self, step: ExamStep) -> str:
        who = self._hands.who(step.by)
        match step:
            case RequestExam():
                await self._request(step)
                return f"{who} asks {step.clinic} for exam {step.exam} of whom tip {step.tip} is about."
            case HoldExam() | BookExam():
                kept, path = ("holds", "hold") if isinstance(step, HoldExam) else ("books", "booking")
                slot = self._hands.slot(step.nurse, step.room, step.since, step.until)
                await self._exam_command(step, path, slot)
                nurse = self._hands.who(step.nurse)
                return (
                    f"{who} {kept} {nurse} and {plain(step.room)} for exam {step.exam}, {step.since} to {step.until}."
                )
            case CompleteExam():
                await self._exam_command(step, "completion", {"completed_at": self._hands.moment(step.completed)})
                return f"{who} records that exam {step.exam} was done."
            case CancelExam():
                await self._exam_command(step, "cancellation", {"cause": step.cause, "reason": step.reason})
                return f"{who} cancels exam {step.exam}."

    async def _request(self, step: RequestExam) -> None:
        body = {
            "tip": self._hands.played.references[step.tip],
            "clinic": step.clinic,
            "age_band": step.age_band,
            "consent": step.consent,
        }
        self._hands.played.exams[step.exam] = await self._hands.make(step.by, CLINIC, "/exams", body, step.tip)

    async def _on_kit(self, step: KitStep) -> str:
        who = self._hands.who(step.by)
        match step:
            case OpenKit():
                await self._open(step)
                return f"{who} opens kit {step.kit} for exam {step.exam}; it is {step.consent}."
            case SealKit():
                body: dict[str, object] = {"items": step.items, "seal_number": step.seal_number}
                await self._kit_command(step, "seal", body | {"sealed_at": self._hands.moment(step.at)})
                return f"{who} seals kit {step.kit}."
            case SetKitAside():
                await self._kit_command(step, "setting-aside", {"reason": step.reason})
                return f"{who} sets kit {step.kit} aside, opened by mistake."
            case ReportKit():
                await self._kit_command(step, "report", {"reported_at": self._hands.moment(step.at)})
                return f"{who} records that the patient of kit {step.kit} chose to report."
            case CallPolice() | RecordResult():
                return await self._on_way(step)
            case OfferKit() | AcceptKit():
                return await self._hand_over(step)

    async def _on_way(self, step: CallPolice | RecordResult) -> str:
        who, now = self._hands.who(step.by), self._hands.moment(step.at)
        if isinstance(step, CallPolice):
            body = {"agency": step.agency, "called_at": now, "spoke_with": step.spoke_with}
            await self._kit_command(step, "calls", body)
            return f"{who} calls {step.agency}: kit {step.kit} is ready."
        await self._kit_command(step, "results", {"result": step.result, "result_at": now})
        return f"{who} records that kit {step.kit} was {step.result}."

    async def _hand_over(self, step: OfferKit | AcceptKit) -> str:
        who, now = self._hands.who(step.by), self._hands.moment(step.at)
        if isinstance(step, OfferKit):
            body = {"agency": step.agency, "role": step.role, "purpose": step.purpose, "offered_at": now}
            await self._kit_command(step, "offers", body)
            return f"{who} offers kit {step.kit} to {step.agency}."
        await self._kit_command(step, "acceptance", {"seal_number": step.seal_number, "accepted_at": now})
        return f"{who} takes kit {step.kit}, its seal whole."

    async def _open(self, step: OpenKit) -> None:
        body = {
            "exam": self._hands.played.exams[step.exam],
            "number": step.number,
            "consent": step.consent,
            "opened_at": self._hands.moment(step.at),
        }
        self._hands.played.kits[step.kit] = await self._hands.make(step.by, CLINIC, "/kits", body, step.tip)

    async def _exam_command(
        self, step: HoldExam | BookExam | CompleteExam | CancelExam, path: str, body: object
    ) -> None:
        place = f"/exams/{self._hands.played.exams[step.exam]}"
        await self._hands.command(step.by, CLINIC, place, path, body, step.tip)

    async def _kit_command(self, step: KitStep, path: str, body: object) -> None:
        place = f"/kits/{self._hands.played.kits[step.kit]}"
        await self._hands.command(step.by, CLINIC, place, path, body, step.tip)
