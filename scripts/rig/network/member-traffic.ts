import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Fabric } from './fabric.ts';
import { type Reachability, type Sample, summarize } from './reachability.ts';

const program = fileURLToPath(new URL('./tcp-member.ts', import.meta.url));

/** A member's server on a node; ended by `stop`, or with the fabric. */
export interface RunningMember {
  stop(): Promise<void>;
}

/** Starts a server that binds the member's address in the node; rejects when the address is not there. */
export async function startMember(fabric: Fabric, node: string, ip: string, port: number): Promise<RunningMember> {
  const child = fabric.exec(node, [process.execPath, program, 'serve', ip, String(port), node], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    words += chunk;
  });
  const exited = once(child, 'exit');
  const ready = child.stdout === null ? exited : once(child.stdout, 'data').then(() => true);
  const started = await Promise.race([ready, exited.then(() => false)]);
  if (started !== true)
    throw new Error(
      `The member did not start on ${node}: ${words.split('\n').find((line) => line.startsWith('Error: ')) ?? words}`,
    );
  return {
    async stop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** A client that tries to reach the member all the time. */
export interface RunningWatch {
  /** Everything tried so far. */
  readonly samples: readonly Sample[];
  /** Resolves at the next answer of this node; rejects when there is none within the time. */
  answered(node: string, withinMs?: number): Promise<void>;
  stop(): Promise<Reachability>;
}

/** Starts a plain TCP client in a namespace: a connection every 20 ms, each with 300 ms to be answered. */
export function watchMember(fabric: Fabric, client: string, ip: string, port: number): RunningWatch {
  const child = fabric.exec(client, [process.execPath, program, 'watch', ip, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const samples: Sample[] = [];
  const exited = once(child, 'exit');
  const lines = child.stdout === null ? undefined : createInterface({ input: child.stdout });
  lines?.on('line', (line) => samples.push(JSON.parse(line) as Sample));
  return {
    samples,
    async answered(node, withinMs = 10_000) {
      const from = samples.length;
      const until = Date.now() + withinMs;
      while (!samples.slice(from).some((sample) => sample.node === node)) {
        if (Date.now() > until) throw new Error(`No answer of ${node} within ${withinMs} ms.`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async stop() {
      child.kill('SIGKILL');
      await exited;
      return summarize(samples);
    },
  };
}
