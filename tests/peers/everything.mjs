// The MCP server of npm's server-everything, unmodified, on a free port of the loopback interface: it
// listens on all interfaces by itself, so its listen is led.
//
// It says {"url": URL} when it listens, and ends when its input does, and after LIFETIME in any case.

import { Server } from 'node:net';

const LIFETIME = 1_800_000; // milliseconds

const { listen } = Server.prototype;
Server.prototype.listen = function (_port, ...rest) {
  this.once('listening', () => {
    const url = `http://127.0.0.1:${this.address().port}/mcp`;
    process.stdout.write(`${JSON.stringify({ url })}\n`);
  });
  return listen.call(this, 0, '127.0.0.1', ...rest);
};
// Standard output is for that line alone.
console.log = console.error;

process.stdin.on('end', () => process.exit(0)).resume();
setTimeout(() => process.exit(1), LIFETIME).unref();

await import('@modelcontextprotocol/server-everything/dist/transports/streamableHttp.js');
