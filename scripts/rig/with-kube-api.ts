/**
 * Runs a command with one kube-apiserver for all its processes: `node scripts/rig/with-kube-api.ts npx tap`. Without
 * it each test file that needs one starts its own, which costs 5 s and 300 MiB each.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { sharedKubeApi, startKubeApi } from './kube-api.ts';

const [command, ...args] = process.argv.slice(2);
if (!command) throw new Error('usage: with-kube-api.ts <command> [argument...]');
const { url, caFile, adminToken, stop } = await startKubeApi();
try {
  const env = { ...process.env, [sharedKubeApi]: JSON.stringify({ url, caFile, adminToken }) };
  const child = spawn(command, args, { stdio: 'inherit', env });
  const [code] = await once(child, 'exit');
  process.exitCode = code ?? 1;
} finally {
  await stop();
}
