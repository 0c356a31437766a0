"""Contexts within contexts, and waiting for things."""
import contextlib
import logging
import time

from teuthology.exceptions import MaxWhileTries

log = logging.getLogger(__name__)


@contextlib.contextmanager
def nested(*managers):
    """Enters what each of the functions gives, in order; leaves it in reverse, all of it also when one fails."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(manager()) for manager in managers]


class safe_while:
    """`with safe_while(sleep=1, tries=5) as proceed: while proceed(): ...` sleeps between tries, and gives up after the last."""

    def __init__(self, sleep=6, increment=0, tries=10, timeout=0, action=None, _raise=True, _sleeper=None):
        self.pause, self.increment, self.action, self._raise = sleep, increment, action, _raise
        self.tries = self._tries_within(timeout) if timeout else tries
        self._sleep = _sleeper or time.sleep
        self._tried, self._slept = 0, 0

    def _tries_within(self, timeout):
        tries, spent, pause = 0, 0, self.pause
        while spent < timeout:
            spent, pause, tries = spent + pause, pause + self.increment, tries + 1
        return tries

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        return False

    def __call__(self):
        self._tried += 1
        if self._tried == 1:
            return True
        if self._tried > self.tries:
            return self._give_up()
        self._sleep(self.pause)
        self._slept += self.pause
        self.pause += self.increment
        return True

    def _give_up(self):
        what = f"'{self.action}' " if self.action else ""
        reason = f"{what}reached maximum tries ({self._tried}) after waiting for {self._slept} seconds"
        if self._raise:
            raise MaxWhileTries(reason)
        log.warning(reason)
        return False
