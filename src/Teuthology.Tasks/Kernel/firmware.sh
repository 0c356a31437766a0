set -e
dir=/lib/firmware/updates
# an interrupted clone may have left an empty HEAD
if [ -d $dir/.git ] && [ ! -s $dir/.git/HEAD ]; then rm -rf $dir/.git; fi
install -d -m0755 $dir
cd $dir
git init -q
git config --get remote.origin.url >/dev/null || git remote add origin "$url"
git remote set-url origin "$url"
git fetch -q origin
git reset -q --hard origin/main
