import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import type { StaticIpRecord } from '../../common/domain/records.ts';
import { layouts } from '../../common/store/codec/record-layout.ts';
import golden from '../golden/config-maps.json' with { type: 'json' };

const root = join(import.meta.dirname, '..', '..');

function page(name: string): string {
  return readFileSync(join(root, 'docs', name), 'utf8');
}

const address: StaticIpRecord = {
  ip: '10.0.1.21',
  revision: 1n,
  serviceUuid: '5f2a9c3e7b1d4f60a8e2c4b6d8f01234',
  zone: 'us-east-1a',
  instanceId: 'i-0abc1234def567890',
  interfaceId: 'eni-0123456789abcdef0',
  pastInterfaceIds: ['eni-0fedcba9876543210'],
  owner: {
    namespace: 'default',
    podName: 'myredis-0',
    podUid: '1c0f9a6e-2b7d-4d7b-9a43-6f1d2c3b4a5e',
    podCreatedAt: '2026-11-22T06:00:00Z',
    epoch: 8,
    state: 'owned',
    changedAt: '2026-11-22T06:00:01.000Z',
    phaseMillis: {},
  },
  unknown: {},
};

test('the page of the records names every field of an address record', async (t) => {
  const text = page('reference/records.md');
  const spec = JSON.parse(layouts.staticIp.encode(address)['StaticIPSpec'] ?? '') as { readonly Owner: object };
  for (const name of Object.keys(spec)) t.match(text, `\`${name}\``);
  for (const name of Object.keys(spec.Owner)) t.match(text, `\`Owner.${name}\``);
});

test('the page of the records has the name and label of every kind of ConfigMap', async (t) => {
  const text = page('reference/records.md');
  for (const { metadata, data } of Object.values(golden)) {
    const kind = /^firecamp-[a-z]+/.exec(metadata.name)?.[0] ?? metadata.name;
    t.match(text, `\`${kind}-<`);
    for (const name of Object.keys(data)) {
      if (/(Meta|Spec)$/.test(name)) t.match(text, name);
    }
  }
});

test('the page of the logs names every phase of a claim', async (t) => {
  const text = page('reference/logs.md');
  const phases = new Set<string>();
  for (const path of globSync('initcontainer/*.ts', { cwd: root })) {
    for (const [, name = ''] of readFileSync(join(root, path), 'utf8').matchAll(/\.measure\('([^']+)'/g))
      phases.add(name);
  }
  t.ok(phases.size > 5, 'there are phases to look for');
  for (const name of phases) t.match(text, `\`${name}\``);
});

test('the pages give the waiting process’s lines as they are in its source', async (t) => {
  const source = globSync('stopcontainer/waiter/*.c', { cwd: root })
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n')
    .replaceAll('%" PRIu64', '8"')
    .replaceAll('%s', '10.0.1.21');
  const lines = [...page('reference/logs.md').matchAll(/^\| `([^`]*10\.0\.1\.21[^`]*)`/gm)].map(
    ([, line]) => line ?? '',
  );
  t.ok(lines.length >= 4, 'there are lines to look for');
  for (const line of lines) t.ok(source.includes(line), line);
});

test('the explanations give the times that the code has', async (t) => {
  const constants: readonly (readonly [file: string, code: string, page: string, words: string])[] = [
    ['common/address/no-late-requests.ts', 'maxRecordAgeMs = 2000', 'claim-protocol.md', 'later than 2 s'],
    ['common/address/no-late-requests.ts', 'requestTimeoutMs = 5000', 'claim-protocol.md', 'once more after 5 s'],
    ['initcontainer/confirm-address.ts', 'believedElsewhereAfterMs = 3000', 'claim-protocol.md', 'more than 3 s'],
    ['initcontainer/abandon-claim.ts', 'undoMs = 15_000', 'claim-protocol.md', 'within 15 s'],
    ['initcontainer/abandon-claim.ts', 'handBackMs = 60_000', 'claim-protocol.md', 'of its own (60 s)'],
    ['common/host/source-routes.ts', 'sourceRulePriority = 768', 'network.md', 'priority 768'],
    ['common/address/source-route.ts', 'routeTableBase = 27_040', 'network.md', '27040 plus'],
  ];
  for (const [file, code, name, words] of constants) {
    t.ok(readFileSync(join(root, file), 'utf8').includes(code), `${file}: ${code}`);
    t.ok(page(`explanation/${name}`).includes(words), `${name}: ${words}`);
  }
});
