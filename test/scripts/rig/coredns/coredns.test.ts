import { Resolver } from 'node:dns/promises';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import type { AddressRecord } from '../../../../common/ports/names.ts';
import type { ServedZone } from '../../../../scripts/rig/coredns/corefile.ts';
import { type CoreDns, startCoreDns } from '../../../../scripts/rig/coredns.ts';
import { startKubeApi } from '../../../../scripts/rig/kube-api.ts';
import { writeKubeconfig } from '../../../../scripts/rig/kubeconfig.ts';
import { needs } from '../../../../scripts/rig/requirements.ts';
import type { Cloud } from '../../../cloud/cloud.ts';
import { defaultPrincipal } from '../../../cloud/topology.ts';
import { vpcId } from '../../../common/aws/aws-rig.ts';
import { orchestratorRig } from '../../../common/aws/orchestrator-rig.ts';
import { eventually } from '../../../orchestrator/eventually.ts';

const name = 'prod-firecamp.com';

function record(n: number, value: string): AddressRecord {
  return { name: `redis-${n}.${name}`, ttlSeconds: 5, values: [value] };
}

async function coreDns(
  t: Test,
  cloud: Cloud,
  hostedZones: readonly ServedZone[],
  kubeconfig?: string,
): Promise<{ server: CoreDns; resolver: Resolver }> {
  const server = await startCoreDns({
    host: '127.0.0.1',
    hostedZones,
    refreshSeconds: 1,
    route53: { endpoint: cloud.endpoints.route53, region: cloud.endpoints.region, credentials: defaultPrincipal },
    ...(kubeconfig !== undefined && { kubeconfig }),
  });
  t.teardown(() => server.stop());
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  resolver.setServers([server.address]);
  return { server, resolver };
}

test('another reader of the simulated Route 53', async (t) => {
  if (!(await needs(t, 'coredns', 'kube-apiserver'))) return;

  t.test('answers the names that our adapter makes, follows their changes and forgets them', async (t) => {
    const { cloud, aws, live } = await orchestratorRig(t);
    const zone = await aws.zones.create({ name, vpcId, callerReference: 'one', comment: '', tags: {} }, live);
    const first = record(0, '10.0.1.200');
    await aws.zones.change(zone.id, [{ current: undefined, next: first }], live);
    const { resolver } = await coreDns(t, cloud, [zone]);
    t.strictSame(await resolver.resolve4(first.name, { ttl: true }), [{ address: '10.0.1.200', ttl: 5 }]);

    const moved = record(0, '10.0.1.201');
    await aws.zones.change(zone.id, [{ current: first, next: moved }], live);
    await eventually(async () => {
      if (!(await resolver.resolve4(first.name)).includes('10.0.1.201')) throw new Error('the old address');
    });
    t.strictSame(await resolver.resolve4(first.name), ['10.0.1.201']);

    await aws.zones.change(zone.id, [{ current: moved, next: undefined }], live);
    await eventually(async () => {
      const still = await resolver.resolve4(first.name).catch((error) => error.code);
      if (still !== 'ENOTFOUND') throw new Error(`${still}, expected no such name`);
    });
  });

  t.test('finds every record of a zone of several pages', async (t) => {
    const { cloud, aws, live } = await orchestratorRig(t);
    const zone = await aws.zones.create({ name, vpcId, callerReference: 'one', comment: '', tags: {} }, live);
    const records = Array.from({ length: 700 }, (_, n) => record(n, `10.1.${n >> 8}.${n & 255}`));
    await aws.zones.change(
      zone.id,
      records.map((next) => ({ current: undefined, next })),
      live,
    );
    const { resolver } = await coreDns(t, cloud, [zone]);
    const found: string[] = [];
    // One after the other: so many questions at once would be dropped at the socket.
    for (const { name } of records) found.push(...(await resolver.resolve4(name)));
    t.strictSame(
      found,
      records.flatMap(({ values }) => values),
    );
  });

  t.test('gives the SOA and the servers that Route 53 gives a private zone', async (t) => {
    const { cloud, aws, live } = await orchestratorRig(t);
    const zone = await aws.zones.create({ name, vpcId, callerReference: 'one', comment: '', tags: {} }, live);
    const { resolver } = await coreDns(t, cloud, [zone, { id: 'Z00000000000000DEMO1', name: 'demo-firecamp.com' }]);
    t.match(await resolver.resolveSoa(name), {
      nsname: 'ns-1536.awsdns-00.co.uk',
      hostmaster: 'awsdns-hostmaster.amazon.com',
      expire: 1_209_600,
      minttl: 86_400,
    });
    t.equal((await resolver.resolveNs(name)).length, 4);
    t.equal((await resolver.resolveNs('demo-firecamp.com')).length, 4);
    await t.rejects(resolver.resolve4('example.com'), { code: 'EREFUSED' }, 'it asks nobody else');
  });

  t.test('answers the names of a headless Service and of its pods', async (t) => {
    const { cloud } = await orchestratorRig(t);
    const api = await startKubeApi();
    t.teardown(() => api.stop());
    const kubeconfig = await writeKubeconfig(join(t.testdir(), 'kubeconfig'), { ...api, token: api.adminToken });
    const { resolver } = await coreDns(t, cloud, [], kubeconfig);
    const namespace = await api.newNamespace();
    await headlessService(api.admin, namespace, 'redis', { 'redis-0': '10.0.1.11', 'redis-1': '10.0.1.12' });
    const domain = `redis.${namespace}.svc.cluster.local`;
    const found = await eventually(() => resolver.resolve4(domain));
    t.strictSame(found.sort(), ['10.0.1.11', '10.0.1.12']);
    t.strictSame(await resolver.resolve4(`redis-1.${domain}`), ['10.0.1.12']);
  });

  t.test('does not start on a hosted zone that does not exist', async (t) => {
    const { cloud } = await orchestratorRig(t);
    await t.rejects(coreDns(t, cloud, [{ id: 'Z404', name: 'gone.com' }]), { message: /NoSuchHostedZone/ });
  });
});

type Admin = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** What the endpoint slice controller makes of ready pods, which does not run here. */
async function headlessService(admin: Admin, namespace: string, name: string, pods: Record<string, string>) {
  const port = { name: 'redis', port: 6379, protocol: 'TCP' };
  await admin('POST', `/api/v1/namespaces/${namespace}/services`, {
    metadata: { name },
    spec: { clusterIP: 'None', ports: [port] },
  });
  await admin('POST', `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, {
    metadata: { name: `${name}-1`, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [port],
    endpoints: Object.entries(pods).map(([hostname, ip]) => ({
      addresses: [ip],
      hostname,
      conditions: { ready: true },
    })),
  });
}
