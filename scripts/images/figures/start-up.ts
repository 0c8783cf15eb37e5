import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { shippedNode } from '../../build/node-package.ts';
import { ownArchitecture } from '../../rig/architecture.ts';
import { podEnvironment } from './pod-environment.ts';

/** Milliseconds from the start of a process: medians of the same number of runs of each, one after the other in turn. */
export interface StartUp {
  /** Until an empty script has ended, by the Node that is in the executables. */
  readonly emptyScript: number;
  /** Until the init container sends its first request. */
  readonly firstRequest: number;
  /** Until the init container has told its version and ended. */
  readonly initcontainer: number;
  /** Until the command line has. */
  readonly cli: number;
}

/**
 * Measures how quickly the executables of this machine's architecture start. In turn, so that what else the machine does falls on all
 * alike: only ratios can be compared between machines.
 * @param rounds how often each is run.
 * @throws {Error} when a program ends badly, or without a request.
 */
export async function measureStartUp(initcontainer: string, cli: string, rounds = 15): Promise<StartUp> {
  const dir = await mkdtemp(join(tmpdir(), 'firecamp-start-'));
  try {
    await Promise.all(['data', 'run'].map((name) => mkdir(join(dir, name))));
    const script = join(dir, 'empty.cjs');
    await writeFile(script, '');
    const node = await shippedNode(ownArchitecture());
    const measures = {
      emptyScript: () => untilEnd(node, script),
      firstRequest: () => untilFirstRequest(initcontainer, dir),
      initcontainer: () => untilEnd(initcontainer, '--version'),
      cli: () => untilEnd(cli, '--version'),
    };
    return await mediansOf(measures, rounds);
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function mediansOf<Name extends string>(
  measures: Readonly<Record<Name, () => Promise<number>>>,
  rounds: number,
): Promise<Record<Name, number>> {
  const names = Object.keys(measures) as Name[];
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const took = await measures[name]();
      // The first round reads the executables from the disk.
      if (round > 0) times.get(name)?.push(took);
    }
  }
  const middle = (all: readonly number[] = []) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
  return Object.fromEntries(names.map((name) => [name, middle(times.get(name))])) as Record<Name, number>;
}

async function untilEnd(file: string, argument: string): Promise<number> {
  const began = performance.now();
  const child = spawn(file, [argument], { stdio: 'ignore', env: {} });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${file} ${argument} ended with ${code}`);
  return performance.now() - began;
}

/** The time until somebody connects: a claim that only plans, to a listener that closes every connection. */
async function untilFirstRequest(initcontainer: string, dir: string): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => undefined).destroy());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const env = { ...podEnvironment(dir, port), TESTMODE: 'true' };
  const began = performance.now();
  const child = spawn(initcontainer, [], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const said = text(child.stderr);
  try {
    const connected = once(server, 'connection').then(() => performance.now() - began);
    const ended = once(child, 'exit').then(async () => {
      throw new Error(`${initcontainer} ended without a request: ${await said}`);
    });
    return await Promise.race([connected, ended]);
  } finally {
    child.kill('SIGKILL');
    server.close();
  }
}
