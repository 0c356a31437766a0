"""Lets upstream's code be imported without the packages that the work at hand does not use."""
import importlib.abc
import importlib.machinery
import importlib.metadata
import sys
from unittest import mock

# Needed by what a job or a command over SSH imports, of no use to either.
UNUSED = {
    "beanstalkc", "configobj", "dateutil", "docopt", "httplib2", "jinja2", "libcloud", "lupa", "lxml", "oauthlib", "packaging",
    "pexpect", "prettytable", "prometheus_client", "psutil", "requests_oauthlib", "sentry_sdk",
}


class StandIn(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds packages that can be asked anything and do nothing."""

    def __init__(self, concerns):
        self.concerns = concerns

    def find_spec(self, name, path, target=None):
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if self.concerns(name.partition(".")[0]) else None

    def create_module(self, spec):
        module = mock.MagicMock(name=spec.name)
        module.__path__ = []
        module.__spec__ = spec
        return module

    def exec_module(self, module):
        pass


def all_but(*real):
    """The standard library and the packages named are real."""
    install(0, lambda name: name not in sys.stdlib_module_names and name not in real)


def where_missing():
    """Everything is real that is installed."""
    install(len(sys.meta_path), lambda name: name in UNUSED)


def install(place, concerns):
    sys.meta_path.insert(place, StandIn(concerns))
    importlib.metadata.version = lambda name: "0"
