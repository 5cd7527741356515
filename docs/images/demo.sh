#!/bin/sh
# Draws docs/images/demo.png: the demo's curve and one of its new tasks, cut out of the report that `seal demo` writes.
#   docs/images/demo.sh .seal-demo/sweeps/demo/report.html
set -eu
folder=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
page=$(mktemp -d)/demo.html
trap 'rm -rf "$(dirname "$page")"' EXIT
{
    awk -v css="$folder/demo.css" '{
        i = index($0, "</head>")
        if (i && !done) {
            printf "%s<style>", substr($0, 1, i - 1)
            while ((getline line < css) > 0) print line
            printf "</style>%s\n", substr($0, i)
            done = 1
        } else print
    }' "$1"
    echo '<script>for (const one of document.querySelectorAll("details.task"))
        if (one.querySelector("b").textContent === "gen-place-moves-bf765e35") { one.open = true; one.classList.add("shown"); }</script>'
} >"$page"
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1.5 --window-size=1120,424 \
    --screenshot="$folder/demo.png" "file://$page"
