"""What the controller can ask of this process."""
import os
import signal
import sys

from teuthology_host import errors, logs, processes, tasks, workers
from teuthology_host.wire import link


def serve(source, to):
    link.open(
        to,
        calls={"open": tasks.open_job, "enter": tasks.enter, "leave": tasks.leave},
        events={"output": processes.output, "ended": processes.ended, "load": tasks.load},
        tell_error=errors.tell,
        make_error=errors.make)
    logs.start()
    link.serve(workers.lines_of(source))
    sys.stderr.flush()
    os.killpg(os.getpgrp(), signal.SIGKILL)  # with what tasks started here and left behind
