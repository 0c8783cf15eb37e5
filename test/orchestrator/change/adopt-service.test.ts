import { type Test, test } from 'tap';
import { md5 } from '../../../common/domain/md5.ts';
import { applyService } from '../../../orchestrator/change/apply-service.ts';
import { diffService } from '../../../orchestrator/change/diff-service.ts';
import { updateService } from '../../../orchestrator/change/update-service.ts';
import { readDefinition } from '../../../orchestrator/records/read-definition.ts';
import { getService } from '../../../orchestrator/records/service-view.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { rejectionOf } from '../../rejection.ts';
import { redisIn } from '../creation/sample-definition.ts';
import { fleetVpc } from '../fleet-topology.ts';
import { addFleet, apiOnly, type OrchestratorWorld, orchestratorWorld } from '../world.ts';

const signal = new AbortController().signal;
const uuid = '5f2a9c3e7b1d4f60a8e2c4b6d8f01234';
const conf = 'appendonly yes\n';
const zones = ['us-east-1a', 'us-east-1b'];
const addresses = ['10.0.0.77', '10.0.16.77'];

test('takes over the records of a service that FireCamp made', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const api = await apiOnly(t);
  const world = await orchestratorWorld(t, api);
  await addFleet(api, world.account);
  const { operation, settings } = world;
  await fireCampRecords(world);
  const redis = redisIn(settings, {
    ...{ replicas: 2, zones, journalVolume: undefined },
    configFiles: [{ name: 'redis.conf', mode: 0o600, content: conf }],
  });

  await t.test('they hold no definition, so an update of single properties is refused', async (t) => {
    t.match(await rejectionOf(updateService(operation(), 'redis', { maxMemMb: 1024 })), { code: 'FC-SVC-004' });
  });

  await t.test(
    'what they say must be what the file says, files for the members too; nothing is written otherwise',
    async (t) => {
      const before = await recordOf(world, `firecamp-serviceattr-${uuid}`);
      const other = redisIn(settings, { replicas: 3, journalVolume: undefined, staticIp: false, configFiles: [] });
      t.match(await rejectionOf(applyService(operation(), other)), {
        code: 'FC-SVC-005',
        fields: {
          changes: [
            'replicas: 2 in the records, 3 in the file',
            'staticIp: true in the records, false in the file',
            'configFiles[redis.conf]: in the records, not in the file',
          ],
        },
      });
      t.strictSame(await recordOf(world, `firecamp-serviceattr-${uuid}`), before);
    },
  );

  await t.test(
    'apply keeps members, addresses, volumes and unknown fields, and adds what firecamp needs',
    async (t) => {
      const members = await Promise.all(
        [0, 1].map((n) => recordOf(world, `firecamp-servicemember-${uuid}-redis-${n}`)),
      );
      const { changes } = await applyService(operation(), redis);
      t.strictSame(
        changes.filter(({ kind }) => ['volume', 'address', 'member record', 'hosted zone'].includes(kind)),
        [],
        'nothing is made that was there',
      );
      const attr = await recordOf(world, `firecamp-serviceattr-${uuid}`);
      t.match(JSON.parse(attr['ServiceMeta'] ?? ''), { Owner: 'team-a', ServiceStatus: 'ACTIVE' });
      const spec = JSON.parse(attr['ServiceSpec'] ?? '') as Record<string, unknown>;
      t.match(spec, { CustomAttr: { Shards: 1 }, CatalogServiceType: 'redis', Namespace: settings.namespace });
      t.match(spec, { ServiceConfigs: [{ FileName: 'redis.conf', FileID: 'redis-77ab-2' }] }, 'the file is the same');
      t.strictSame(
        await Promise.all([0, 1].map((n) => recordOf(world, `firecamp-servicemember-${uuid}-redis-${n}`))),
        members,
        'records of members are not touched',
      );
      t.strictSame(await readDefinition(operation(), await getService(operation(), 'redis')), redis);
      await againNothing(t, world, redis);
    },
  );

  await t.test('then it can be changed as any other', async (t) => {
    await updateService(operation(), 'redis', { maxMemMb: 1024 });
    await againNothing(t, world, { ...redis, resources: { ...redis.resources, maxMemMb: 1024 } });
  });
});

async function againNothing(t: Test, { operation }: OrchestratorWorld, is: ReturnType<typeof redisIn>) {
  const differences = await diffService(operation(), is);
  t.strictSame(
    differences.filter(({ action }) => action !== 'none'),
    [],
  );
  const { changes } = await applyService(operation(), is);
  t.strictSame(
    changes.filter(({ action }) => action !== 'keep'),
    [],
  );
}

async function recordOf({ kube, namespace }: OrchestratorWorld, name: string): Promise<Record<string, string>> {
  const map = await kube.admin('GET', `/api/v1/namespaces/${namespace}/configmaps/${name}`);
  return (map as { data: Record<string, string> }).data;
}

