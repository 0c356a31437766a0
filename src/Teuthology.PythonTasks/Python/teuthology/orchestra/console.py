"""The power switch of a machine."""
from teuthology_host.wire import link


class Console:
    def __init__(self, remote):
        self._remote = remote

    def _call(self, action, **what):
        return link.call("console", host=self._remote.name, action=action, **what)

    @property
    def has_ipmi_credentials(self):
        return self._call("known")

    def power_on(self):
        self._call("on")

    def power_off(self):
        self._call("off")

    def power_cycle(self, timeout=None):
        self._call("cycle")

    def hard_reset(self, wait_for_login=True):
        self._call("reset")

    def power_off_for_interval(self, interval=30):
        self._call("off_for", seconds=interval)

    def check_power(self, state, timeout=None):
        return self._call("is_on") == (state == "on")

    def check_status(self, timeout=None):
        return self._call("up", seconds=timeout)
