"""Errors that tasks raise and catch."""


class ConfigError(RuntimeError):
    """The job's configuration makes no sense."""


class ControllerError(Exception):
    """The controller could not do what was asked of it."""


class CommandFailedError(Exception):
    """A command ended with a status other than 0."""

    def __init__(self, command, exitstatus, node=None, label=None):
        super().__init__(command, exitstatus, node, label)
        self.command, self.exitstatus, self.node, self.label = command, exitstatus, node, label

    def __str__(self):
        label = f" ({self.label})" if self.label else ""
        on = f" on {self.node}" if self.node else ""
        return f"Command failed{label}{on} with status {self.exitstatus}: {self.command!r}"

    def fingerprint(self):
        return [self.label or self.command, f"exit status {self.exitstatus}", "{{ type }}"]


class CommandCrashedError(Exception):
    """A signal ended a command."""

    def __init__(self, command):
        super().__init__(command)
        self.command = command

    def __str__(self):
        return f"Command crashed: {self.command!r}"


class CommandTimeoutError(TimeoutError):
    """A command said nothing for too long and was killed."""


class ConnectionLostError(Exception):
    """The connection to a machine went away."""

    def __init__(self, command, node=None):
        super().__init__(command, node)
        self.command, self.node = command, node

    def __str__(self):
        to = f" to {self.node}" if self.node else ""
        return f"SSH connection{to} was lost: {self.command!r}"


class MaxWhileTries(Exception):
    """What was waited for did not come."""


class ParseError(Exception):
    """A text could not be read."""


class VersionNotFoundError(Exception):
    """No package of that version is known."""


class UnsupportedPackageTypeError(Exception):
    """The machine's packages are neither deb nor rpm."""
