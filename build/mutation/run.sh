#!/usr/bin/env bash
# Mutation testing of named folders: build/mutation/run.sh [group …], without a group all of them. A group is a file beside this script; its name begins with
# the room, e.g. core-tables. Exit code 0 if every group's score is at least its "break" threshold. Reports come to artifacts/mutation/<group>.
set -uo pipefail
export MSBUILDDISABLENODEREUSE=1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
groups=("$@")
[ ${#groups[@]} -gt 0 ] || groups=($(cd "$here" && ls ./*.json | sed 's|^\./||; s|\.json$||'))

cd "$root" && dotnet tool restore || exit 1
wrong=0
for group in "${groups[@]}"; do
    [ -f "$here/$group.json" ] || { echo "no such group: $group; there are $(cd "$here" && ls ./*.json | tr '\n' ' ')" >&2; exit 2; }
    room=${group%%-*}
    (cd "$root/tests/${room^}" && dotnet stryker --config-file "$here/$group.json" --output "$root/artifacts/mutation/$group") || wrong=1
done
exit $wrong
