"""What somebody answered in a text message or a mail: YES or NO, six digits, and words. Pure.

The answer is the first line they wrote, or the first below what they quoted. Nothing else is looked at: the message
they answer to holds both answers, and mail programs send it back along with theirs.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

MOST_WORDS = 2_000
LEAST_WORDS = 3

_SAID = r"(yes|no|s[ií])[\s.,;:!#*_\"'(–—-]*((?:[0-9][ .-]?){5}[0-9])(?![0-9])"
_ANSWER = re.compile(rf"[\s\"'*_(¡«“-]*{_SAID}(.*)", re.IGNORECASE)
_ANOTHER = re.compile(rf"\b{_SAID}", re.IGNORECASE)
_UNDER_WAY = re.compile(
    r"((and|i am|i'm|im) )*(on my way|under ?way|en route|omw)|((y|ya|estoy|voy) )*(en camino|de camino)", re.IGNORECASE
)
# Where somebody's own words end: a signature, the header of what they answer to, what their telephone adds.
_END = re.compile(
    r">|-- ?$|--$|-{3,}|_{3,}|(from|sent|to|subject|de|enviado|para|asunto) ?:"
    r"|(sent from|get outlook|enviado desde|enviado con|obtener outlook)\b",
    re.IGNORECASE,
)
_AROUND = " \t.,;:!?()[]\"'*_–—-¡¿«»“”"


class Reply(NamedTuple):
    """`code` is six digits. `words` are the reason of a no, empty where there was none."""

    yes: bool
    code: str
    words: str = ""
    under_way: bool = False


def read_reply(text: str) -> Reply | None:
    """None for what is no answer, and for what gives two."""
    # However a telephone writes an accent or a digit, it is the same afterwards.
    lines = [" ".join(line.split()) for line in unicodedata.normalize("NFKC", text).splitlines()]
    for at in _beginnings(lines):
        found = _ANSWER.fullmatch(lines[at])
        if found is None:
            continue
        code, words = _digits(found[2]), " ".join([found[3], *_more(lines[at + 1 :])])
        if any(_digits(another[2]) == code for another in _ANOTHER.finditer(words)):
            return None
        return _reply(found[1], code, words)
    return None


def _digits(written: str) -> str:
    return "".join(each for each in written if each.isdigit())


def _reply(said: str, code: str, written: str) -> Reply:
    words = " ".join(written.replace("\0", "").split()).strip(_AROUND)
    if said.lower() != "no":
        return Reply(yes=True, code=code, under_way=bool(_UNDER_WAY.fullmatch(words)))
    return Reply(yes=False, code=code, words=words[:MOST_WORDS] if len(words) >= LEAST_WORDS else "")


def _beginnings(lines: Sequence[str]) -> Iterator[int]:
    """Of what somebody wrote above, and below, what they quoted."""
    quoted = [at for at, line in enumerate(lines) if line.startswith(">")]
    for after in (0, quoted[-1] + 1) if quoted else (0,):
        first = next((at for at in range(after, len(lines)) if lines[at]), None)
        if first is not None:
            yield first


def _more(lines: Sequence[str]) -> list[str]:
    """Until their words end. The lines that say who wrote what is quoted are not theirs."""
    end = next((at for at, line in enumerate(lines) if _END.match(line)), len(lines))
    own = list(lines[:end])
    while own and not own[-1]:
        own.pop()
    if end < len(lines) and lines[end].startswith(">") and own and own[-1].endswith(":"):
        while own and own[-1]:
            own.pop()
    return own
