"""Things that run side by side: greenlets where there is gevent, else threads."""
import ctypes
import queue
import threading
import time

try:
    import gevent
except ImportError:
    gevent = None


# A thread is interrupted between two steps of Python, so none may wait longer than this in one step.
STEP = 0.1
_sleep = time.sleep


class Interrupted(BaseException):
    """The controller has cancelled what runs; no `except Exception` swallows it."""


def spawn(function, *args):
    """Runs a function beside the caller; gives something for `interrupt`."""
    if gevent is not None:
        return gevent.spawn(function, *args)
    thread = threading.Thread(target=function, args=args, daemon=True)
    thread.start()
    return thread


def interrupt(worker, reason):
    """Raises Interrupted where the worker is. A thread sees it when it next runs Python; a greenlet at once."""
    if gevent is not None:
        worker.kill(Interrupted(reason), block=False)
    elif worker.is_alive():
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(worker.ident), ctypes.py_object(Interrupted))


def wait(event, timeout=None):
    """Waits for an event, so that `interrupt` gets through; false when the time is over."""
    end = None if timeout is None else time.monotonic() + timeout
    while not event.wait(_step(end)):
        if end is not None and time.monotonic() >= end:
            return False
    return True


def take(pieces):
    """Waits for the next piece of a queue, so that `interrupt` gets through."""
    while True:
        try:
            return pieces.get(timeout=_step(None))
        except queue.Empty:
            pass


def join(worker):
    """Waits for the end of a worker, so that `interrupt` gets through."""
    if gevent is not None:
        worker.join()
    else:
        while worker.is_alive():
            worker.join(STEP)


def sleep(seconds):
    """`time.sleep` for threads: they can be interrupted."""
    end = time.monotonic() + seconds
    _sleep(min(seconds, STEP))
    while (left := end - time.monotonic()) > 0:
        _sleep(min(left, STEP))


def _step(end):
    left = None if end is None else max(0, end - time.monotonic())
    if gevent is not None:
        return left
    return STEP if left is None else min(left, STEP)


def lines_of(fd):
    """A file of the descriptor whose reading lets others run."""
    if gevent is not None:
        from gevent.fileobject import FileObject
        return FileObject(fd, "rb")
    return open(fd, "rb")
