/** `npm run demo`: the main job, shown by the built programs against a simulated cloud. */
import { enterNamespace } from '../rig/network/namespace.ts';
import { verdict } from './checks.ts';
import { buildPrograms, type Programs } from './programs.ts';
import { runDemo } from './run-demo.ts';
import { showPlan } from './show-plan.ts';
import { type Terminal, terminalOf } from './terminal.ts';

/** Ends the demonstration; whoever waits cleans up. */
class Interrupted extends Error {}

const use = await enterNamespace();
process.exitCode = await main(terminalOf(process.stdout, process.env));

async function main(terminal: Terminal): Promise<number> {
  const interrupted = interruption();
  try {
    await using programs = await Promise.race([built(terminal), interrupted]);
    const play = use.ok ? runDemo(programs, terminal, interrupted) : showPlan(programs, terminal, use.why, interrupted);
    return verdict(terminal, await play, use.ok);
  } catch (error) {
    if (error instanceof Interrupted) return 130;
    terminal.print(terminal.style.red(`The demonstration failed: ${error instanceof Error ? error.message : error}`));
    return 1;
  }
}

/** Builds, and says so when that takes a while. */
async function built(terminal: Terminal): Promise<Programs> {
  const told = setTimeout(() => terminal.print(terminal.style.dim('Building the programs first, once.')), 700);
  try {
    return await buildPrograms();
  } finally {
    clearTimeout(told);
  }
}

/** Rejects at Ctrl-C, and when nobody reads any more. The signal may come twice, from the terminal and passed on; the clean-up goes on. */
function interruption(): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => reject(new Interrupted(signal)));
  // Nobody reads any more: the pipe or the terminal was closed.
  process.stdout.on('error', () => reject(new Interrupted('stdout')));
  // Nobody waits yet, or any more.
  promise.catch(() => undefined);
  return promise;
}
