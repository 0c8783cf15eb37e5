import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ended, TestPod } from './pod.ts';
import type { TestService } from './service.ts';
import type { World } from './world.ts';

/** How a program ended, in one line for a test's message. */
export function why(ended: Ended): string {
  const error = ended.log.findLast((line) => line['level'] === 'error');
  const said =
    error === undefined
      ? ended.stderr.split('\n').slice(-3).join(' ').slice(0, 300)
      : `${error['code']} ${error['msg']}`;
  return `exit ${ended.code ?? ended.signal}: ${said}`;
}

/** The line with which a program ended; lines for debugging may follow it. */
export function lastLineOf(ended: Ended) {
  return ended.log.findLast((line) => line['level'] !== 'debug');
}

/** The catalogue code of the error that a program ended with. */
export function codeOf(ended: Ended): unknown {
  return ended.log.findLast((line) => line['level'] === 'error')?.['code'];
}

/** Everything that a claim or release could touch, to be compared before and after: "nothing touched". */
export async function everything(world: World, service: TestService, pod: TestPod) {
  const signal = AbortSignal.timeout(10_000);
  const records = await Promise.all(
    service.addresses.map((ip) =>
      service.store.get('staticIp', { ip }, { signal }).catch((error: Error) => error.name),
    ),
  );
  const files = await Promise.all([listTree(pod.dataDir), listTree(pod.runDir)]);
  return {
    records: records.map((one) => (typeof one === 'string' ? one : one.record)),
    moves: world.cloud.ec2.events.length,
    host: await pod.hostAddresses(),
    names: [...world.cloud.route53.records(service.hostedZoneId)].map((one) => JSON.stringify(one)),
    files,
  };
}

async function listTree(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      return entry.isFile() ? `${path}: ${await readFile(path, 'utf8')}` : path;
    }),
  );
}

/** What kubelet would show as the container's last words. */
export async function lastWords(pod: TestPod): Promise<string> {
  return readFile(pod.terminationLog, 'utf8');
}
