import { test } from 'tap';
import { createService } from '../../../orchestrator/creation/create-service.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { writeServiceRecords } from '../../../scripts/rig/service-records.ts';
import { redisIn } from '../../orchestrator/creation/sample-definition.ts';
import { addFleet, apiOnly, type OrchestratorWorld, orchestratorWorld } from '../../orchestrator/world.ts';

/** What no program of a member reads: the definition, and the device names of the cluster. */
const unread = [/^device /, /^serviceattr ServiceSpec\.Definition[.:]/];
/** Marks of FireCamp's that have a meaning: they have to be the same, and not only a text. */
const marks = /^$|^default|^ACTIVE$|^stateful$/;

test('records that a test writes by hand have every field that a creation writes, and no other', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const api = await apiOnly(t);
  const created = await orchestratorWorld(t, api);
  await addFleet(api, created.account);
  const file = { name: 'redis.conf', mode: 0o600, content: 'port 6379\n' };
  const definition = redisIn(created.settings, { replicas: 1, configFiles: [file], journalVolume: undefined });
  await createService(created.operation(), definition);

  const byHand = await orchestratorWorld(t, api);
  const { cluster, namespace } = byHand.settings;
  const members = [{ name: 'redis-0', zone: 'us-east-1a', staticIp: '10.0.8.0' }];
  await writeServiceRecords(
    byHand.ports.store,
    {
      ...{ cluster, namespace, name: 'redis', uuid: 'b'.repeat(32), members },
      ...{ requireStaticIp: true, registerDns: true, domain: definition.domain, hostedZoneId: 'Z1' },
      configs: { [file.name]: file.content },
    },
    new AbortController().signal,
  );
  t.strictSame(await shapeOf(byHand), await shapeOf(created));
});

/** A line for each field of the namespace's records: kind, path and type, or its value where that is a mark. */
async function shapeOf({ kube, namespace }: OrchestratorWorld): Promise<string[]> {
  const maps = await kube.admin('GET', `/api/v1/namespaces/${namespace}/configmaps`);
  const { items } = maps as { items: { metadata: { name: string; labels?: object }; data: Record<string, string> }[] };
  const lines = items.flatMap(({ metadata, data }) => {
    const [, kind] = /^firecamp-([a-z]+)-/.exec(metadata.name) ?? [];
    if (kind === undefined) return [];
    const fields = Object.entries(data).map(([key, text]) => [key, text.startsWith('{') ? JSON.parse(text) : text]);
    return [...leaves(Object.fromEntries(fields)), ...leaves(metadata.labels, 'labels')].map((one) => `${kind} ${one}`);
  });
  return [...new Set(lines)].filter((line) => !unread.some((one) => one.test(line))).sort();
}

function leaves(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => leaves(one, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [`${path}: ${typeof value}${mark(value)}`];
  return Object.entries(value).flatMap(([key, one]) => leaves(one, path === '' ? key : `${path}.${key}`));
}

function mark(value: unknown): string {
  return typeof value === 'string' && marks.test(value) ? ` ${JSON.stringify(value)}` : '';
}
