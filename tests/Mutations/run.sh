#!/usr/bin/env bash
# Breaks the product on purpose, one patch at a time, and asks the tests of the room where the behaviour lives to notice.
#   tests/Mutations/run.sh [--quick] [id …]
# Every *.patch beside this script begins with "# id:", "# breaks:", "# tests:" (a test project) and "# killed-by:" (Class.Method).
# --quick runs only the named tests. Nothing is changed in this checkout: patches are applied in a copy under artifacts/mutations, which is kept so that
# the next build is short. Exit code 0 if every patch is killed by the test that it names, else 1. Needs git, bash and the .NET SDK.
set -uo pipefail
export DOTNET_CLI_UI_LANGUAGE=en MSBUILDDISABLENODEREUSE=1 GIT_CONFIG_NOSYSTEM=1

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
copy=$root/artifacts/mutations/tree
log=$root/artifacts/mutations/log
# The copy has other sources than the test that reads these patches expects.
others='FullyQualifiedName!~MutationPatchesTests'
quick=false
ids=()
for argument in "$@"; do
    case $argument in
        --quick) quick=true ;;
        -*) echo "usage: tests/Mutations/run.sh [--quick] [id …]" >&2; exit 2 ;;
        *) ids+=("$argument") ;;
    esac
done

field() { sed -n "s/^# $2: *//p" "$1" | head -n 1; }

patches=()
for patch in "$here"/*.patch; do
    if [ ${#ids[@]} -eq 0 ] || [[ " ${ids[*]} " == *" $(field "$patch" id) "* ]]; then
        patches+=("$patch")
    fi
done
if [ ${#patches[@]} -eq 0 ] || { [ ${#ids[@]} -gt 0 ] && [ ${#patches[@]} -ne ${#ids[@]} ]; }; then
    echo "no such mutation among: $(for patch in "$here"/*.patch; do field "$patch" id; done | tr '\n' ' ')" >&2
    exit 2
fi

# The copy is a checkout of this tree as it is, uncommitted files included. Git writes only the files that differ, so builds stay incremental.
refresh() {
    mkdir -p "$log"
    local index=$log/index tree commit
    if [ ! -d "$copy/.git" ]; then
        git clone --quiet --shared --no-checkout "$(git -C "$root" rev-parse --path-format=absolute --git-common-dir)" "$copy"
    fi
    rm -f "$index"
    GIT_INDEX_FILE=$index git -C "$root" read-tree HEAD
    GIT_INDEX_FILE=$index git -C "$root" add --all
    tree=$(GIT_INDEX_FILE=$index git -C "$root" write-tree)
    commit=$(git -C "$root" -c user.name=mutations -c user.email=mutations@localhost commit-tree "$tree" -m "This tree as it is")
    git -C "$copy" checkout --quiet --force --detach "$commit" && git -C "$copy" clean --quiet -fd
}

# Warnings are no errors here: a mutation may leave something unused.
build() { (cd "$copy" && dotnet build -c Release -m:1 -tl:off -v q -p:TreatWarningsAsErrors=false -p:EnforceCodeStyleInBuild=false "$1") >"$2" 2>&1; }

test_room() {
    (cd "$copy" && dotnet test -c Release --no-build "$1" --filter "$2" --blame-hang-timeout 10m --blame-hang-dump-type none --results-directory "$log/results") >"$3" 2>&1
}

failed_tests() { sed -n 's/^ *Failed \([A-Za-z0-9_.+]*\).*/\1/p' "$1" | sed 's/.*\.\([^.]*\.[^.]*\)$/\1/' | sort -u; }

refresh || { echo "could not copy this tree to $copy" >&2; exit 1; }
filter_of() { if $quick; then echo "$others&FullyQualifiedName~.$(field "$1" killed-by)"; else echo "$others"; fi; }

# Without a mutation everything passes, or nothing that follows means anything.
rooms=$(for patch in "${patches[@]}"; do field "$patch" tests; done | sort -u)
for room in $rooms; do
    filter=$others
    if $quick; then
        names=$(for patch in "${patches[@]}"; do [ "$(field "$patch" tests)" = "$room" ] && echo "FullyQualifiedName~.$(field "$patch" killed-by)"; done | sort -u | paste -sd '|' -)
        filter="$others&($names)"
    fi
    name=${room//\//-}
    build "$room" "$log/$name.build" || { echo "$room does not build without any mutation; see $log/$name.build" >&2; exit 1; }
    test_room "$room" "$filter" "$log/$name.test" || { echo "$room fails without any mutation; see $log/$name.test" >&2; exit 1; }
done

wrong=0
printf '%-5s %-18s %s\n' id result 'tests that failed'
for patch in "${patches[@]}"; do
    id=$(field "$patch" id); room=$(field "$patch" tests); killer=$(field "$patch" killed-by); failed=''
    if ! git -C "$copy" apply --check "$patch" 2>"$log/$id.apply"; then
        result='DOES NOT APPLY'
    else
        git -C "$copy" apply "$patch"
        if ! build "$room" "$log/$id.build"; then
            result='DOES NOT BUILD'
        elif test_room "$room" "$(filter_of "$patch")" "$log/$id.test"; then
            result='SURVIVED'
        else
            failed=$(failed_tests "$log/$id.test")
            if grep -qxF "$killer" <<<"$failed"; then result=killed; else result='NOT BY ITS TEST'; fi
            # The named test first.
            failed=$(printf '%s\n' "$failed" | grep -vxF "$killer" | tr '\n' ' ')
            [ "$result" = killed ] && failed="$killer $failed"
        fi
        # A reversed patch gives the files a new time, so the next build takes them up again.
        git -C "$copy" apply -R "$patch"
    fi
    [ "$result" = killed ] || wrong=$((wrong + 1))
    printf '%-5s %-18s %s\n' "$id" "$result" "$failed"
done
echo "$((${#patches[@]} - wrong)) of ${#patches[@]} killed by the test that they name; logs are in artifacts/mutations/log"
[ $wrong -eq 0 ]
