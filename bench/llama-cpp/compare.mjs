// Tokens per second of this engine and of llama.cpp on the same weights, in one run, in turn. Started by compare.sh.
//   node compare.mjs --bench "<command of the bench>" --model <Hugging Face folder> [--threads 2] [--prompt 1024] [--new 48] [--repeats 3] [--types bf16,f16,f32] [--work <folder>]
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { getLlama, LlamaLogLevel } from "node-llama-cpp";

const options = { threads: "2", prompt: "1024", new: "48", repeats: "3", types: "bf16,f16,f32", work: join(tmpdir(), "seal-llama-cpp"), keep: "no" };
for (let i = 2; i < process.argv.length; i += 2) options[process.argv[i].replace(/^--/, "")] = process.argv[i + 1];
const [threads, prompt, count, repeats] = ["threads", "prompt", "new", "repeats"].map((name) => Number(options[name]));
const [command, ...bench] = options.bench.split(" ");
const vocabulary = JSON.parse(readFileSync(join(options.model, "config.json"), "utf8")).vocab_size;
mkdirSync(options.work, { recursive: true });

// Our side answers a line with a line.
const server = spawn(command, [...bench, "serve", "--model", options.model, "--threads", options.threads], { stdio: ["pipe", "pipe", "inherit"] });
server.on("exit", (code) => code && process.exit(code));
const answers = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
await answers.next(); // "ready"
async function ours(question) {
  server.stdin.write(question + "\n");
  return Number((await answers.next()).value);
}

const median = (values) => { const v = [...values].sort((a, b) => a - b); return (v[(v.length - 1) >> 1] + v[v.length >> 1]) / 2; };
const llama = await getLlama({ gpu: false, build: "never", maxThreads: threads, logLevel: LlamaLogLevel.error });

async function theirs(context, withNew) {
  const sequence = context.getSequence();
  const tokens = Array.from({ length: prompt }, (_, i) => (i * 7919 + 13) % vocabulary);
  let clock = performance.now();
  if (!withNew) {
    await sequence.evaluateWithoutGeneratingNewTokens(tokens);
    const rate = prompt / ((performance.now() - clock) / 1000);
    sequence.dispose();
    return rate;
  }
  // The prompt's time ends with the first new token.
  let made = 0;
  for await (const _ of sequence.evaluate(tokens, { temperature: 0, yieldEogToken: true })) {
    if (made++ === 0) clock = performance.now();
    if (made > count) break;
  }
  const rate = count / ((performance.now() - clock) / 1000);
  sequence.dispose();
  return rate;
}

const rows = [];
for (const type of options.types.split(",")) {
  const file = join(options.work, `${type}.gguf`);
  if (!existsSync(file)) execFileSync(command, [...bench, "gguf", "--model", options.model, "--output", file, "--type", type], { stdio: "inherit" });
  const model = await llama.loadModel({ modelPath: file, gpuLayers: 0 });
  const context = await model.createContext({ contextSize: prompt + count + 16, batchSize: prompt, sequences: 1, threads: { ideal: threads, min: threads } });
  await theirs(context, false);
  await ours(`prompt ${prompt}`);
  const series = { prompt: [], theirPrompt: [], one: [], theirOne: [], sixteen: [] };
  for (let repeat = 0; repeat < repeats; repeat++) {
    series.prompt.push(await ours(`prompt ${prompt}`));
    series.theirPrompt.push(await theirs(context, false));
    series.one.push(await ours(`decode ${prompt} 1 ${count}`));
    series.theirOne.push(await theirs(context, true));
    series.sixteen.push(await ours(`decode ${prompt} 16 ${count}`));
    console.error(`${type} ${repeat + 1} of ${repeats}: ` + Object.entries(series).map(([name, values]) => `${name} ${values.at(-1).toFixed(1)}`).join(", "));
  }
  await context.dispose();
  await model.dispose();
  if (options.keep !== "yes") rmSync(file);
  rows.push({ type, ...Object.fromEntries(Object.entries(series).map(([name, values]) => [name, median(values)])) });
}
server.stdin.end();

console.log(`tokens/s, ${threads} threads each, prompt of ${prompt} tokens, ${count} new ones; medians of ${repeats} interleaved rounds`);
console.log("llama.cpp weights | prompt: ours  llama.cpp | one text: ours  llama.cpp | 16 texts of one prompt: ours");
for (const r of rows) console.log(`${r.type.padEnd(17)} | ${r.prompt.toFixed(1).padStart(12)} ${r.theirPrompt.toFixed(1).padStart(10)} | ${r.one.toFixed(1).padStart(14)} ${r.theirOne.toFixed(1).padStart(10)} | ${r.sixteen.toFixed(1).padStart(10)}`);
// Against its best, each within the rounds in which that was measured.
const best = (key) => rows.reduce((a, b) => (b[key] > a[key] ? b : a));
const [p, o] = [best("theirPrompt"), best("theirOne")];
console.log(`prompt: ${(p.prompt / p.theirPrompt).toFixed(2)} x its best (${p.type}); one text: ${(o.one / o.theirOne).toFixed(2)} x its best (${o.type}); 16 texts: ${(o.sixteen / o.theirOne).toFixed(2)} x its one`);
process.exit(0);
