"""Enters and leaves tasks of the user's checkout."""
import importlib
import logging
import sys

from teuthology_host import context, values
from teuthology_host.wire import link

_entered = {}
_errors = {}
job = None


class JobFailed(Exception):
    """Why the job is unwound, where it was no task of this process that failed."""


def load(message):
    """Imports a task's module before its turn. Where that fails, it fails again when the task is entered, and is told then."""
    look_in(message["qa"])
    try:
        importlib.import_module("tasks." + message["task"].replace("-", "_").partition(".")[0])
    except Exception as error:
        logging.getLogger("tasks").debug("%s is not loaded yet: %s", message["task"], error)


def open_job(qa, picture):
    """Takes what the controller knows of the job, once."""
    global job
    look_in(qa)
    job = context.JobContext(picture)
    return sys.version.split()[0]


def enter(key, task, config, clusters):
    """Runs a task; the answer tells whether there is something to leave."""
    link.current = key
    job.take_clusters(clusters)
    try:
        result = find(task)(ctx=job, config=values.decode(config))
        if hasattr(result, "__enter__"):
            result.__enter__()
            _entered[key] = result
    except BaseException as error:
        _errors[key] = error
        raise
    return {"entered": key in _entered, "summary": job.summary_changes()}


def leave(key, error, clusters):
    """Unwinds a task; `error` is the job's first failure so far."""
    link.current = key
    job.take_clusters(clusters)
    manager = _entered.pop(key)
    if error is None:
        manager.__exit__(None, None, None)
    else:
        failure = _errors.get(error.get("task")) or JobFailed(error["message"])
        try:
            manager.__exit__(type(failure), failure, failure.__traceback__)
        except BaseException as raised:
            if raised is not failure:
                raise
    return {"summary": job.summary_changes()}


def look_in(qa):
    if qa not in sys.path:
        sys.path.insert(0, qa)


def find(name):
    """`a` is `task` of module tasks.a, `a.b` is `b` of it; `-` counts as `_`."""
    module, _, member = name.replace("-", "_").partition(".")
    return getattr(importlib.import_module("tasks." + module), member or "task")
