#!/bin/sh
# Speed against llama.cpp on the same random weights, two threads each, in one run (about 15 minutes on two quiet cores; 13 GB of disk and of memory for page cache).
#   bench/llama-cpp/compare.sh [folder of a checkpoint] [further options of compare.mjs]
# Needs the .NET SDK and Node.js 20. Without a folder it makes a random model of Llama-3.2-1B's shape in the work folder.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=${SEAL_LLAMA_CPP_WORK:-${TMPDIR:-/tmp}/seal-llama-cpp}
mkdir -p "$work"
dotnet build "$root/bench" -c Release -v quiet --nologo
if [ $# -gt 0 ] && [ -d "$1" ]; then
    model=$1
    shift
else
    model=$work/llama-3.2-1b
    if [ ! -f "$model/model.safetensors" ]; then
        dotnet build "$root/src/Client" -c Release -v quiet --nologo
        "$root/src/Client/bin/Release/net10.0/seal" model random "$model" --shape llama-3.2-1b --dtype bf16 --seed 1
    fi
fi
# The package brings llama.cpp built; its scripts would look for a compiler.
cp "$here/package.json" "$here/compare.mjs" "$work/"
[ -d "$work/node_modules/node-llama-cpp" ] || npm install --prefix "$work" --ignore-scripts --no-audit --no-fund
exec node "$work/compare.mjs" --bench "$root/bench/bin/Release/net10.0/Seal.Bench" --model "$model" --work "$work" "$@"
