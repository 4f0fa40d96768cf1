// The runner of the fixed cases, built for wasm32-wasip1, in this engine of V8's: it reads lines
// `CASE RUNS` and answers with nanoseconds of processor time, as the native build does.
//
// usage: node cases.mjs RUNNER FOLDER

import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";

const [runner, folder] = process.argv.slice(2);
const wasi = new WASI({
  version: "preview1",
  args: ["remit-bench-case", "serve", "/cases"],
  preopens: { "/cases": folder },
});
const module = new WebAssembly.Module(readFileSync(runner));
// What the SDK imports of a gateway, which nothing here calls.
const unimplemented = 12;
const env = {};
for (const { module: from, name } of WebAssembly.Module.imports(module)) {
  if (from === "env") env[name] = () => unimplemented;
}
const imports = wasi.getImportObject().wasi_snapshot_preview1;
// The clock that the runner reads is the processor time of this process.
const clock_time_get = (_clock, _precision, place) => {
  const { user, system } = process.cpuUsage();
  const view = new DataView(instance.exports.memory.buffer);
  view.setBigUint64(place, BigInt(user + system) * 1000n, true);
  return 0;
};
const instance = new WebAssembly.Instance(module, {
  env,
  wasi_snapshot_preview1: { ...imports, clock_time_get },
});
process.exitCode = wasi.start(instance);
