"""Upstream's `teuthology`.

usage: upstream_job.py CHECKOUT ARGUMENTS...
"""
import itertools
import os
import sys
import types

import upstream_stand_ins

checkout = sys.argv.pop(1)
sys.path.insert(0, checkout)
upstream_stand_ins.where_missing()

# Ceph's own tasks: with none to be found upstream clones Ceph's repository first.
qa = os.environ.get("TEUTHOLOGY_BENCH_QA")
if qa:
    sys.dont_write_bytecode = True
    sys.path.insert(0, qa)
else:
    sys.modules["tasks"] = types.ModuleType("tasks")
    sys.modules["tasks"].__file__ = __file__

from teuthology import misc  # noqa: E402
from teuthology.lock import query  # noqa: E402
from teuthology.run import cli  # noqa: E402

# The lock server, which upstream asks of every machine what it is, knows none of them and costs nothing.
query.get_status = lambda name: {}

# OSDs without a disk of their own: their directories are not formatted and mounted.
if qa:
    misc.get_scratch_devices = lambda remote: itertools.repeat(None)

cli.main()
