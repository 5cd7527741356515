"""
Training and decoding of Seal beside PyTorch with transformers and PEFT on one card, in one run: same random weights of Llama-3.2-1B's shape, same adapter, same batches.
  python3 bench/card/peft.py --seal <published folder of seal> --work /tmp/w [--steps 40] [--seal-only --shape tiny --device cpu]
Prints a table; <work>/result.json holds it and every loss of each. docs/gpu.md says how to publish for a machine without .NET.
"""
import argparse, hashlib, json, os, random, subprocess, sys, time

p = argparse.ArgumentParser()
p.add_argument("--seal", required=True); p.add_argument("--work", required=True); p.add_argument("--device", default="cuda")
p.add_argument("--shape", default="1b"); p.add_argument("--steps", type=int, default=60); p.add_argument("--length", type=int, default=1024)
p.add_argument("--seal-only", action="store_true"); p.add_argument("--budget", type=float, default=420)
a = p.parse_args()
os.makedirs(a.work, exist_ok=True)
began, rows = time.time(), []
W = lambda name: os.path.join(a.work, name)
CONFIG = dict(architectures=["LlamaForCausalLM"], model_type="llama", hidden_act="silu", torch_dtype="bfloat16", rms_norm_eps=1e-5, rope_theta=500000.0,
              tie_word_embeddings=True, max_position_embeddings=131072,
              rope_scaling=dict(rope_type="llama3", factor=32.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=8192))
CONFIG.update(dict(hidden_size=2048, intermediate_size=8192, num_hidden_layers=16, num_attention_heads=32, num_key_value_heads=8, head_dim=64, vocab_size=128256)
              if a.shape == "1b" else
              dict(hidden_size=64, intermediate_size=128, num_hidden_layers=4, num_attention_heads=4, num_key_value_heads=2, head_dim=16, vocab_size=512))
TARGETS = ["q_proj", "v_proj", "gate_proj", "up_proj", "down_proj"]
V, RANK = CONFIG["vocab_size"], 128 if a.shape == "1b" else 8
model, dtype = W("model"), "bf16"

def say(name, value, note=""):
    rows.append((name, value, note)); print(f"{name:58} {value:>12} {note}", flush=True)
def left(): return a.budget - (time.time() - began)
def seal(*args, check=True, env=None):
    t = time.time()
    r = subprocess.run([os.path.join(a.seal, "seal"), *map(str, args)], capture_output=True, text=True, env={**os.environ, **(env or {})})
    if check and r.returncode != 0:
        print(r.stdout[-1500:], r.stderr[-3000:], file=sys.stderr); raise SystemExit(f"seal {args[:2]} ended with {r.returncode}")
    return r.stdout, time.time() - t
def digest(folder): return hashlib.sha256(open(os.path.join(folder, "adapter_model.safetensors"), "rb").read()).hexdigest()[:16]

# weights: drawn on the card where there is torch (seconds; seal's own takes over a minute of one core)
if not os.path.exists(os.path.join(model, "model.safetensors")):
    if a.seal_only:
        seal("model", "random", model, "--shape", "tiny" if a.shape != "1b" else "llama-3.2-1b")
        CONFIG = json.load(open(os.path.join(model, "config.json"))); V = CONFIG["vocab_size"]
    else:
        import torch
        from transformers import LlamaConfig, LlamaForCausalLM
        torch.manual_seed(1); torch.set_default_dtype(torch.bfloat16)
        with torch.device(a.device): m = LlamaForCausalLM(LlamaConfig(**{k: v for k, v in CONFIG.items() if k != "architectures"}))
        torch.set_default_dtype(torch.float32)
        m.save_pretrained(model, safe_serialization=True); json.dump(CONFIG, open(os.path.join(model, "config.json"), "w")); del m
