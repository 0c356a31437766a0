set -e
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
# The release is in the name of the package that the meta-package needs; alternatives and further needs follow it.
newest() {
    apt-get -q clean
    apt-get -q -o DPkg::Lock::Timeout=300 update
    apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 install "$1"
    dpkg -s "$1" | sed -n 's/^Depends:.*linux-image-\([0-9][^ ,|(]*\).*/KERNEL \1/p'
}
