#!/usr/bin/env python3
"""Tables of docs/safety.md from results.json of samples/poisons.toml, clean-rounds.toml or leak.toml.

    seal artifacts unpack results/gate/poisons.sealpack --store .poisons --results poisons.json
    python3 results/gate/table.py poisons.json
"""
import collections
import json
import statistics
import sys


def solved(phase):
    tried = [one for task in phase["tasks"] for one in task["candidates"]]
    right = [one for one in tried if one.get("trial") and any(o["name"] == "exact" and o["value"] == 1 for o in one["trial"]["observations"])]
    return 100 * len(right) / len(tried)


def versions(run):
    """Per version: the worst verdict of its looks, the rules that refused it, and what retention measured."""
    found = collections.OrderedDict()
    for phase in run["phases"]:
        if "gate" not in phase or phase["round"] == 0:
            continue
        one = found.setdefault(phase["round"], {"outcome": "promoted", "rules": [], "retention": None})
        order = ["promoted", "undecided", "quarantined"]
        outcome = phase["gate"]["outcome"]
        one["outcome"] = max(one["outcome"], outcome, key=order.index)
        one["rules"] += [rule["rule"] for rule in phase["gate"]["rules"] if rule["outcome"] != "promoted"]
        one["retention"] = next((rule["found"] for rule in phase["gate"]["rules"] if rule["rule"] == "retention"), one["retention"])
    return found


def hazards(run):
    return sum(
        1
        for phase in run["phases"]
        if phase["phase"].startswith("train")
        for task in phase["tasks"]
        for one in task["candidates"]
        if (one.get("rejection") or "").startswith("hazard")
    )


runs = json.load(open(sys.argv[1], encoding="utf-8"))["runs"]
arms = collections.OrderedDict()
for run in runs:
    arms.setdefault(run["arm"], []).append(run)

print("arm | versions | promoted, undecided, quarantined | refused by | first refused after | retention at the end | fresh solved before, after | hazards refused")
for arm, all_runs in arms.items():
    counts, rules, first, kept, before, after, refused = collections.Counter(), collections.Counter(), [], [], [], [], 0
    for run in all_runs:
        looks = versions(run)
        counts.update(look["outcome"] for look in looks.values())
        rules.update(rule for look in looks.values() for rule in look["rules"])
        first += [number for number, look in looks.items() if look["outcome"] != "promoted"][:1]
        # What stands at the end is the last version that was promoted; the base model has lost nothing.
        standing = [look["retention"] for look in looks.values() if look["outcome"] == "promoted" and look["retention"] is not None]
        kept.append(100 * (standing[-1] if standing else 0))
        evaluations = [phase for phase in run["phases"] if phase["phase"].startswith("evaluate")]
        if evaluations:
            before.append(solved(evaluations[0]))
            after.append(solved(evaluations[-1]))
        refused += hazards(run)
    print(
        f"{arm} | {sum(counts.values())} | {counts['promoted']}, {counts['undecided']}, {counts['quarantined']} | "
        f"{', '.join(f'{rule} {count}' for rule, count in rules.most_common()) or '-'} | "
        f"{', '.join(map(str, first)) or '-'} | {statistics.mean(kept):+.1f} ({min(kept):+.1f} to {max(kept):+.1f}) | "
        f"{statistics.mean(before):.1f}, {statistics.mean(after):.1f} | {refused}"
    )
