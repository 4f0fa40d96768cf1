// An authorization server for the tests, and a client of it: oidc-provider on a free port of the
// loopback interface, its tokens bound with dpop.
//
// It says {"issuer": URL} when it listens. Then it reads one JSON object a line from standard input
// and answers with one line each:
//
//     {"op": "token", "alg": alg, "bound": bool}     -> {"token": "…", "type": "Bearer" or "DPoP"}
//     {"op": "proof", "method": "…", "url": "…",
//      "token": "…", "by": "client" or "stranger"}   -> {"proof": "…"}
//     {"op": "rotate"}                               -> {"kids": […]}
//     {"op": "retire"}                               -> {"kids": […]}
//
// "token" asks the token endpoint over HTTP, as any client does (RFC 6749 section 4.4, RFC 8707,
// RFC 9068, RFC 9449). "rotate" signs with new keys from now on and goes on publishing those before;
// "retire" publishes the present ones alone. An answer to a request that failed is {"error": "…"}.
// It ends when its input does.

import { createServer } from 'node:http';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import * as dpop from 'dpop';
import { exportJWK, generateKeyPair } from 'jose';

// What it warns of is not about tests, and standard output is for answers alone.
console.info = console.warn = () => {};
const { Provider } = await import('oidc-provider');

const ALGORITHMS = ['ES256', 'RS256', 'EdDSA'];
const AUDIENCE = 'https://api.corp.example';
const SCOPE = 'orders:read';
const SECRET = 'for tests only';
const LIFETIME = 300; // seconds
const PATIENCE = 10_000; // milliseconds

// One client for each algorithm. Its name is the agent's.
const agent = (alg) => `https://agents.corp.example/${alg.toLowerCase()}/1`;
const algorithmOf = (client) => ALGORITHMS.find((alg) => agent(alg) === client.clientId);

const clients = ALGORITHMS.map((alg) => ({
  client_id: agent(alg),
  client_secret: SECRET,
  token_endpoint_auth_method: 'client_secret_post',
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
  scope: SCOPE,
}));

// Key sets, the one that signs first.
const generations = [];
let number = 0;

async function newKeys() {
  number += 1;
  const key = async (alg) => {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    return { ...(await exportJWK(privateKey)), kid: `${alg}-${number}`, alg, use: 'sig' };
  };
  generations.unshift(await Promise.all(ALGORITHMS.map(key)));
}

// A provider's keys are fixed: others come with another provider in its place.
function provider(issuer) {
  return new Provider(issuer, {
    clients,
    scopes: [SCOPE],
    jwks: { keys: generations.flat() },
    ttl: { ClientCredentials: LIFETIME },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      dPoP: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
        useGrantedResource: () => true,
        getResourceServerInfo: (_, audience, client) => ({
          scope: SCOPE,
          audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: LIFETIME,
          jwt: { sign: { alg: algorithmOf(client) } },
        }),
      },
    },
    extraTokenClaims: () => ({ task: 'triage' }),
  });
}

const pairs = {
  client: await dpop.generateKeyPair('ES256'),
  stranger: await dpop.generateKeyPair('ES256'),
};

async function token(issuer, { alg, bound }) {
  const endpoint = `${issuer}/token`;
  const headers = bound ? { dpop: await dpop.generateProof(pairs.client, endpoint, 'POST') } : {};
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: agent(alg),
    client_secret: SECRET,
    resource: AUDIENCE,
    scope: SCOPE,
  });
  const signal = AbortSignal.timeout(PATIENCE);
  const answer = await fetch(endpoint, { method: 'POST', headers, body, signal });
  const said = await answer.json();
  if (!answer.ok) throw new Error(JSON.stringify(said));
  return { token: said.access_token, type: said.token_type };
}

async function main() {
  await newKeys();
  let current;
  const server = createServer((request, response) => current.callback()(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const publish = () => {
    current = provider(issuer);
    return { kids: generations.flat().map(({ kid }) => kid) };
  };
  publish();

  const operations = {
    token: (request) => token(issuer, request),
    proof: async ({ method, url, token, by }) => ({
      proof: await dpop.generateProof(pairs[by], url, method, undefined, token),
    }),
    rotate: async () => {
      await newKeys();
      return publish();
    },
    retire: () => {
      generations.length = 1;
      return publish();
    },
  };
  const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
  say({ issuer });
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    try {
      say(await operations[request.op](request));
    } catch (error) {
      say({ error: String(error) }); // the harness shows it; the next request must still work
    }
  }
  process.exit(0);
}

await main();
