"""The document as a page."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.audit.case_file.document import Document

FOLDER = Path(__file__).parent


def page(document: Document) -> bytes:
    """HTML in one file: no script, no picture, no address that a browser would ask; laid out for paper, too."""
    return _templates().get_template("timeline.html").render(document=document).encode()


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