rng = random.Random(7)
texts = [[rng.randrange(V) for _ in range(a.length)] for _ in range(8)]
def batches(n):
    ids = [[texts[(2 * s) % 8], texts[(2 * s + 1) % 8]] for s in range(n)]
    labels = [[[-100] * (a.length * 3 // 4) + row[a.length * 3 // 4:] for row in pair] for pair in ids]
    return dict(lr=1e-4, clip=1.0, input_ids=ids, labels=labels)
few, MORE = 4, 64
for n in (few, few + a.steps): json.dump(batches(n), open(W(f"b{n}.json"), "w"))

# seal: training
def train(n, out, *more, env=None):
    text, wall = seal("model", "train", model, "--adapter", W("start"), "--output", out, "--input", W(f"b{n}.json"), "--dtype", dtype, "--device", a.device,
                      "--rank", RANK, "--alpha", RANK, "--seed", 1, "--json", *more, env=env)
    return json.loads(text), wall
if not os.path.exists(W("start")):            # makes the adapter both sides begin with: A drawn by seed, B 0
    json.dump(dict(lr=0.0, input_ids=[[texts[0][:8]]]), open(W("b0.json"), "w"))
    seal("model", "train", model, "--adapter", W("start"), "--input", W("b0.json"), "--dtype", dtype, "--device", a.device, "--rank", RANK, "--alpha", RANK, "--seed", 1, "--json")
train(few, W("warm"))
_, short = train(few, W("a0"))
kept = {}
first, long = train(few + a.steps, W("a1"))
kept["seal"] = first["losses"]
again, _ = train(few + a.steps, W("a2"))
ms = (long - short) / a.steps * 1000
say("seal: training step, 2 x %d, r %d" % (a.length, RANK), f"{ms:.1f} ms", f"{2 * a.length / ms * 1000:.0f} tokens/s; {few} steps with loading {short:.1f} s")
mid = lambda r: sorted(r["seconds"][few:])[len(r["seconds"][few:]) // 2] * 1000
say("seal: the same, median of its own clock", f"{mid(first):.1f} ms", f"again {mid(again):.1f} ms")
say("seal: twice the same training, adapter bytes", "equal" if digest(W("a1")) == digest(W("a2")) else "DIFFER", f"{digest(W('a1'))} {digest(W('a2'))}")
say("seal: losses of the two", "equal" if first["losses"] == again["losses"] else "DIFFER", f"{first['losses'][:3]}")
prompts = [[rng.randrange(V) for _ in range(128)] for _ in range(15)]

if not a.seal_only:
    import torch
    from transformers import AutoModelForCausalLM
    from peft import PeftModel
    def peft(title, half, tf32, attention="sdpa"):
        if left() < 40: return say(title, "no time")
        torch.backends.cuda.matmul.allow_tf32 = tf32
        base = AutoModelForCausalLM.from_pretrained(model, dtype=torch.bfloat16, attn_implementation=attention).to(a.device)
        m = PeftModel.from_pretrained(base, W("start"), is_trainable=True, autocast_adapter_dtype=not half)
        if half: m = m.to(torch.bfloat16)
        m.train(); o = torch.optim.AdamW([q for q in m.parameters() if q.requires_grad], lr=1e-4, weight_decay=0.0, fused=True)
        b = batches(few + a.steps); losses = []
        for s in range(few + a.steps):
            if s == few: torch.cuda.synchronize(); t = time.time()
            x = torch.tensor(b["input_ids"][s], device=a.device); y = torch.tensor(b["labels"][s], device=a.device)
            loss = m(input_ids=x, labels=y).loss; loss.backward()
            torch.nn.utils.clip_grad_norm_([q for q in m.parameters() if q.requires_grad], 1.0); o.step(); o.zero_grad(); losses.append(loss.detach())
        torch.cuda.synchronize(); ms = (time.time() - t) / a.steps * 1000
        losses = [l.item() for l in losses]
        kept[title] = losses
        print("   first losses", [round(l, 4) for l in losses[:6]], "seal", [round(l, 4) for l in first["losses"][:6]], flush=True)
        print("   differences", [round(u - v, 4) for u, v in zip(losses, first["losses"])][::6], flush=True)
        say(title, f"{ms:.1f} ms", f"{2 * a.length / ms * 1000:.0f} tokens/s; largest loss difference from seal {max(abs(u - v) for u, v in zip(losses, first['losses'])):.4f}; peak {torch.cuda.max_memory_allocated() / 2**30:.1f} GiB")
        torch.cuda.reset_peak_memory_stats()
        return m
    peft("PEFT: training step, adapters fp32 (its default)", False, False)
    m = peft("PEFT: the same, adapters bf16", True, False)
    if m is not None and left() > 40:
        m.eval(); x = torch.tensor(prompts, device=a.device)
        with torch.no_grad():
            for n in (8, 8, 8 + MORE):
                torch.cuda.synchronize(); t = time.time()
                out = m.generate(input_ids=x, attention_mask=torch.ones_like(x), max_new_tokens=n, min_new_tokens=n, do_sample=False); torch.cuda.synchronize()
                spent = (spent + [time.time() - t]) if n != 8 or "spent" in dir() else [time.time() - t]
        say("transformers: greedy step, 15 texts", f"{(spent[-1] - spent[-2]) / MORE * 1000:.1f} ms")
        if left() > 25:
            one = x[:1]; took = []
            with torch.no_grad():
                for n in (8, 8, 40):
                    torch.cuda.synchronize(); t = time.time()
                    m.generate(input_ids=one, attention_mask=torch.ones_like(one), max_new_tokens=n, min_new_tokens=n, do_sample=True, temperature=1.0, top_k=0, num_return_sequences=15); torch.cuda.synchronize(); took.append(time.time() - t)
            say("transformers: sampled step, 15 texts of one prompt", f"{(took[-1] - took[-2]) / 32 * 1000:.1f} ms")
    from torch.profiler import profile, ProfilerActivity
    if left() > 30:
        x = torch.randn(8192, 8192, device=a.device, dtype=torch.bfloat16); torch.mm(x, x); torch.cuda.synchronize(); t = time.time()
        for _ in range(20): torch.mm(x, x)
        torch.cuda.synchronize(); say("ceiling: bf16 8192^3", f"{20 * 2 * 8192**3 / (time.time() - t) / 1e12:.0f} TFLOP/s")
json.dump(dict(rows=rows, losses=kept), open(W("result.json"), "w"), indent=1)
