"""Writes what PEFT's own matchers say: run with a checkout of huggingface/peft as the argument."""
import json, re, subprocess, sys
peft = sys.argv[1]
show = lambda path: subprocess.run(["git", "-C", peft, "show", f"HEAD:{path}"], capture_output=True, text=True, check=True).stdout
cut = lambda text, name: re.search(rf"^def {name}\(.*?(?=^def |^class |\Z)", text, re.S | re.M).group(0)
class _ExcludedModule:
    def __bool__(self): return False
from typing import Optional, Sequence
scope = {"re": re, "_ExcludedModule": _ExcludedModule, "Optional": Optional, "Sequence": Sequence}
other, tuners = show("src/peft/utils/other.py"), show("src/peft/tuners/tuners_utils.py")
for text, name in ((other, "match_target_against_key"), (other, "get_pattern_key"), (tuners, "check_target_module_exists")):
    exec("from __future__ import annotations\n" + cut(text, name), scope)
paths = [f"self_attn.{p}_proj" for p in "qkvo"] + [f"mlp.{p}_proj" for p in ("gate", "up", "down")]
modules = [f"model.layers.{l}.{p}" for l in (0, 1, 2, 10, 11) for p in paths]
patterns = [
 "^q_proj","q_proj","^model.layers.0.self_attn.q_proj","^model\\.layers\\.[01]\\.self_attn\\.q_proj","layers.1.mlp.up_proj","layers.1","self_attn","proj","_proj",".*_proj",
 ".*q_proj$","q_proj$","^.*q_proj","(q|v)_proj","q_proj|v_proj","^q_proj|v_proj","layers\\.(0|1)\\..*","layers\\.\\d+\\.self_attn\\.[qv]_proj","layers\\.\\d\\.mlp\\..*",
 "layers\\.\\d{2}\\..*","layers.[0-9].self_attn.[^qk]_proj","model.*","odel.layers.0.mlp.up_proj","(?:q|k)_proj","(?!q)._proj","(?=.*up).*","^(?!.*mlp).*","layers\\.1.*",
 "\\bq_proj","q_proj\\b","\\Bq_proj","\\w+_proj","\\W+","[a-z]+_proj","[a-z_]+","[^.]+","[-q]_proj","[q-]_proj","[\\w]_proj","[\\d.]+.*","\\.q_proj","","()","(|q_proj)",
 "q_proj?","q_pro{1}j","q{0,2}_proj","q{,2}_proj","(q|k|v|o){1,}_proj","(self_attn\\.)?q_proj","(.*)q_proj","(.*){3}q_proj","((a*)*)*q_proj","(q_proj)+","(?:.*\\.)?q_proj",
 "q_proj.","x*q_proj","q+?_proj","q??_proj",".{6}","^model","^","$","model\\.layers\\.1\\b.*","layers\\.1\\..*(?<!up)_proj","(q)_proj\\1","(?i)Q_PROJ","(?P<a>q)_proj","\\Aq_proj","q_proj\\Z",
 "q_proj\\z","[[:alpha:]]_proj","[a-z-[q]]_proj","q{2,1}_proj","(","q)","a)|(b","*q","q**","q*+_proj","[z-a]","[]q]_proj","\\q_proj","\\x71_proj","q{_proj","q_proj}","\\1","[\\d-z]","(?>q)_proj","[q","q\\",
]
table = []
for p in patterns:
    try:
        end = [m for m in modules if re.match(rf"(.*\.)?({p})$", m)]
        re.compile(p)
        whole = [m for m in modules if re.fullmatch(p, m)]
    except re.error as e:
        end = whole = None
    table.append({"pattern": p, "end": None if end is None else "".join("1" if m in end else "0" for m in modules), "all": None if whole is None else "".join("1" if m in whole else "0" for m in modules)})
