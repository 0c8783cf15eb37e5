import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { collectReport } from '../../../orchestrator/report/collect-report.ts';
import type { ReportFile } from '../../../orchestrator/report/report-file.ts';
import type { KubeApi } from '../../../scripts/rig/kube-api.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { tlsServer } from '../../common/k8s/tls-server.ts';
import { rejectionOf } from '../../rejection.ts';
import { allow, portsAs, redisWorld } from '../status/claimed-service.ts';
import { apiOnly, type OrchestratorWorld } from '../world.ts';

const secret = 'hunter2';

if (await needs(t, 'kube-apiserver')) {
  const kube = await apiOnly(t);
  await whole(kube);
  await denied(kube);
  await interrupted(kube);
}

async function whole(kube: KubeApi): Promise<void> {
  await t.test('has everything of a service, and no secret of it', async (test) => {
    const { world, members } = await redisWorld(test, kube, 2);
    await keepSecrets(world);
    await podThatPrints(test, world, `started\n{"password": "${secret}"}\nrequirepass ${secret}\nready\n`);
    const files = await collectReport(world.operation(), {
      logs: true,
      sinceSeconds: 3600,
      doctor: async () => [{ id: 'FC-CHK-001', result: 'pass' }],
    });
    test.strictSame(
      files.map(({ path }) => path),
      [
        'version.json',
        'doctor.json',
        'services.json',
        ...['status', 'records', 'ec2', 'route53', 'objects', 'events'].map((name) => `services/redis/${name}.json`),
        'services/redis/logs/redis-9/main.log',
        'services/redis/logs/redis-9/main.previous.log',
        'warnings.txt',
      ],
    );
    for (const { path, text } of files) test.notMatch(text, secret, path);
    const log = textOf(files, 'services/redis/logs/redis-9/main.log');
    test.equal(log, 'since 3600\nstarted\n{"password": [redacted]}\nrequirepass [redacted]\nready\n');
    test.match(jsonOf(files, 'version.json'), { firecamp: String, kubernetes: /^v1\./ });
    test.match(jsonOf(files, 'services/redis/status.json'), {
      members: [{ name: 'redis-0' }, {}, { name: 'redis-9' }],
    });
    test.match(jsonOf(files, 'services/redis/records.json'), {
      attributes: { revision: '2', definition: { env: { MODE: 'cluster', PASSWORD: '[redacted]' } } },
      addresses: { value: { [members[0]?.ip ?? '']: { owner: { state: 'owned', epoch: 3 } } } },
    });
    test.match(jsonOf(files, 'services/redis/ec2.json'), {
      holders: { value: { [members[1]?.ip ?? '']: { id: members[1]?.interfaceId } } },
    });
    const objects = textOf(files, 'services/redis/objects.json');
    test.match(objects, /"kind": "StatefulSet"/);
    test.match(objects, /"cluster-mode"/);
    test.notMatch(objects, /managedFields|"kind": "(Secret|ConfigMap)"/);
    // The bare pods of this world have nodes that nobody registered, so their logs are nowhere.
    const warnings = textOf(files, 'warnings.txt').trim().split('\n');
    test.match(warnings, [
      /^redis: Log of redis-0\/redis: the pod or its node is gone$/,
      /^redis: Log of redis-1\/redis: /,
      /^redis: Rendered against live: FC-REC-002 /,
    ]);
    test.equal(warnings.length, 3);
  });
}

async function denied(kube: KubeApi): Promise<void> {
  await t.test('is made of what may be read, with a line for each thing that may not', async (test) => {
    const { world } = await redisWorld(test, kube, 1);
    const token = await allow(world, 'reader', { apiGroups: [''], resources: ['configmaps'] });
    const error = { kind: 'error', status: 403, code: 'AccessDenied', message: 'not you' } as const;
    world.cloud.faults.add({ service: 'route53' }, error);
    const files = await collectReport(world.operation({ ports: portsAs(test, world, token) }), {
      service: 'redis',
      logs: true,
      doctor: () => Promise.reject(new Error('no doctor today')),
    });
    test.match(jsonOf(files, 'services/redis/records.json'), { attributes: { serviceName: 'redis' } });
    test.match(jsonOf(files, 'services/redis/status.json'), { healthy: false });
    const warnings = textOf(files, 'warnings.txt');
    for (const line of [/^Doctor: .*no doctor today/m, /^redis: Pods: FC-K8S-002/m, /^redis: Route 53: FC-AWS-001/m]) {
      test.match(warnings, line);
    }
    test.match(warnings, /^redis: Listing the events of redis: FC-K8S-002/m);
  });
}

