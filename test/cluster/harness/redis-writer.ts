/**
 * A client of a Redis Cluster that writes all the time: `redis-writer.ts HOST:PORT…`. Each second line of its life is on stdout as JSON: a write that
 * was acknowledged, `{"key","at","took"}`, or one that was not, `{"error","at","took"}`. SIGTERM ends the writing; then everything that was
 * acknowledged is read back, and the last line is `{"lost":[key…]}`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createCluster } from 'redis';

const [prefix = '', ...roots] = process.argv.slice(2);
let writing = true;
process.once('SIGTERM', () => {
  writing = false;
});

const client = createCluster({
  rootNodes: roots.map((root) => ({ url: `redis://${root}` })),
  defaults: { socket: { connectTimeout: 500, reconnectStrategy: 100 }, disableOfflineQueue: true },
});
// Told by each write that fails; without a listener it would end the process.
client.on('error', () => {});

const print = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const acknowledged: string[] = [];

await untilConnected();
for (let n = 0; writing; n += 1) {
  const [key, at] = [`${prefix}${n}`, Date.now()];
  try {
    await within(1_000, client.set(key, String(n)));
    acknowledged.push(key);
    print({ key, at, took: Date.now() - at });
  } catch (error) {
    print({ error: error instanceof Error ? error.message : String(error), at, took: Date.now() - at });
  }
  await sleep(10);
}
const lost: string[] = [];
for (const key of acknowledged) if ((await readAgain(key)) !== key.slice(prefix.length)) lost.push(key);
print({ lost });
process.exit(0);

async function untilConnected(): Promise<void> {
  for (;;) {
    try {
      await client.connect();
      return;
    } catch {
      await sleep(200);
    }
  }
}

async function readAgain(key: string): Promise<string | null> {
  for (let left = 50; ; left -= 1) {
    try {
      return await within(1_000, client.get(key));
    } catch (error) {
      if (left === 0) throw error;
      await sleep(200);
    }
  }
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const late = sleep(ms, undefined, { ref: false }).then(() => {
    throw new Error(`no answer in ${ms} ms`);
  });
  return await Promise.race([promise, late]);
}
