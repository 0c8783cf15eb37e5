import { join } from 'node:path';
import type { Test } from 'tap';
import { writeKubeconfig } from '../../../scripts/rig/kubeconfig.ts';
import type { OrchestratorWorld } from '../world.ts';
import { type Ended, firecamp, type Started, startFirecamp } from './firecamp.ts';

/** The command line in a world: it finds cluster and account as a person's does, by its environment. */
export interface CommandWorld {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** In the world's namespace. */
  run(args: readonly string[], stdin?: string): Promise<Ended>;
  /** The JSON that a command prints; fails the test when it does not end with the exit code. */
  json(t: Test, args: readonly string[], exitCode?: number, stdin?: string): Promise<Record<string, unknown>>;
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Started>;
}

/** Where it keeps its files is `cwd`, an empty folder. */
export async function commandWorld(world: OrchestratorWorld, cwd: string): Promise<CommandWorld> {
  const { kube, namespace, awsEnv } = world;
  const file = join(cwd, 'kubeconfig');
  await writeKubeconfig(file, { url: kube.url, caFile: kube.caFile, token: kube.adminToken });
  const env = { ...awsEnv, KUBECONFIG: file };
  const run = (args: readonly string[], stdin = '') => firecamp([...args, '-n', namespace], { cwd, env, stdin });
  return {
    cwd,
    env,
    run,
    async json(t, args, exitCode = 0, stdin) {
      const { code, stdout, stderr } = await run([...args, '-o', 'json'], stdin);
      t.equal(code, exitCode, `${args.join(' ')}\n${stderr}`);
      return JSON.parse(stdout || '{}') as Record<string, unknown>;
    },
    start: (args, more = {}) => startFirecamp([...args, '-n', namespace], { cwd, env: { ...env, ...more } }),
  };
}
