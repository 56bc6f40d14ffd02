"""What goes out to somebody who is asked, or tried by a drill, where they may write back: short, in both languages.

It names nobody, no place and no time. What goes by text message has none of the letters that would halve the room in
it, so it is Spanish without accents; with the longest address of a house it fits two parts.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from services.rapid_assessment.ask.carried import Kind


class Codes(NamedTuple):
    """The long one stands in the link, the short one is written back."""

    long: str
    short: str


_ASKED_BY_TEXT = (
    "Muster asks you. Reply YES {short} (on my way) or NO {short} and why."
    " / Muster le pregunta. Responda SI {short} (en camino) o NO {short} y el motivo. {origin}/answer#{long}"
)
_HURRY_BY_TEXT = " {minutes} min, then another/luego otra persona."
_BY_MAIL = (
    "Or answer this mail, in its first line: YES {short}, or YES {short} on my way, or NO {short} and why."
    " / O responda a este correo, en la primera línea: SÍ {short}, o SÍ {short} en camino, o NO {short} y el motivo."
)
_DRILL_BY_TEXT = (
    "*** DRILL / SIMULACRO *** No child, no case. Would you come? Reply YES {short} or NO {short}."
    " / No hay menor ni caso. Responda si acudiria: SI {short} o NO {short}. {origin}/answer#{long}"
    " *** DRILL / SIMULACRO ***"
)
_DRILL_BY_MAIL = (
    "Or answer this mail, in its first line: YES {short} or NO {short}."
    " / O responda a este correo, en la primera línea: SÍ {short} o NO {short}. *** DRILL / SIMULACRO ***"
)
_NO_MORE_BY_TEXT = (
    "Muster: too many wrong codes came from here. Answer by this page or sign in."
    " / Llegaron demasiados codigos erroneos. Responda en esta pagina o entre. {origin}/answer#{long}"
)
_NO_MORE_BY_MAIL = (
    "Too many wrong codes came from this address, so mail is not taken as an answer any more. What waits for your"
    " answer still does: open {origin}/answer#{long} or sign in."
    " / Llegaron demasiados códigos erróneos desde esta dirección, así que ya no se acepta la respuesta por correo. Lo"
    " que espera su respuesta sigue esperando: abra {origin}/answer#{long} o entre."
)


def asking(
    text: str, replies: Collection[str], origin: str, codes: Codes, minutes: int | None = None
) -> Mapping[str, str]:
    """Of the kinds that take replies, what goes out instead of `text`; `minutes` until another is asked."""
    by_text = _filled(_ASKED_BY_TEXT, origin, codes)
    if minutes is not None:
        by_text += _HURRY_BY_TEXT.format(minutes=minutes)
    return _of(replies, by_text, f"{text}\n\n{_filled(_BY_MAIL, origin, codes)}")


def trying(text: str, replies: Collection[str], origin: str, codes: Codes) -> Mapping[str, str]:
    """As above, for a drill."""
    by_mail = f"{text}\n\n{_filled(_DRILL_BY_MAIL, origin, codes)}"
    return _of(replies, _filled(_DRILL_BY_TEXT, origin, codes), by_mail)


def no_more(channel: str, origin: str, long: str) -> str:
    """To whoever may not write back any more, by the same channel."""
    wanted = _NO_MORE_BY_TEXT if channel == "sms" else _NO_MORE_BY_MAIL
    return _filled(wanted, origin, Codes(long, ""))


def _filled(text: str, origin: str, codes: Codes) -> str:
    return text.format(origin=origin, **codes._asdict())


def _of(replies: Collection[str], by_text: str, by_mail: str) -> Mapping[str, str]:
    found: dict[Kind, str] = {"sms": by_text, "email": by_mail}
    return {kind: each for kind, each in found.items() if kind in replies}