async function interrupted(kube: KubeApi): Promise<void> {
  await t.test('ends when it is interrupted', async (test) => {
    const { world } = await redisWorld(test, kube, 1);
    const ctrlC = new AbortController();
    const silent = world.cloud.faults.add({ service: 'ec2' }, { kind: 'swallow' });
    const collecting = rejectionOf(collectReport(world.operation({ signal: ctrlC.signal })));
    await silent.reached;
    ctrlC.abort(new Error('Ctrl-C'));
    test.match(await collecting, { code: 'FC-CLM-005' });
  });
}

/** Wherever a person may have put one. */
async function keepSecrets({ kube, namespace, ports, operation }: OrchestratorWorld): Promise<void> {
  const definition = { name: 'redis', env: { PASSWORD: secret, MODE: 'cluster' }, args: ['--requirepass', secret] };
  const serviceUuid = 'a'.repeat(32);
  const attr = await ports.store.get('serviceAttr', { serviceUuid }, operation());
  await ports.store.update('serviceAttr', attr, { ...attr.record, definition }, operation());
  const path = `/apis/apps/v1/namespaces/${namespace}/statefulsets/redis`;
  const set = (await kube.admin('GET', path)) as { metadata: object; spec: { template: object } };
  const env = [
    { name: 'REDIS_PASSWORD', value: secret },
    { name: 'MODE', value: 'cluster-mode' },
  ];
  const args = ['--requirepass', secret, `--masterauth=${secret}`, `sh -c "PASSWORD=${secret} run"`];
  const template = { ...set.spec.template, spec: { containers: [{ name: 'redis', image: 'redis:7', env, args }] } };
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': `{"value":"${secret}"}` };
  await kube.admin('PUT', path, {
    ...set,
    metadata: { ...set.metadata, annotations },
    spec: { ...set.spec, template },
  });
  await kube.admin('POST', `/api/v1/namespaces/${namespace}/secrets`, {
    metadata: { name: 'redis', labels: { 'firecamp-servicename': 'redis' } },
    stringData: { password: secret },
  });
  await ports.store.create(
    'configFile',
    {
      ...{ serviceUuid, fileId: 'cfg-1', revision: 1n, fileName: 'redis.conf', lastModified: 1n, fileMode: 0o600 },
      ...{ fileMd5: '', content: `requirepass ${secret}`, unknown: {} },
    },
    operation(),
  );
}

/** A pod on a node whose kubelet is played here: the API server asks it for logs as it asks any. */
async function podThatPrints(test: Test, { kube, namespace }: OrchestratorWorld, text: string): Promise<void> {
  const kubelet = await tlsServer(test, (request, response) => {
    const since = new URL(request.url ?? '', 'https://kubelet').searchParams.get('sinceSeconds');
    response.end(`since ${since}\n${text}`);
  });
  const Port = (kubelet.http.address() as AddressInfo).port;
  const addresses = [{ type: 'InternalIP', address: '127.0.0.1' }];
  const status = { addresses, daemonEndpoints: { kubeletEndpoint: { Port } } };
  await kube.admin('POST', '/api/v1/nodes', { metadata: { name: 'printing' }, status });
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const labels = { 'firecamp-servicename': 'redis' };
  const spec = { nodeName: 'printing', containers: [{ name: 'main', image: 'redis:7' }] };
  const pod = (await kube.admin('POST', pods, { metadata: { name: 'redis-9', labels }, spec })) as object;
  const containerStatuses = [{ name: 'main', restartCount: 1, ready: true, image: 'redis:7', imageID: '' }];
  await kube.admin('PUT', `${pods}/redis-9/status`, { ...pod, status: { phase: 'Running', containerStatuses } });
}

function textOf(files: readonly ReportFile[], path: string): string {
  const file = files.find((one) => one.path === path);
  if (file === undefined) throw new Error(`no ${path} among ${files.map((one) => one.path).join(', ')}`);
  return file.text;
}

function jsonOf(files: readonly ReportFile[], path: string): unknown {
  return JSON.parse(textOf(files, path));
}
