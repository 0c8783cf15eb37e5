/** `npm run demo`: the main job, shown by the built programs against a simulated cloud. */
import { ensureBuilt } from '../build/ensure-built.ts';
import { enterNamespace } from '../rig/network/namespace.ts';
import { runDemo } from './run-demo.ts';
import { terminalOf } from './terminal.ts';

process.exitCode = await main();

async function main(): Promise<number> {
  const use = await enterNamespace();
  if (!use.ok) throw new Error(use.why);
  const terminal = terminalOf(process.stdout, process.env);
  const built = await ensureBuilt();
  const checks = await runDemo(built, terminal);
  for (const failure of checks.failures) terminal.print(terminal.style.red(`wrong: ${failure}`));
  return checks.failures.length === 0 ? 0 : 1;
}
