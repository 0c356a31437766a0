"""Commands on the machines, as this process sees them."""
import base64
import codecs
import io
import itertools
import queue
import subprocess
import threading

from teuthology_host import errors, workers
from teuthology_host.wire import link

PIPE = object()
_numbers = itertools.count(1)
_running = {}


def output(message):
    process = _running.get(message["process"])
    if process is not None:
        process.take(message["stream"], base64.b64decode(message["data"]))


def ended(message):
    process = _running.pop(message["process"], None)
    if process is not None:
        process.end(message)


class Sink:
    """Where a command's output goes: an object of the caller's that takes text or bytes."""

    def __init__(self, target):
        self.target = target
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace") if isinstance(target, io.TextIOBase) else None

    def write(self, data, final=False):
        self.target.write(data if self.decoder is None else self.decoder.decode(data, final))

    def finish(self):
        if self.decoder is not None:
            self.write(b"", final=True)


class OutputPipe(io.RawIOBase):
    """Output that the task reads as it comes."""

    def __init__(self):
        super().__init__()
        self._pieces = queue.Queue()
        self._rest = b""

    def readable(self):
        return True

    def feed(self, data):
        self._pieces.put(data)

    def readinto(self, buffer):
        if not self._rest:
            self._rest = workers.take(self._pieces)
            if not self._rest:
                self._pieces.put(b"")  # the end stays the end
                return 0
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count


class InputPipe:
    """A command's standard input."""

    def __init__(self, number):
        self._number = number
        self.closed = False

    def write(self, data):
        if isinstance(data, str):
            data = data.encode()
        link.call("stdin", process=self._number, data=base64.b64encode(data).decode())
        return len(data)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        """Everything was sent by `write`."""

    def close(self):
        if not self.closed:
            self.closed = True
            link.call("stdin", process=self._number, data=None)


class Command:
    """A started command: numbers, sinks, its end."""

    def __init__(self, stdout, stderr):
        self.number = next(_numbers)
        self.done = threading.Event()
        self.status = None
        self.error = None
        self.stdout, self._out = self._place(stdout)
        self.stderr, self._err = self._place(stderr)

    @staticmethod
    def _place(wanted):
        if wanted is PIPE:
            raw = OutputPipe()
            return io.BufferedReader(raw), raw
        if wanted is None or wanted == subprocess.DEVNULL:
            return None, None
        return wanted, Sink(wanted)

    def start(self, **how):
        _running[self.number] = self
        try:
            link.call("run", process=self.number, **how)
        except BaseException:
            _running.pop(self.number, None)
            raise

    def take(self, stream, data):
        place = self._out if stream == "stdout" else self._err
        if isinstance(place, OutputPipe):
            place.feed(data)
        elif place is not None:
            place.write(data)

    def end(self, message):
        for place in (self._out, self._err):
            if isinstance(place, OutputPipe):
                place.feed(b"")
            elif place is not None:
                place.finish()
        self.status = message.get("status")
        if "error" in message:
            self.error = errors.make(message["error"])
            self.status = getattr(self.error, "exitstatus", None)
        self.done.set()

    def wait(self, timeout=None):
        """Waits for the end; False when it has not come in time."""
        return workers.wait(self.done, timeout)

    def kill(self):
        link.tell("kill", process=self.number)


def input_of(stdin):
    """What the controller is to feed: bytes, a pipe, or nothing."""
    if stdin is None:
        return None, False
    if stdin is PIPE:
        return None, True
    if stdin == subprocess.DEVNULL:
        return b"", False
    data = stdin.read() if hasattr(stdin, "read") else stdin
    return data.encode() if isinstance(data, str) else bytes(data), False
