"""Errors across the pipe: the controller's become the ones that tasks know, and come home as what they were."""
import os
import traceback

from teuthology import exceptions
from teuthology_host.workers import Interrupted


def make(error):
    kind, message = error["kind"], error["message"]
    if kind == "failed":
        made = exceptions.CommandFailedError(error["command"], error["status"], error.get("node"), error.get("label"))
    elif kind == "crashed":
        made = exceptions.CommandCrashedError(error["command"])
    elif kind == "lost":
        made = exceptions.ConnectionLostError(error.get("command") or message, error.get("node"))
    elif kind == "timeout":
        made = exceptions.CommandTimeoutError(message)
    elif kind == "tries":
        made = exceptions.MaxWhileTries(message)
    elif kind == "missing":
        made = FileNotFoundError(message)
    elif kind == "config":
        made = exceptions.ConfigError(message)
    elif kind == "interrupted":
        made = Interrupted(message)
    else:
        made = exceptions.ControllerError(message)
    made.failure = error["failure"]
    return made


def tell(error):
    fingerprint = getattr(error, "fingerprint", None)
    return {
        "type": type(error).__name__,
        "message": str(error),
        "failure": getattr(error, "failure", None),
        "config": isinstance(error, exceptions.ConfigError),
        "interrupted": isinstance(error, Interrupted),
        "missing": missing(error),
        "place": place(error),
        "fingerprint": [str(part) for part in fingerprint()] if callable(fingerprint) else [],
        "trace": "".join(traceback.format_exception(type(error), error, error.__traceback__)),
    }


def missing(error):
    """A Python module that is not installed; what the user can mend."""
    return error.name if isinstance(error, ModuleNotFoundError) else None


def place(error):
    """The last line of the user's own files that the error went through."""
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        path = frame.f_code.co_filename
        if os.sep + "tasks" + os.sep in path:
            return f"{path}:{line} in {frame.f_code.co_name}"
    return None
