"""The base of tasks that are classes; and, as its modules, the controller's own tasks for those of the checkout that call them."""
import importlib.abc
import importlib.util
import logging
import sys

from teuthology.misc import deep_merge
from teuthology.orchestra.cluster import Cluster
from teuthology_host import values
from teuthology_host.wire import link

log = logging.getLogger(__name__)


class Task:
    """A task with four parts: setup and begin on the way in, end and teardown on the way out."""

    def __init__(self, ctx=None, config=None):
        if not hasattr(self, "name"):
            self.name = type(self).__name__.lower()
        self.ctx = ctx
        self.config = {} if config is None else config
        self.log = log.getChild(self.name)
        if not isinstance(self.config, dict):
            raise AssertionError(f"task {self.name} takes a mapping as its configuration, not {type(self.config).__name__}")
        self.apply_overrides()
        self.cluster = self.filter_hosts()

    def apply_overrides(self):
        overrides = (getattr(self.ctx, "config", None) or {}).get("overrides") or {}
        self.config = deep_merge(self.config, overrides.get(self.name) or {})

    def filter_hosts(self):
        """The job's machines; those that `hosts` of the configuration names, by role or name, where there is such."""
        every = getattr(self.ctx, "cluster", None)
        wanted = self.config.get("hosts")
        if every is None or wanted is None:
            return every
        wanted = [wanted] if isinstance(wanted, str) else wanted
        chosen = [(remote, roles) for remote, roles in every.remotes.items()
                  if any(name in roles or name in (remote.name, remote.hostname, remote.shortname) for name in wanted)]
        if not chosen:
            raise RuntimeError(f"All target hosts were excluded! {self.name} asks for {wanted}")
        return Cluster(chosen)

    def __enter__(self):
        self.setup()
        self.begin()
        return self

    def __exit__(self, kind, error, trace):
        self.end()
        self.teardown()

    def setup(self):
        """Prepares what begin needs."""

    def begin(self):
        """Does the work."""

    def end(self):
        """Ends the work."""

    def teardown(self):
        """Takes away what setup made."""


class ControllerTask:
    """A task of the controller, entered by a task of the checkout."""

    def __init__(self, name, config):
        self._name, self._config, self._key = name, config, None

    def __enter__(self):
        self._key = link.call("enter", name=self._name, config=values.encode(self._config))
        return self

    def __exit__(self, kind, error, trace):
        link.call("leave", key=self._key)
        return False


class ControllerTasks(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives `teuthology.task.NAME`: its `task`, and other members as `NAME.MEMBER`."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname.startswith(__name__ + ".") and fullname.count(".") == 2:
            return importlib.util.spec_from_loader(fullname, self)
        return None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        name = module.__name__.rpartition(".")[2]

        def member(attribute):
            if attribute.startswith("_"):
                raise AttributeError(attribute)
            full = name if attribute == "task" else f"{name}.{attribute}"
            if not link.call("knows", name=full):
                raise AttributeError(f"teuthology.task.{full} is not offered to tasks of a checkout")
            return lambda ctx, config=None: ControllerTask(full, config)

        module.__getattr__ = member


sys.meta_path.insert(1, ControllerTasks())
