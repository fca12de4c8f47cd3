"""Logs: one line per event, with the request's id, and without passwords, tokens or keys."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

TELLING_NAMES = r"password|passwd|token|secret|authorization|api[_-]?key|sessionid|csrf\w*"
WHAT_FOLLOWS = r"\"[^\"]*\"|'[^']*'|(?:Token |Bearer )?[^\s,;&}]+"
TOLD = re.compile(rf"(?i)\b({TELLING_NAMES})(\"?'?\s*[=:]\s*)({WHAT_FOLLOWS})")


class WithoutSecrets(logging.Filter):
    """Replaces what follows a telling name before any handler writes it."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        record.msg, record.args = TOLD.sub(r"\1\2[removed]", text).replace("\r", "\\r").replace("\n", "\\n"), ()
        record.request_id = _request_id()
        return True


class AsJson(logging.Formatter):
    """For a log collector: a JSON object on a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", ""),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _request_id() -> str:
    try:
        from core.audit import current_request_id
    except Exception:  # logging must work before the applications are loaded
        return ""
    return current_request_id()


def configuration(*, as_json: bool, level: str) -> dict:
    """Django's LOGGING: everything to standard error, where the supervisor or the container keeps it."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"without_secrets": {"()": WithoutSecrets}},
        "formatters": {
            "json": {"()": AsJson},
            "line": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "filters": ["without_secrets"],
                "formatter": "json" if as_json else "line",
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "axes": {"level": "WARNING"},
        },
    }
