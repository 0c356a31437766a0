#!/bin/sh
# Runs paddles' own HTTP-level tests against a server from outside:
#   tests/Paddles/run.sh PADDLES_GIT URL [pytest options]
# PADDLES_GIT is a clone (or bare mirror) of paddles; URL one of `teuthology server --testing`. Needs python3-pytest and python3-requests.
set -eu
[ $# -ge 2 ] || { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }
git=$1 url=$2
shift 2
adapter=$(cd "$(dirname "$0")/adapter" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in jobs jobs_race nodes nodes_race queue read_write_dependency root runs; do
    git -C "$git" show "HEAD:paddles/tests/controllers/test_$name.py" | sed "s,http://localhost:8080,${url%/}," >"$work/test_$name.py"
done
cd "$work"
PYTHONPATH=$adapter PADDLES_URL=${url%/} PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 -m pytest -q -p no:cacheprovider "$@" .
