"""Structured logs: one JSON object a line. Names and narratives never get here: callers pass codes and references."""

import json
import logging
import sys
from datetime import UTC, datetime

_OWN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """Time (UTC), level, logger, message, and what was passed as `extra`. No traceback text: it may quote data."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "service": self._service,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update({k: str(v) for k, v in record.__dict__.items() if k not in _OWN})
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["at"] = _where(record)
        return json.dumps(line)


def _where(record: logging.LogRecord) -> str:
    """The innermost place of the failure: file and line, never the values."""
    trace = record.exc_info[2] if record.exc_info else None
    place = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f"{code.co_filename.rsplit('/', 3)[-1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def log_to_stderr(service: str) -> None:
    """Once, at the start of a process. Client libraries speak only of trouble."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(service))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for chatty in ("uvicorn.access", "httpx", "httpcore", "nats", "psycopg.pool", "litestar"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
