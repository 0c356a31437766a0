"""One of upstream's tools, unmodified.

usage: upstream_tool.py CHECKOUT TOOL ARGUMENTS...   (lock, node_cleanup, schedule, queue, dispatcher, report, kill, wait)
"""
import importlib
import sys

import upstream_beanstalk
import upstream_stand_ins

checkout, tool = sys.argv[1:3]
del sys.argv[1:3]
sys.path.insert(0, checkout)
sys.modules["beanstalkc"] = upstream_beanstalk
upstream_stand_ins.where_missing()

from teuthology.lock import ops  # noqa: E402

# No machine stands behind the names: to find that out takes upstream half a minute for each.
ops.stop_node = lambda name, status: None

sys.exit(importlib.import_module(f"scripts.{tool}").main())
