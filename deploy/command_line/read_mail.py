"""One mail (RFC 5322) as a mail server hands it over: whom it is from, and what they wrote. Pure."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import NamedTuple

LONGEST = 100_000
"""Letters of a text; an answer stands in its first line."""

# Each of these begins a line of its own.
_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "blockquote", "h1", "h2", "h3", "hr"})
_UNSEEN = frozenset({"style", "script", "head", "title", "blockquote"})


class Mail(NamedTuple):
    """`sender` is empty where there is none, or more than one. `by_itself`: a program wrote it (RFC 3834)."""

    sender: str
    text: str
    by_itself: bool


def read_mail(raw: bytes) -> Mail:
    """Whatever it holds: of what cannot be read nothing is told."""
    message = message_from_bytes(raw, policy=policy.default)
    return Mail(_whole(_sender(message)), _whole(_text(message)[:LONGEST]), _by_itself(message))


def _sender(message: EmailMessage) -> str:
    try:
        addresses = [each.addr_spec for header in message.get_all("from", []) for each in header.addresses]
    except Exception:  # noqa: BLE001  # the library fails in many ways over what strangers write into a header
        return ""
    return addresses[0] if len(addresses) == 1 else ""


def _whole(text: str) -> str:
    """The library leaves halves of letters where bytes fit no character set."""
    return text.encode("utf-8", "replace").decode()


def _by_itself(message: EmailMessage) -> bool:
    """RFC 3834: what answers by itself says so, and nobody's answer is made of it."""
    return str(message.get("auto-submitted", "no")).partition(";")[0].strip().lower() not in {"", "no"}


def _text(message: EmailMessage) -> str:
    try:
        body = message.get_body(("plain", "html"))
        if body is None:
            return ""
        content = str(body.get_content())
    except Exception:  # noqa: BLE001  # as above, of character sets and parts
        return ""
    return _seen_in(content) if body.get_content_subtype() == "html" else content


class _Seen(HTMLParser):
    """The lines that are shown, without what is quoted."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen.append(tag)
        if tag in _BLOCKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen:
            del self._unseen[self._unseen.index(tag) :]
        if tag in _BLOCKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.found.append(" ".join(data.split("\n")))


def _seen_in(content: str) -> str:
    seen = _Seen()
    seen.feed(content)
    seen.close()
    return "".join(seen.found)
