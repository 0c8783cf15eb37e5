import t from 'tap';
import { listServices } from '../../../orchestrator/status/list-services.ts';
import type { KubeApi } from '../../../scripts/rig/kube-api.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { rejectionOf } from '../../rejection.ts';
import { apiOnly } from '../world.ts';
import { allow, portsAs, redisWorld } from './claimed-service.ts';
import { sampleAttr } from './seen.ts';

if (await needs(t, 'kube-apiserver')) {
  const kube = await apiOnly(t);
  await listed(kube);
  await unread(kube);
}

async function listed(kube: KubeApi): Promise<void> {
  await t.test('lists services with objects, with records, and with both, of one namespace or of all', async (test) => {
    const { world } = await redisWorld(test, kube, 1);
    const { settings, namespace, ports } = world;
    const operation = world.operation();
    const { cluster } = settings;
    await deployment(kube, namespace, 'web', cluster);
    const elsewhere = await kube.newNamespace();
    await deployment(kube, elsewhere, 'web', 'other');
    await kube.admin('POST', `/apis/apps/v1/namespaces/${namespace}/deployments`, deploymentOf('nginx', {}));
    const serviceUuid = 'b'.repeat(32);
    await ports.store.create('service', { cluster, serviceName: 'half', serviceUuid }, operation);
    const attr = { cluster, namespace, serviceUuid, serviceName: 'half', status: 'CREATING', replicas: 5 };
    await ports.store.create('serviceAttr', sampleAttr(attr), operation);

    const services = await listServices(operation);
    test.match(services, [
      { name: 'half', namespace, cluster, type: 'stateful', recordStatus: 'CREATING', running: 0, desired: 5 },
      { name: 'redis', namespace, type: 'stateful', recordStatus: 'ACTIVE', desired: 1, image: 'redis:7' },
      { name: 'web', namespace, type: 'stateless', recordStatus: undefined, desired: 2 },
    ]);
    test.equal(services.length, 3, 'nginx is not ours');
    const all = (await listServices(operation, { allNamespaces: true })).filter(({ name }) => name === 'web');
    test.strictSame(
      all.map((one) => [one.namespace, one.cluster]).sort(),
      [
        [namespace, cluster],
        [elsewhere, 'other'],
      ].sort(),
    );
  });
}

async function unread(kube: KubeApi): Promise<void> {
  await t.test(
    'lists what Kubernetes has when the records may not be read, and nothing the other way round',
    async (test) => {
      const { world } = await redisWorld(test, kube, 1);
      const objects = await allow(world, 'objects', {
        apiGroups: ['apps'],
        resources: ['statefulsets', 'deployments'],
      });
      const services = await listServices(world.operation({ ports: portsAs(test, world, objects) }));
      test.match(services, [{ name: 'redis', recordStatus: undefined, desired: 1 }]);
      test.match(world.log.of('warn'), [/records could not be read/]);
      const records = await allow(world, 'records', { apiGroups: [''], resources: ['configmaps'] });
      const error = await rejectionOf(listServices(world.operation({ ports: portsAs(test, world, records) })));
      test.match(error, { code: 'FC-K8S-002' });
    },
  );
}

async function deployment(kube: KubeApi, namespace: string, name: string, cluster: string): Promise<void> {
  const labels = { 'firecamp-servicename': name, 'app.kubernetes.io/part-of': cluster };
  await kube.admin('POST', `/apis/apps/v1/namespaces/${namespace}/deployments`, deploymentOf(name, labels));
}

function deploymentOf(name: string, labels: Readonly<Record<string, string>>) {
  const matchLabels = { app: name, ...labels };
  const template = { metadata: { labels: matchLabels }, spec: { containers: [{ name, image: `${name}:1` }] } };
  return { metadata: { name, labels }, spec: { replicas: 2, selector: { matchLabels }, template } };
}
