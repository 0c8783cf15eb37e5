import { test } from 'tap';
import { applyService } from '../../../orchestrator/change/apply-service.ts';
import { getService } from '../../../orchestrator/records/service-view.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { firecampRecords, storeFirecampRecords } from '../../e2e/harness/firecamp-records.ts';
import { redisIn } from '../creation/sample-definition.ts';
import { addFleet, apiOnly, orchestratorWorld } from '../world.ts';

const { signal } = new AbortController();

test('a config file of FireCamp gets the mode that the service file gives it', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const kube = await apiOnly(t);
  const world = await orchestratorWorld(t, kube, { cluster: 'e2e', reservationTags: undefined });
  await addFleet(kube, world.account);
  const { ports, settings, namespace, operation } = world;
  const none = { iops: undefined, throughput: undefined, kmsKeyId: undefined };
  const gp2 = { ...none, volumeType: 'gp2', sizeGb: 20, encrypted: false };
  const volume = await ports.volumes.create(
    { ...gp2, zone: 'us-east-1a', tags: { Name: 'e2e-old-0' }, clientToken: 'old-0' },
    { signal },
  );
  const place = { zone: 'us-east-1a', ip: '10.0.0.77', instanceId: 'i-0', interfaceId: 'eni-0', volumeId: volume.id };
  const service = { name: 'old', uuid: 'e'.repeat(32), domain: 'e2e-firecamp.com', hostedZoneId: '/hostedzone/ZOLD' };
  const configs = { 'shared.conf': 'a\n', 'same.conf': 'b\n' };
  const members = [{ ...place, configs: { 'own.conf': `bind ${place.ip}\n` } }];
  await storeFirecampRecords({ api: kube }, 'k8sdb', namespace, firecampRecords({ ...service, configs, members }));
  const before = await getService(operation(), 'old');

  await applyService(
    operation(),
    redisIn(settings, {
      ...{ name: 'old', replicas: 1, zones: ['us-east-1a'], detachPolicy: 'keep', journalVolume: undefined },
      dataVolume: { mountPath: '/data', ...gp2 },
      configFiles: [
        { name: 'shared.conf', mode: 0o644, content: 'a\n' },
        { name: 'same.conf', mode: 0o600, content: 'b\n' },
        { name: 'own.conf', mode: 0o640, content: 'bind {{member.staticIp}}\n' },
      ],
    }),
  );
  const after = await getService(operation(), 'old');
  const ids = [...(after.attr?.record.configs ?? []), ...(after.members.get(0)?.record.configs ?? [])];
  const files = await Promise.all(
    ids.map(({ fileId }) => ports.store.get('configFile', { serviceUuid: service.uuid, fileId }, { signal })),
  );
  t.strictSame(
    files.map(({ record }) => `${record.fileName} ${record.fileMode.toString(8)} ${record.content}`),
    ['shared.conf 644 a\n', 'same.conf 600 b\n', 'own.conf 640 bind 10.0.0.77\n'],
  );
  t.equal(ids[1]?.fileId, before.attr?.record.configs[1]?.fileId, 'a file with the right mode stays the version it is');
});
