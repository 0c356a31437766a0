set -e
# A kernel that is installed but was never booted has no entry in the boot loader: installing it again makes one.
said=$(yum install -y kernel)
echo "$said"
case $said in
*'Nothing to do'*) rpm -q kernel | grep -v ceph | sort -rV | sed -n 1p | grep -qF "$(uname -r)" || yum reinstall -y kernel || : ;;
esac
