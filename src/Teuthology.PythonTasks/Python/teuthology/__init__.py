"""What tasks of a checkout import as `teuthology`: its interface, served by the controller at the other end of a pipe."""
import importlib.abc
import importlib.machinery
import sys


class Refusal(importlib.abc.MetaPathFinder):
    """Tells clearly that a part of upstream's framework has no counterpart here."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname.startswith("teuthology.") and not fullname.startswith("teuthology.task."):
            raise ImportError(f"{fullname} of upstream's framework is not offered to tasks of a checkout (docs/python-tasks.md lists what is)")
        return None


sys.meta_path.append(Refusal())
