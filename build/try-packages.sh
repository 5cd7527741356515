#!/usr/bin/env bash
# Packs, and tries the packages as somebody would who has nothing but them: installs the tool from artifacts/packages into a folder of its own, with a
# home of its own, runs it without libtorch, sets libtorch up, runs a sweep and compares it byte for byte with the console of this clone; then builds
# and runs a plug-in and a host (samples/) against the libraries. What the machine's package cache has is not loaded again.
#   build/try-packages.sh [--no-pack]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
export DOTNET_NOLOGO=true DOTNET_CLI_UI_LANGUAGE=en DOTNET_CLI_TELEMETRY_OPTOUT=true
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)
console=$root/src/Client/bin/Release/net10.0/seal.dll

say() { printf -- '-- %3s s  %s\n' "$SECONDS" "$*"; }
fail() { printf 'try-packages: %s\n' "$*" >&2; exit 1; }
# expect <exit code> <text> <command …>: ends so, and says so on either stream.
expect() {
    local code=$1 text=$2 status=0
    shift 2
    "$@" >"$work/said" 2>&1 || status=$?
    [ "$status" -eq "$code" ] && grep -qF -- "$text" "$work/said" && return
    cat "$work/said" >&2
    fail "expected exit $code and '$text', got exit $status of: $*"
}
# The hash of a sweep's results in a store.
hash_of() { sha256sum "$1"/sweeps/*/results.json | cut -d' ' -f1; }

[ "${1:-}" = --no-pack ] || build/pack.sh
[ -f "$console" ] || dotnet build -c Release src/Client --nologo -v q -tl:off

# Packages of this version in the machine's cache would be taken for the ones just made.
cache=$(dotnet nuget locals global-packages --list | sed 's/^.*global-packages: *//; s|/$||')
for id in core arc models grains grains.abstractions silo orleans.tool; do
    [ ! -e "$cache/seal.$id/$version" ] || fail "$cache/seal.$id/$version is in the way: remove it"
done

# A machine of somebody else: no sources, no settings but the package sources, an empty cache over the one that is there.
mkdir -p "$work/home/.nuget/NuGet" "$work/away"
for config in "$HOME/.nuget/NuGet/NuGet.Config" "$HOME/.config/NuGet/NuGet.Config"; do
    [ ! -f "$config" ] || cp "$config" "$work/home/.nuget/NuGet/NuGet.Config"
done
export HOME=$work/home DOTNET_CLI_HOME=$work/home XDG_DATA_HOME=$work/home/data NUGET_PACKAGES=$work/packages NUGET_FALLBACK_PACKAGES=$cache
unset SEAL_PROGRAM SEAL_LIBTORCH
cd "$work/away"

say "install"
dotnet tool install Seal.Orleans.Tool --version "$version" --tool-path "$work/tool" --source "$root/artifacts/packages" >"$work/said" 2>&1 \
    || { cat "$work/said" >&2; fail "the tool cannot be installed"; }
seal=$work/tool/seal
expect 0 "$version" "$seal" --version
expect 5 "setup' once" "$seal" doctor --store "$work/doctor"
expect 2 "Run 'seal setup' once" "$seal" run sweeps/quickstart.toml --store "$work/none" --no-page

say "a sweep without libtorch"
expect 0 "sha256 " "$seal" run sweeps/tiny-fake.toml --store "$work/fake" --no-page
expected=$(awk -F'\t' '$1 == "tiny-fake" && $2 == "" { print $4 }' "$root/tests/EndToEnd/results.tsv")
[ "$(hash_of "$work/fake")" = "$expected" ] || fail "tiny-fake: $(hash_of "$work/fake"), expected $expected"

say "setup"
expect 0 restored "$seal" setup
expect 0 "there already" "$seal" setup
"$seal" doctor --json --store "$work/doctor" >"$work/tool.json" 2>/dev/null || fail "doctor is not content after setup"
dotnet "$console" doctor --json --store "$work/doctor" >"$work/clone.json" 2>/dev/null || fail "doctor of the clone's console is not content"
classes=$(grep -oh 'seal-1/torch[^:"]*' "$work/tool.json" "$work/clone.json" | sort -u)
[ "$(printf '%s\n' "$classes" | wc -l)" -eq 1 ] || fail "two numeric classes: $classes"

say "a sweep with libtorch, beside the clone's console ($classes)"
small=(--set 'seeds=[1]' --set tasks.train_count=2 --set tasks.evaluate_count=2 --set proposal.candidates=2 --set proposal.evaluation_candidates=1
    --set update.rounds=1 --set inner.max_texts=8 --set inner.max_steps=20 --no-page)
expect 0 "sha256 " "$seal" run sweeps/quickstart.toml --store "$work/ours" "${small[@]}"
expect 0 "sha256 " dotnet "$console" run "$root/sweeps/quickstart.toml" --store "$work/clones" "${small[@]}"
[ "$(hash_of "$work/ours")" = "$(hash_of "$work/clones")" ] || fail "the tool's results differ: $(hash_of "$work/ours"), $(hash_of "$work/clones")"

say "a plug-in and a host against the libraries"
cp -r "$root/samples/Seal.Samples" "$root/samples/Seal.Samples.Host" "$root/samples/digits.toml" .
rm -rf Seal.Samples*/bin Seal.Samples*/obj
dotnet nuget add source "$root/artifacts/packages" --name these >/dev/null
# As in a project of one's own: the sources stay, references to projects become references to packages. What is left out is in docs/packages.md.
cat >Directory.Build.props <<EOF
<Project>
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <Nullable>enable</Nullable>
    <ImplicitUsings>enable</ImplicitUsings>
    <Version>$version</Version>
  </PropertyGroup>
</Project>
EOF
cat >Directory.Build.targets <<'EOF'
<Project>
  <ItemGroup>
    <PrunePackageReference Include="SkiaSharp;SkiaSharp.NativeAssets.macOS;SkiaSharp.NativeAssets.Win32" Version="9999.0.0" />
    <PrunePackageReference Include="Microsoft.CodeAnalysis.Common;Microsoft.CodeAnalysis.Workspaces.Common;Microsoft.CodeAnalysis.Analyzers"
                           Version="9999.0.0" />
    <PrunePackageReference Include="Humanizer.Core;System.Composition" Version="9999.0.0" />
  </ItemGroup>
</Project>
EOF
sed -i "s|<ProjectReference Include=\"../../src/Core/[^\"]*\" Private=\"false\"|<PackageReference Include=\"Seal.Core\" Version=\"$version\"|" \
    Seal.Samples/Seal.Samples.csproj
sed -i "s|<ProjectReference Include=\"../../src/Silo/[^\"]*\"|<PackageReference Include=\"Seal.Silo\" Version=\"$version\"|" \
    Seal.Samples.Host/Seal.Samples.Host.csproj
! grep -q '/src/' Seal.Samples*/*.csproj || fail "the samples still name projects of this clone"
expect 0 "0 Error(s)" dotnet build -c Release Seal.Samples.Host --nologo -v m -tl:off -nodeReuse:false
[ -d "$NUGET_PACKAGES/seal.silo/$version" ] || fail "the host was not built from the packages"
expect 0 "Completed: " dotnet Seal.Samples.Host/bin/Release/net10.0/Seal.Samples.Host.dll digits.toml "$work/hosted"
expect 0 "sha256 " "$seal" run digits.toml --plugin Seal.Samples/bin/Release/net10.0/Seal.Samples.dll --store "$work/plugged" --no-page \
    --set engine.kind=fake --set 'seeds=[1]' --set tasks.train_count=3 --set tasks.evaluate_count=2

say "the packages work"
