// The runner of the fixed cases, built for wasm32-wasip1, in this engine of V8's: it reads lines
// `CASE RUNS` and answers with nanoseconds, as the native build does.
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
const instance = new WebAssembly.Instance(module, { env, ...wasi.getImportObject() });
process.exitCode = wasi.start(instance);
