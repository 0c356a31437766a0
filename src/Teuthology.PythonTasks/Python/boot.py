"""Started by `python3 -c`: reads the host's modules from standard input and hands over to them. Nothing is written to disk."""
import _thread
import importlib.abc
import importlib.util
import json
import os
import select
import signal
import sys

# Most tasks want gevent. Where the python3 of the PATH has none, Debian's may.
DEBIAN = "/usr/bin/python3"
if (importlib.util.find_spec("gevent") is None and not os.environ.get("TEUTHOLOGY_PYTHON")
        and os.path.realpath(sys.executable) != os.path.realpath(DEBIAN) and os.access(DEBIAN, os.X_OK)):
    os.execv(DEBIAN, [DEBIAN, "-u", "-c", sys.orig_argv[sys.orig_argv.index("-c") + 1]])

# A group of its own: Ctrl-C is for the controller, which tells us; and all of the group ends with the controller.
os.setsid()
FROM, TO = os.dup(0), os.dup(1)
with open(os.devnull) as nothing:
    os.dup2(nothing.fileno(), 0)
os.dup2(2, 1)


def end_with_controller(hung_up=select.poll(), exit_group=os.killpg):
    hung_up.register(FROM, 0)
    hung_up.poll()
    exit_group(os.getpgrp(), signal.SIGKILL)


_thread.start_new_thread(end_with_controller, ())


def take(count):
    data = b""
    while len(data) < count:
        piece = os.read(FROM, count - len(data))
        if not piece:
            sys.exit("the controller went away before it told what to do")
        data += piece
    return data


def length():
    digits = b""
    while not digits.endswith(b"\n"):
        digits += take(1)
    return int(digits)


class Modules(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Modules that the controller sent, by name."""

    def __init__(self, sources):
        self.sources = sources

    def find_spec(self, fullname, path=None, target=None):
        if self.name(fullname) in self.sources:
            return importlib.util.spec_from_loader(fullname, self, origin=f"teuthology:{fullname}", is_package=self.is_package(fullname))
        return None

    def get_source(self, fullname):
        return self.sources[self.name(fullname)]

    def is_package(self, fullname):
        return fullname + ".__init__" in self.sources

    def name(self, fullname):
        return fullname + ".__init__" if self.is_package(fullname) else fullname


sys.dont_write_bytecode = True
sys.meta_path.insert(0, Modules(json.loads(take(length()))))

try:
    from gevent import monkey
    monkey.patch_all(subprocess=True)
except ImportError:
    import time
    from teuthology_host import workers
    time.sleep = workers.sleep

from teuthology_host.main import serve  # noqa: E402

serve(FROM, TO)
