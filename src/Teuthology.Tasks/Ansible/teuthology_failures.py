# Writes what failed on each host to $ANSIBLE_FAILURE_LOG, one JSON mapping (which is YAML, too) at the end.
import json, os
from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "teuthology_failures"

    def __init__(self):
        super().__init__()
        self.failures = {}

    def note(self, result):
        self.failures[result._host.get_name()] = json.loads(self._dump_results(result._result))

    def v2_runner_on_failed(self, result, ignore_errors=False):
        if not ignore_errors:
            self.note(result)

    def v2_runner_on_unreachable(self, result):
        self.note(result)

    def v2_playbook_on_stats(self, stats):
        if self.failures:
            with open(os.environ["ANSIBLE_FAILURE_LOG"], "w") as log:
                json.dump(self.failures, log)