configs = [
 {"target_modules":["q_proj","v_proj"]}, {"target_modules":["self_attn.q_proj"]}, {"target_modules":["proj"]}, {"target_modules":["model.layers.1.self_attn.q_proj","up_proj"],"layers_to_transform":[0]},
 {"target_modules":["q_proj"],"layers_to_transform":[1,10]}, {"target_modules":["q_proj"],"layers_to_transform":1}, {"target_modules":["q_proj"],"layers_to_transform":[]},
 {"target_modules":["q_proj"],"layers_to_transform":[1],"layers_pattern":"layers"}, {"target_modules":["q_proj"],"layers_to_transform":[1],"layers_pattern":["h","layers"]},
 {"target_modules":["q_proj"],"layers_to_transform":[1],"layers_pattern":"h"}, {"target_modules":["q_proj"],"layers_to_transform":[1],"layers_pattern":[]},
 {"target_modules":["q_proj","k_proj"],"exclude_modules":["k_proj"]}, {"target_modules":["q_proj","k_proj"],"exclude_modules":".*layers\\.1\\..*"}, {"target_modules":["q_proj"],"exclude_modules":"k_proj"},
 {"target_modules":["q_proj"],"exclude_modules":[]}, {"target_modules":["q_proj"],"exclude_modules":""}, {"target_modules":["model.layers.0.self_attn.q_proj"],"exclude_modules":["self_attn.q_proj"]},
 {"target_modules":".*(q|v)_proj"}, {"target_modules":"q_proj"}, {"target_modules":"^model.*q_proj$"}, {"target_modules":".*q"}, {"target_modules":"model\\.layers\\.\\d\\.self_attn\\.q_proj"},
 {"target_modules":["q_proj"],"rank_pattern":{"^q_proj":2}}, {"target_modules":["q_proj"],"alpha_pattern":{"^q_proj":100}}, {"target_modules":["q_proj"],"alpha_pattern":{"q_proj":100}},
 {"target_modules":["q_proj"],"alpha_pattern":{"layers.1.self_attn.q_proj":100,"q_proj":50}}, {"target_modules":["q_proj"],"alpha_pattern":{"q_proj":50,"layers.1.self_attn.q_proj":100}},
 {"target_modules":["q_proj","v_proj"],"rank_pattern":{"q_proj|v_proj":2},"alpha_pattern":{"layers.1":3}}, {"target_modules":["q_proj"],"rank_pattern":{"layers.1.*":2,".*":3}},
 {"target_modules":["q_proj"],"rank_pattern":{"^model.layers.0.self_attn.q_proj":2},"alpha_pattern":{"^model.layers.0.self_attn.q_proj":6}}, {"target_modules":["q_proj"],"alpha_pattern":{"roj":9,"pq_proj":9}},
]
from types import SimpleNamespace
cases = []
for c in configs:
    full = dict(exclude_modules=None, modules_to_save=None, target_parameters=None, layers_to_transform=None, layers_pattern=None, rank_pattern={}, alpha_pattern={}) | c
    ns = SimpleNamespace(**full)
    ns.target_modules = set(ns.target_modules) if isinstance(ns.target_modules, list) else ns.target_modules
    ns.exclude_modules = set(ns.exclude_modules) if isinstance(ns.exclude_modules, list) else ns.exclude_modules
    on = [bool(scope["check_target_module_exists"](ns, m)) for m in modules]
    rank = [ns.rank_pattern.get(scope["get_pattern_key"](ns.rank_pattern.keys(), m), 4) for m in modules]
    alpha = [ns.alpha_pattern.get(scope["get_pattern_key"](ns.alpha_pattern.keys(), m), 8) for m in modules]
    cases.append({"config": c, "asks": "".join("1" if o else "0" for o in on), "rank": rank, "alpha": alpha})
commit = subprocess.run(["git", "-C", peft, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
lines = ",\n".join(json.dumps(t) for t in table); cl = ",\n".join(json.dumps(t) for t in cases)
print('{"source":%s,\n"modules":%s,\n"patterns":[\n%s\n],\n"configs":[\n%s\n]}' % (json.dumps(f"huggingface/peft {commit}, Python {sys.version.split()[0]}"), json.dumps(modules), lines, cl))
