import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { writeKubeconfig } from '../rig/kubeconfig.ts';
import { type Ended, followProgram } from '../rig/running-program.ts';
import type { Checks } from './checks.ts';
import type { Programs } from './programs.ts';
import { service, serviceFile } from './service.ts';
import type { Terminal } from './terminal.ts';
import { type DemoWorld, surroundings } from './world.ts';

/** What an act of the orchestrator needs. */
interface Stage {
  readonly world: DemoWorld;
  readonly programs: Programs;
  readonly terminal: Terminal;
  readonly checks: Checks;
}

/** The command line at an engineer's machine. */
async function firecamp({ world, programs }: Stage, args: readonly string[]): Promise<Ended> {
  const kubeconfig = join(world.dir, 'kubeconfig');
  const { url, token } = world.kube;
  await writeKubeconfig(kubeconfig, { url, caFile: world.caFile, token });
  const env = { ...surroundings(world, '', 'firecamp'), KUBECONFIG: kubeconfig, NO_COLOR: '1' };
  return followProgram(spawn(programs.cli, args, { cwd: world.dir, env, stdio: ['ignore', 'pipe', 'pipe'] })).ended;
}

/** Shows the service file and the objects that it makes. */
export async function showService(stage: Stage): Promise<void> {
  const { terminal, checks, world } = stage;
  const { print, say, style } = terminal;
  await writeFile(join(world.dir, 'redis.yaml'), serviceFile);
  for (const line of serviceFile.trimEnd().split('\n')) print(style.dim(`  ${line}`));
  const args = ['render', '-f', 'redis.yaml'];
  const { code, stdout, stderr } = await firecamp(stage, args);
  tellCommand(terminal, args);
  checks.expect('render ends with 0', code === 0, stderr);
  const objects = parseAllDocuments(stdout).map((document) => document.toJS() as Rendered);
  say(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', '), { indent: '  ' });
  const set = objects.find(({ kind }) => kind === 'StatefulSet')?.spec.template?.spec;
  const names = [...(set?.initContainers ?? []), ...(set?.containers ?? [])].map(({ name }) => name);
  checks.expect(
    'the pod stops, claims and serves, in this order',
    names.join() === 'memberstop-redis,memberinit-redis,redis',
    names,
  );
  say(`The containers of its pods, in their order: ${names.join(', ')}.`, { indent: '  ' });
}

interface Rendered {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template?: {
      readonly spec: { readonly initContainers?: readonly Named[]; readonly containers: readonly Named[] };
    };
  };
}

interface Named {
  readonly name: string;
}

/** Shows how the service stands, by all that can be asked about it. */
export async function showStatus(stage: Stage): Promise<void> {
  const { terminal, checks } = stage;
  const args = ['status', service.name];
  const { code, stdout, stderr } = await firecamp(stage, args);
  tellCommand(terminal, args);
  for (const line of stdout.trimEnd().split('\n')) terminal.print(line === '' ? '' : `  ${line}`);
  checks.expect('status ends with 0', code === 0, stderr);
  checks.expect('status finds all members healthy', stdout.startsWith('Healthy'), stdout.split('\n')[0]);
}

function tellCommand({ print, style }: Terminal, args: readonly string[]): void {
  print();
  print(`  ${style.bold(`$ firecamp ${args.join(' ')}`)}`);
}
