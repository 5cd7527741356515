#!/usr/bin/env bash
# Packs the libraries and the console's tool into artifacts/packages, writes their bill of materials beside them (SPDX 2.2, _manifest) and checks
# both: build/check-packages.cs. The version is that of Directory.Build.props.
#   build/pack.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_NOLOGO=true DOTNET_CLI_UI_LANGUAGE=en
packages=artifacts/packages

# Packing builds the libraries that the programs of this clone are loaded from; one that runs would end with a bus error.
running=$(command -v pgrep >/dev/null && pgrep -d ' ' -f "$PWD/src/(Client|SiloHost)/bin/Release/" || true)
if [ -n "$running" ]; then
    echo "build/pack.sh: seal or a silo runs from this clone (process $running). Wait for its end, or pack in another clone." >&2
    exit 1
fi

rm -rf "$packages"
dotnet msbuild build/pack.proj -restore -t:Pack -m -v:q -nologo -tl:off
version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)

dotnet tool restore >/dev/null
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# What the packages are made from is read off the restored projects of src. The namespace is a name; nothing is fetched from it.
dotnet sbom-tool generate -b "$packages" -bc src -pn Seal.Orleans -pv "$version" -ps Seal.Orleans -nsb https://seal-orleans.invalid \
    -V Warning >"$log" 2>&1 || { cat "$log" >&2; exit 1; }

dotnet run -v q build/check-packages.cs -- "$packages" "$version"
