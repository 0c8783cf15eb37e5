import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { test } from 'tap';
import { motoPython } from '../../scripts/rig/moto.ts';
import { needs } from '../../scripts/rig/requirements.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

// moto's environment, because it brings boto3.
test("keeps AWS's promises to another language's SDK, boto3", async (t) => {
  if (!(await needs(t, 'moto'))) return;
  const cloud = spawn(process.execPath, [path('../../scripts/cloud.ts')], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => cloud.kill('SIGKILL'));
  const [endpoints] = await once(createInterface(cloud.stdout), 'line');

  const python = spawn(await motoPython(), [path('other-sdk.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.teardown(() => python.kill('SIGKILL'));
  python.stdin.end(`${endpoints}\n`);
  const [output, [code]] = await Promise.all([text(python.stdout), once(python, 'close')]);

  t.equal(code, 0);
  const checks: { title: string; fault: string | null }[] = output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  t.equal(checks.length, 17, 'every check has run');
  for (const { title, fault } of checks) t.equal(fault, null, title);
});
