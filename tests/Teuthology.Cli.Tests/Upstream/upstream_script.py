"""Runs a script of a copy of upstream's checkout with it.

usage: upstream_script.py CHECKOUT SCRIPT ARGUMENTS...
"""
import os
import runpy
import sys

import upstream_stand_ins

checkout, script = sys.argv[1:3]
sys.argv[1:3] = [checkout]
upstream_stand_ins.where_missing()
runpy.run_path(os.path.join(checkout, script), run_name="__main__")
