import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { Sample } from './reachability.ts';

const everyMs = 20;
const timeoutMs = 300;

/**
 * The member and its client, as programs of their own to run in namespaces:
 *   tcp-member.ts serve IP PORT NAME   binds exactly the address, answers each connection with NAME; prints "ready"
 *   tcp-member.ts watch IP PORT        tries to reach it every 20 ms; prints a `Sample` a line, until it is ended
 */
async function main([command, ip = '', port = '', name = '']: readonly string[]): Promise<void> {
  if (command === 'serve') await serve(ip, Number(port), name);
  else if (command === 'watch') setInterval(() => void watchOnce(ip, Number(port)), everyMs);
  else throw new Error('usage: tcp-member.ts serve IP PORT NAME | watch IP PORT');
}

async function serve(ip: string, port: number, name: string): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(name);
  }).listen(port, ip);
  await once(server, 'listening');
  console.log('ready');
}

async function watchOnce(ip: string, port: number): Promise<void> {
  const startedMs = performance.now();
  const node = await askOnce(ip, port);
  const sample: Sample = { startedMs, endedMs: performance.now(), node };
  console.log(JSON.stringify(sample));
}

function askOnce(ip: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const socket = createConnection(port, ip);
    const timer = setTimeout(() => socket.destroy(), timeoutMs);
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(text === '' ? undefined : text);
    });
  });
}

await main(process.argv.slice(2));
