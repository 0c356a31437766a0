"""Commands on machines."""
import base64
import logging
import shlex
import time

from teuthology.exceptions import CommandCrashedError, CommandFailedError, ConnectionLostError  # noqa: F401: tasks take them from here
from teuthology.exceptions import MaxWhileTries
from teuthology_host import processes
from teuthology_host.processes import PIPE  # noqa: F401
from teuthology_host.workers import Interrupted

log = logging.getLogger(__name__)


class Raw:
    """A piece of a command line that the shell shall interpret."""

    def __init__(self, value):
        self.value = value

    def __repr__(self):
        return f"Raw({self.value!r})"

    def __eq__(self, other):
        return isinstance(other, Raw) and self.value == other.value

    def __hash__(self):
        return hash(self.value)


def quote(args):
    """The command line of some words."""
    return " ".join(word.value if isinstance(word, Raw) else shlex.quote(str(word)) for word in args)


class RemoteProcess:
    """A command that was started on a machine."""

    def __init__(self, remote, command, args, check_status, label):
        self.remote, self.hostname, self.args, self.check_status, self.label = remote, remote.shortname, args, check_status, label
        self.command = args if isinstance(args, str) else quote(args)
        self.stdin = None
        self.stdout, self.stderr = command.stdout, command.stderr
        self._command = command

    @property
    def finished(self):
        return self._command.done.is_set()

    @property
    def exitstatus(self):
        return self._command.status

    returncode = exitstatus

    def wait(self):
        try:
            self._command.wait()
        except Interrupted:
            self._command.kill()
            raise
        self._check()
        return self.exitstatus

    def poll(self):
        if not self.finished:
            return None
        self._check()
        return self.exitstatus

    def _check(self):
        if self._command.error is not None:
            raise self._command.error

    def __repr__(self):
        return f"RemoteProcess({self.command!r} on {self.hostname})"


def run(remote, args, stdin=None, stdout=None, stderr=None, logger=None, check_status=True, wait=True, name=None, label=None,
        quiet=False, timeout=None, cwd=None, omit_sudo=False):
    """Runs a command on a machine, to its end unless told otherwise."""
    command = processes.Command(stdout, stderr)
    process = RemoteProcess(remote, command, args, check_status, label)
    feed, pipe = processes.input_of(stdin)
    if wait and (pipe or PIPE in (stdout, stderr)):
        raise RuntimeError("a PIPE without wait=False would never be served")
    if pipe:
        process.stdin = processes.InputPipe(command.number)
    command.start(
        host=remote.name,
        args=args if isinstance(args, str) else [{"raw": word.value} if isinstance(word, Raw) else str(word) for word in args],
        stdin=None if feed is None else base64.b64encode(feed).decode(),
        pipe=pipe,
        stdout=stdout is not None,
        stderr=stderr is not None,
        logger=getattr(logger, "name", None),
        check=check_status,
        label=label,
        quiet=quiet,
        timeout=timeout,
        cwd=cwd)
    if wait:
        process.wait()
    return process


def wait(procs, timeout=None):
    """Waits for several, and raises the error of the first of them that failed."""
    procs = list(procs)
    if timeout is not None:
        left = timeout
        for process in procs:
            begun = time.monotonic()
            if not process._command.wait(max(0, left)):
                raise MaxWhileTries(f"{process.hostname}: {process.command!r} still ran after {timeout} seconds")
            left -= time.monotonic() - begun
    for process in procs:
        process.wait()
