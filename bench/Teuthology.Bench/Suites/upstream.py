"""Expands a suite with upstream's own code and prints: jobs, CPU seconds, peak memory in KB, Lua or not.

usage: upstream.py CHECKOUT SUITES SUITE SUBSET|- list|merged|first
"""
import logging
import os
import resource
import sys
import types

import upstream_stand_ins


class NoLua:
    """Runs no script: for trees without scripts the jobs are the same, made in less time than upstream really takes."""

    def execute(self, text):
        pass

    def eval(self, text):
        return lambda *_: ({}, lambda: True)


checkout, suites, suite, subset, work = sys.argv[1:6]
sys.path.insert(0, checkout)
try:
    import lupa.lua54  # noqa: F401
    lua = "lua"
except ImportError:
    lua = "no-lua"
    package = types.ModuleType("lupa")
    package.lua54 = types.ModuleType("lupa.lua54")
    package.lua54.LuaRuntime = NoLua
    sys.modules.update({"lupa": package, "lupa.lua54": package.lua54})
upstream_stand_ins.all_but("yaml", "_yaml", "lupa", "teuthology")
logging.disable(logging.WARNING)

from teuthology.suite.build_matrix import build_matrix  # noqa: E402
from teuthology.suite.merge import config_merge  # noqa: E402

piece = None if subset == "-" else tuple(int(n) for n in subset.split("/"))
jobs = build_matrix(os.path.join(suites, suite), subset=piece, no_nested_subset=False, seed=0)
count = len(jobs)
if work == "merged":
    count = sum(1 for _ in config_merge(jobs, suite_name=suite, seed=0))
elif work == "first":
    next(config_merge(jobs, suite_name=suite, seed=0))
usage = resource.getrusage(resource.RUSAGE_SELF)
print(count, round(usage.ru_utime + usage.ru_stime, 3), usage.ru_maxrss, lua)
