// An MCP client for the tests, of the official TypeScript SDKs. It reads visits and answers as
// mcp_client.py does. The argument says which SDK: `1` has revisions up to 2025-11-25, `2` all.

import dns from 'node:dns';
import { createInterface } from 'node:readline';

const PATIENCE = 15_000; // milliseconds for a visit
const INFO = { name: 'remit-test', version: '1' };

// The names of `corp.example` lead to the loopback interface, where the gateways of the tests are.
const { lookup } = dns;
dns.lookup = (name, ...others) => lookup(name.endsWith('.corp.example') ? '127.0.0.1' : name, ...others);

const sdks = {
  1: async () => {
    const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
    const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
    return { Client, StreamableHTTPClientTransport, call: (client, params, options) => client.callTool(params, undefined, options) };
  },
  2: async () => {
    const { Client, StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
    return { Client, StreamableHTTPClientTransport, call: (client, params, options) => client.callTool(params, options) };
  },
};
const sdk = await sdks[process.argv[2]]();

async function pages(fetch, member, name) {
  const names = [];
  let cursor;
  do {
    const page = await fetch(cursor ? { cursor } : {});
    names.push(...page[member].map((one) => one[name]));
    cursor = page.nextCursor;
  } while (cursor);
  return { names };
}

const said = (contents) => contents.flatMap(({ text }) => text ?? []).join('\n');

const does = {
  list_tools: (client) => pages((p) => client.listTools(p), 'tools', 'name'),
  list_prompts: (client) => pages((p) => client.listPrompts(p), 'prompts', 'name'),
  list_resources: (client) => pages((p) => client.listResources(p), 'resources', 'uri'),
  list_templates: (client) => pages((p) => client.listResourceTemplates(p), 'resourceTemplates', 'uriTemplate'),
  call_tool: async (client, { name, arguments: args, progress: wanted }) => {
    let progress = 0;
    // Only a call that asks for progress names a token for it.
    const options = wanted ? { onprogress: () => (progress += 1) } : {};
    const result = await sdk.call(client, { name, arguments: args }, options);
    return { result: { text: said(result.content), failed: result.isError ?? false, progress } };
  },
  get_prompt: async (client, { name, arguments: args }) => {
    const { messages } = await client.getPrompt({ name, arguments: args });
    return { text: said(messages.map(({ content }) => content)) };
  },
  read_resource: async (client, { uri }) => ({ text: said((await client.readResource({ uri })).contents) }),
  ping: async (client) => {
    await client.ping();
    return { text: '' };
  },
};

async function outcome(statuses, act) {
  statuses.length = 0;
  let told;
  try {
    told = await act();
  } catch (error) {
    // What the SDK throws is what is told. Some errors have names for codes.
    const code = typeof error.code === 'number' ? error.code : null;
    told = { error: { code, message: String(error.message), data: error.data ?? null } };
  }
  return { statuses: [...statuses], told };
}

async function visit({ url, headers, mode, steps }) {
  const statuses = [];
  const noting = async (target, init) => {
    const response = await fetch(target, init);
    if (init?.method === 'POST') statuses.push(response.status);
    return response;
  };
  const options = mode === 'legacy' ? {} : { versionNegotiation: { mode: 'auto' } };
  const client = new sdk.Client(INFO, options);
  const transport = new sdk.StreamableHTTPClientTransport(new URL(url), { requestInit: { headers }, fetch: noting });
  const connected = await outcome(statuses, async () => {
    await client.connect(transport, { timeout: PATIENCE });
    return { text: client.getServerVersion()?.name ?? '' };
  });
  const outcomes = [connected];
  let version = null;
  if (!('error' in connected.told)) {
    version = transport.protocolVersion ?? client.getNegotiatedProtocolVersion?.() ?? null;
    for (const step of steps) outcomes.push(await outcome(statuses, () => does[step.do](client, step)));
    // Where there is a session, it is ended.
    if (transport.sessionId) await transport.terminateSession();
  }
  await client.close();
  return { version, outcomes };
}

const late = () => new Promise((_, reject) => setTimeout(() => reject(new Error('the visit took too long')), PATIENCE).unref());
for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = await Promise.race([visit(JSON.parse(line)), late()]);
  } catch (error) {
    answer = { error: String(error) }; // the harness shows it; the next visit must still work
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);
