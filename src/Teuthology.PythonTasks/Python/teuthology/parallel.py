"""Functions side by side."""
import queue

from teuthology_host import workers


class parallel:
    """`with parallel() as p: p.spawn(function, ...)` waits for all of them at its end, and raises the first error; then it stops the others."""

    def __init__(self):
        self._results = queue.Queue()
        self._workers = []
        self._open = 0

    def spawn(self, function, *args, **kwargs):
        self._open += 1
        self._workers.append(workers.spawn(self._run, function, args, kwargs))

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is not None:
            self._stop()
            return False
        for _ in self:
            pass
        return False

    def __iter__(self):
        while self._open:
            yield next(self)

    def __next__(self):
        if not self._open:
            raise StopIteration
        result, error = workers.take(self._results)
        self._open -= 1
        if error is not None:
            self._stop()
            raise error
        return result

    def _run(self, function, args, kwargs):
        try:
            self._results.put((function(*args, **kwargs), None))
        except BaseException as error:
            self._results.put((None, error))

    def _stop(self):
        """Interrupts those that still run, and waits until each has ended: they use what the caller takes away next."""
        for worker in self._workers:
            workers.interrupt(worker, "another one of them failed")
        for worker in self._workers:
            workers.join(worker)
        self._open = 0
