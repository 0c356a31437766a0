"""Packages of machines."""
from teuthology_host.wire import link


def install_package(package, remote):
    return link.call("package", host=remote.name, action="install", package=package)


def remove_package(package, remote):
    return link.call("package", host=remote.name, action="remove", package=package)


def get_package_version(remote, package):
    return link.call("package", host=remote.name, action="version", package=package)


def get_package_name(pkg, rem):
    return link.call("package", host=rem.name, action="name", package=pkg)


def get_service_name(service, rem):
    return link.call("package", host=rem.name, action="service", package=service)
