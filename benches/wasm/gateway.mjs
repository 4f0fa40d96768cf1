// The module as it is shipped, in a gateway of no more than what it imports: whole requests, from
// the context that is made for one to its end. What the gateway itself does is little, and is
// measured with it.
//
// usage: node gateway.mjs MODULE REQUESTS
//
// REQUESTS is JSON: the plan, the time, requests by name, each with its header map and what has to
// become of it, and tokens that are new. It reads lines `NAME RUNS`. NAME is a request, or
// `new-tokens`, which sends as many requests with a token of their own, and the answer is
// nanoseconds of processor time; or `memory`, and the answer is the bytes of the module's memory.

import { readFileSync, readSync, writeSync } from "node:fs";

const CONTINUE = 0;
const PAUSE = 1;
const OK = 0;
const NOT_FOUND = 1;
const ROOT = 1;

const [modulePath, requestsPath] = process.argv.slice(2);
const requests = JSON.parse(readFileSync(requestsPath, "utf8"));
const plan = Buffer.from(requests.plan, "base64");
const now = BigInt(requests.seconds) * 1_000_000_000n;

let exports;
let view = new DataView(new ArrayBuffer(0));
let bytes = new Uint8Array(0);
/** The header map of the request that the module is at. */
let head = new Uint8Array(0);
/** The last record, where a request is looked at. */
let record;
let looking = false;
let counters = 0;

/** Memory that has grown is another buffer. */
function look() {
  if (view.buffer !== exports.memory.buffer) {
    view = new DataView(exports.memory.buffer);
    bytes = new Uint8Array(exports.memory.buffer);
  }
}

function giveBack(content, data, size) {
  const place = exports.proxy_on_memory_allocate(content.length);
  look();
  bytes.set(content, place);
  view.setUint32(data, place, true);
  view.setUint32(size, content.length, true);
  return OK;
}

function text(place, size) {
  look();
  return Buffer.from(bytes.subarray(place, place + size)).toString("utf8");
}

const env = {
  proxy_log(_level, line, size) {
    console.error(text(line, size));
    return OK;
  },
  proxy_get_buffer_bytes: (_kind, _start, _most, data, size) => giveBack(plan, data, size),
  proxy_get_header_map_pairs: (_map, data, size) => giveBack(head, data, size),
  proxy_get_current_time_nanoseconds(place) {
    look();
    view.setBigUint64(place, now, true);
    return OK;
  },
  proxy_remove_header_map_value: () => OK,
  proxy_replace_header_map_value: () => OK,
  proxy_get_property: () => NOT_FOUND,
  proxy_set_property(_path, _pathSize, value, size) {
    if (looking) record = text(value, size);
    return OK;
  },
  proxy_send_local_response: () => OK,
  proxy_define_metric(_kind, _name, _size, id) {
    look();
    view.setUint32(id, counters++, true);
    return OK;
  },
  proxy_increment_metric: () => OK,
  proxy_call_foreign_function: () => NOT_FOUND,
};

/** What the standard library starts with: no environment, no files. */
const wasi = {
  environ_get: () => OK,
  environ_sizes_get(count, size) {
    look();
    view.setUint32(count, 0, true);
    view.setUint32(size, 0, true);
    return OK;
  },
  fd_write: () => 8,
  proc_exit(code) {
    throw new Error(`the module exits with ${code}`);
  },
};

/** Header maps as the ABI has them: counts and sizes, then names and values, each ended by NUL. */
function headerMap(fields) {
  const parts = fields.flat().map((part) => Buffer.from(part));
  const sizes = Buffer.alloc(4 + 4 * parts.length);
  sizes.writeUInt32LE(fields.length, 0);
  parts.forEach((part, position) => sizes.writeUInt32LE(part.length, 4 + 4 * position));
  return Buffer.concat([sizes, ...parts.flatMap((part) => [part, Buffer.of(0)])]);
}

let context = ROOT;

function send(fields, map) {
  context += 1;
  head = map;
  exports.proxy_on_context_create(context, ROOT);
  const action = exports.proxy_on_request_headers(context, fields, 1);
  exports.proxy_on_delete(context);
  return action;
}

/** One whose outcome is looked at, before any are timed. */
function check(name, { fields, reason, goesOn }) {
  looking = true;
  const action = send(fields.length, headerMap(fields));
  looking = false;
  const found = JSON.parse(record).reason;
  if (found !== reason || action !== (goesOn ? CONTINUE : PAUSE)) {
    throw new Error(`${name}: ${found}, action ${action}; expected ${reason}`);
  }
}

function spent() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

function timed(fields, map, runs) {
  const began = spent();
  for (let run = 0; run < runs; run += 1) send(fields, map);
  return spent() - began;
}

function newTokens(runs) {
  const [allowed] = Object.values(requests.requests).filter(({ goesOn }) => goesOn);
  const others = allowed.fields.filter(([name]) => name !== "authorization");
  const maps = requests.tokens
    .splice(0, runs)
    .map((token) => headerMap([...others, ["authorization", token]]));
  if (maps.length !== runs) throw new Error(`there are no ${runs} tokens left`);
  const began = spent();
  for (const map of maps) {
    if (send(others.length + 1, map) !== CONTINUE) throw new Error("a good token is refused");
  }
  return spent() - began;
}

const module = new WebAssembly.Module(readFileSync(modulePath));
({ exports } = new WebAssembly.Instance(module, { env, wasi_snapshot_preview1: wasi }));
exports._initialize();
exports.proxy_on_context_create(ROOT, 0);
if (exports.proxy_on_vm_start(ROOT, 0) !== 1) throw new Error("the machine does not start");
if (exports.proxy_on_configure(ROOT, plan.length) !== 1) throw new Error("the plan is refused");
const known = new Map();
for (const [name, request] of Object.entries(requests.requests)) {
  check(name, request);
  known.set(name, [request.fields.length, headerMap(request.fields)]);
}

function answer(line) {
  const [name, runs] = line.split(" ");
  if (name === "memory") return exports.memory.buffer.byteLength;
  if (name === "new-tokens") return newTokens(Number(runs));
  if (!known.has(name)) throw new Error(`there is no request \`${name}\``);
  return timed(...known.get(name), Number(runs));
}

let left = "";
const chunk = Buffer.alloc(4096);
for (let size; (size = readSync(0, chunk)) > 0; ) {
  const lines = (left + chunk.toString("utf8", 0, size)).split("\n");
  left = lines.pop();
  for (const line of lines) writeSync(1, `${answer(line)}\n`);
}