/** Two members with static IPs outside any reservation, a volume each and one file, in FireCamp's layout, with fields of another version. */
async function fireCampRecords(world: OrchestratorWorld): Promise<void> {
  const { ports } = world;
  const domain = 'demo-firecamp.com';
  const zone = await ports.zones.create(
    { name: domain, vpcId: fleetVpc, callerReference: 'firecamp-1', comment: '', tags: {} },
    { signal },
  );
  const names = addresses.map((ip, n) => ({ name: `redis-${n}.${domain}`, ttlSeconds: 5, values: [ip] }));
  await ports.zones.change(
    zone.id,
    names.map((next) => ({ current: undefined, next })),
    { signal },
  );
  const put = (name: string, label: string, data: Record<string, string>) =>
    world.kube.admin('POST', `/api/v1/namespaces/${world.namespace}/configmaps`, {
      metadata: { name, labels: { firecamp: label } },
      data,
    });
  const hex = (text: string) => Buffer.from(text).toString('hex');
  const device = { ClusterName: 'demo', DeviceName: '/dev/xvdf', ServiceName: 'redis' };
  await put(`firecamp-device-${hex('demo')}-${hex('/dev/xvdf')}`, 'device', device);
  const service = { ClusterName: 'demo', ServiceName: 'redis', ServiceUUID: uuid };
  await put(`firecamp-service-${hex('demo')}-${hex('redis')}`, 'service', service);
  await put(`firecamp-serviceattr-${uuid}`, 'serviceattr', {
    ...{ ServiceUUID: uuid, Revision: '4' },
    ServiceMeta: `{"ClusterName":"demo","ServiceName":"redis","LastModified":1537209600123456789,"ServiceType":"stateful","ServiceStatus":"ACTIVE","Owner":"team-a"}`,
    ServiceSpec: `{"Replicas":2,"Resource":{"MaxCPUUnits":0,"ReserveCPUUnits":256,"MaxMemMB":0,"ReserveMemMB":256},"RegisterDNS":true,"DomainName":"${domain}","HostedZoneID":"${zone.id}","RequireStaticIP":true,"ServiceConfigs":[{"FileName":"redis.conf","FileID":"redis-77ab-2","FileMD5":"${md5(conf)}"}],"CatalogServiceType":"redis","Volumes":{"PrimaryDeviceName":"/dev/xvdf","PrimaryVolume":{"VolumeType":"gp3","VolumeSizeGB":20,"Iops":100,"Encrypted":true},"JournalDeviceName":"","JournalVolume":{"VolumeType":"","VolumeSizeGB":0,"Iops":0,"Encrypted":false}},"CustomAttr":{"Shards":1}}`,
  });
  await put(`firecamp-configfile-${uuid}-redis-77ab-2`, `firecamp-configfile-${uuid}`, {
    ...{ ServiceUUID: uuid, ConfigFileID: 'redis-77ab-2', Revision: '1' },
    ConfigFileMeta: '{"FileName":"redis.conf","LastModified":1537209600000000001}',
    ConfigFileSpec: JSON.stringify({ FileMode: 384, FileMD5: md5(conf), Content: conf }),
  });
  for (const [n, ip] of addresses.entries()) {
    const about = { zone: zones[n] ?? '', sizeGb: 20, volumeType: 'gp3', encrypted: true };
    const wish = { ...about, iops: undefined, throughput: undefined, kmsKeyId: undefined, clientToken: `redis-${n}` };
    const volume = await ports.volumes.create({ ...wish, tags: { Name: `demo-redis-${n}` } }, { signal });
    await put(`firecamp-servicemember-${uuid}-redis-${n}`, `firecamp-servicemember-${uuid}`, {
      ...{ ServiceUUID: uuid, MemberName: `redis-${n}`, Revision: '7' },
      MemberMeta: '{"LastModified":1537209600987654321,"Status":"ACTIVE"}',
      MemberSpec: `{"AvailableZone":"${zones[n]}","TaskID":"t","ContainerInstanceID":"c","ServerInstanceID":"i-0abc1234def567890","Volumes":{"PrimaryVolumeID":"${volume.id}","PrimaryDeviceName":"/dev/xvdf","JournalVolumeID":"","JournalDeviceName":""},"StaticIP":"${ip}","Configs":null,"Rack":"r${n}"}`,
    });
    await put(`firecamp-staticip-${ip}`, `firecamp-staticip-${uuid}`, {
      ...{ StaticIP: ip, Revision: '7' },
      StaticIPSpec: `{"ServiceUUID":"${uuid}","AvailableZone":"${zones[n]}","ServerInstanceID":"i-0abc1234def567890","NetworkInterfaceID":"eni-0123456789abcdef0"}`,
    });
  }
}
