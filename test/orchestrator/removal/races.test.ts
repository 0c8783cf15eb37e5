import { test } from 'tap';
import type { OrchestratorPorts } from '../../../common/ports/orchestrator-ports.ts';
import { createService } from '../../../orchestrator/creation/create-service.ts';
import { scaleService } from '../../../orchestrator/creation/scale-service.ts';
import { ensureServiceRecords } from '../../../orchestrator/creation/service-records.ts';
import { getService } from '../../../orchestrator/records/service-view.ts';
import { deleteServiceRecords } from '../../../orchestrator/removal/delete-records.ts';
import { deleteService } from '../../../orchestrator/removal/delete-service.ts';
import { markDeleting } from '../../../orchestrator/removal/mark-deleting.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { rejectionOf } from '../../rejection.ts';
import { redisIn } from '../creation/sample-definition.ts';
import { fleetVpc } from '../fleet-topology.ts';
import { addFleet, type OrchestratorWorld, orchestratorWorld, wholeCluster } from '../world.ts';
import { everyObject, wholeAccount } from './everything.ts';

const writes = new Set(['writeAll', 'create', 'change', 'apply', 'get', 'replace']);

/** What a write is about. */
type Moment = (port: 'store' | 'zones' | 'volumes' | 'kube', write: string) => boolean;

/** Ports before whose first write of that moment something else happens. */
function interrupted(ports: OrchestratorPorts, moment: Moment, event: () => Promise<unknown>): OrchestratorPorts {
  let happened = false;
  const wrap = <K extends 'store' | 'zones' | 'volumes' | 'kube'>(of: K): OrchestratorPorts[K] =>
    new Proxy(ports[of], {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        if (!writes.has(String(name)))
          return (...args: readonly unknown[]) => Reflect.apply(member, target, args) as unknown;
        return async (...args: readonly unknown[]) => {
          const about = `${String(name)} ${JSON.stringify(args[0], (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`;
          if (!happened && moment(of, about)) {
            happened = true;
            await event();
          }
          return (await Reflect.apply(member, target, args)) as unknown;
        };
      },
    });
  return { ...ports, store: wrap('store'), zones: wrap('zones'), volumes: wrap('volumes'), kube: wrap('kube') };
}

/** All there is, but for EBS volumes: those stay until they are asked for. */
async function everything(world: OrchestratorWorld) {
  const { volumes: _volumes, ...account } = wholeAccount(world) as { readonly volumes: unknown };
  // Controllers give every namespace two objects of its own, and take others away late.
  const objects = (await everyObject(world)).filter(
    (line) => !/ (kube-root-ca.crt|default) |^(pods|endpoints|endpointslices|controllerrevisions) /.test(line),
  );
  return { account, objects };
}

test('a deletion beside others that work on the same service', async (t) => {
  if (!(await needs(t, 'kube-cluster', 'kwok'))) return;
  t.setTimeout(0);
  const api = await wholeCluster(t);
  const moments: readonly [string, Moment][] = [
    [
      'the attributes are made',
      (port, write) => port === 'store' && /^writeAll .*"create","kind":"serviceAttr"/.test(write),
    ],
    ['volumes are made', (port, write) => port === 'volumes' && write.startsWith('create')],
    ['members are recorded', (port, write) => port === 'store' && /^writeAll .*"create","kind":"member"/.test(write)],
    [
      'addresses are recorded',
      (port, write) => port === 'store' && /^writeAll .*"create","kind":"staticIp"/.test(write),
    ],
    ['names are made', (port, write) => port === 'zones' && write.startsWith('change')],
    ['objects are made', (port, write) => port === 'kube' && /^apply .*"StatefulSet"/.test(write)],
  ];
  const first = await orchestratorWorld(t, api);
  await addFleet(api, first.account);
  for (const [number, [what, moment]] of moments.entries()) {
    // Volumes and storage classes of Kubernetes are in no namespace.
    const name = `made-${number}`;
    await t.test(`leaves nothing of a creation that goes on, deleted just before ${what}`, async (t) => {
      const world = await orchestratorWorld(t, api);
      const before = await everything(world);
      const ports = interrupted(world.ports, moment, () => deleteService(world.operation(), name));
      const creation = createService(
        world.operation({ ports }),
        redisIn(world.settings, { name, terminationGracePeriodSeconds: 1 }),
      );
      t.match(await rejectionOf(creation), { code: /FC-SVC-003|FC-REC-003/ });
      t.strictSame(await everything(world), before);
    });
  }

  await t.test('does not touch a service that has come in the place of the one that it was to delete', async (t) => {
    const world = await orchestratorWorld(t, api);
    const operation = world.operation();
    const definition = redisIn(world.settings, { name: 'later', terminationGracePeriodSeconds: 1 });
    const earlier = await ensureServiceRecords(operation, definition, undefined);
    let before: unknown;
    const ports = interrupted(
      world.ports,
      (port, write) => port === 'store' && write.includes('"DELETING"'),
      async () => {
        await deleteServiceRecords(operation, earlier);
        await createService(operation, definition);
        before = await everything(world);
      },
    );
    await deleteService(world.operation({ ports }), 'later');
    t.strictSame(await everything(world), before);
    const path = `/apis/apps/v1/namespaces/${world.namespace}/statefulsets/later`;
    t.match(await api.admin('GET', path), { spec: { replicas: 3 } });
  });

  await t.test('leaves nothing of a scale-up that goes on', async (t) => {
    const world = await orchestratorWorld(t, api);
    const definition = redisIn(world.settings, {
      name: 'grown',
      replicas: 1,
      zones: ['us-east-1a'],
      terminationGracePeriodSeconds: 1,
    });
    const before = await everything(world);
    await createService(world.operation(), definition);
    const moment: Moment = (port, write) => port === 'store' && /^writeAll .*"create","kind":"staticIp"/.test(write);
    const gone = () => deleteService(world.operation(), 'grown');
    const scaling = scaleService(world.operation({ ports: interrupted(world.ports, moment, gone) }), 'grown', 3);
    t.match(await rejectionOf(scaling), { code: /FC-SVC-003|FC-REC-003/ });
    t.strictSame(await everything(world), before);
  });

  await t.test('leaves no name in a zone that was there before a creation that was cut off', async (t) => {
    const id = 'ZEARLIER';
    const hostedZones = [{ id, name: 'demo-firecamp.com', privateZone: true, vpcIds: [fleetVpc], records: [] }];
    const world = await orchestratorWorld(t, api, { parts: { hostedZones } });
    const before = await everything(world);
    const named: Moment = (port, write) => port === 'store' && write.includes('"INITIALIZING"');
    const ports = interrupted(world.ports, named, () => Promise.reject(new Error('died')));
    const definition = redisIn(world.settings, { name: 'named' });
    await rejectionOf(createService(world.operation({ ports }), definition));
    t.equal(world.cloud.route53.records(id).filter(({ type }) => type === 'A').length, 3);
    await deleteService(world.operation(), 'named');
    t.strictSame(await everything(world), before);
  });

  await t.test('takes no address from a member that somebody scales up again while it is being given up', async (t) => {
    const world = await orchestratorWorld(t, api);
    const places = { replicas: 2, zones: ['us-east-1a'], terminationGracePeriodSeconds: 1 };
    const definition = redisIn(world.settings, {
      name: 'back',
      ...places,
      dataVolume: undefined,
      journalVolume: undefined,
    });
    await createService(world.operation(), definition);
    const given: Moment = (port, write) => port === 'kube' && /^get .*"back-data-back-1"/.test(write);
    const ports = interrupted(world.ports, given, () => scaleService(world.operation(), 'back', 2));
    const down = scaleService(world.operation({ ports }), 'back', 1, { release: true });
    t.match(await rejectionOf(down), { code: 'FC-REC-003', message: /scaled up to 2 members/ });
    const { members, service } = await getService(world.operation(), 'back');
    const ips = [...members.values()].map(({ record }) => record.staticIp);
    const { signal } = new AbortController();
    const records = await world.ports.store.addressRecords(service.record.serviceUuid, ips, { signal });
    t.strictSame([...records.keys()].sort(), ['10.0.8.0', '10.0.8.1']);
    await scaleService(world.operation(), 'back', 1, { release: true });
    t.strictSame([...(await getService(world.operation(), 'back')).members.keys()], [0]);
  });

  await t.test('gives nothing to a member out of what a scale-down has given up meanwhile', async (t) => {
    const world = await orchestratorWorld(t, api);
    const places = { replicas: 2, zones: ['us-east-1a'], terminationGracePeriodSeconds: 1 };
    await createService(world.operation(), redisIn(world.settings, { name: 'down', ...places }));
    const given: Moment = (port, write) => port === 'store' && /^writeAll .*"update","kind":"serviceAttr"/.test(write);
    const begun: Moment = (port, write) => port === 'kube' && /^get .*"down-data-down-1"/.test(write);
    const dying = interrupted(world.ports, begun, () => Promise.reject(new Error('died')));
    const release = () => rejectionOf(scaleService(world.operation({ ports: dying }), 'down', 1, { release: true }));
    const up = scaleService(world.operation({ ports: interrupted(world.ports, given, release) }), 'down', 3);
    t.match(await rejectionOf(up), { code: 'FC-REC-003' });
    await scaleService(world.operation(), 'down', 3);
    const { members, attr } = await getService(world.operation(), 'down');
    t.strictSame([...members.keys()], [0, 1, 2]);
    t.equal(attr?.record.replicas, 3);
  });

  await t.test('takes with it what others make between its look and its mark, and marks what they left', async (t) => {
    const world = await orchestratorWorld(t, api);
    const before = await everything(world);
    const places = { replicas: 1, zones: ['us-east-1a'], terminationGracePeriodSeconds: 1 };
    await createService(world.operation(), redisIn(world.settings, { name: 'late', ...places }));
    const { serviceUuid } = (await getService(world.operation(), 'late')).service.record;
    let status = '';
    const marking: Moment = (port, write) => port === 'store' && write.includes('"DELETING"');
    const grown = interrupted(world.ports, marking, () => scaleService(world.operation(), 'late', 3));
    const stopping: Moment = (port, write) => port === 'kube' && write.startsWith('replace');
    const ports = interrupted(grown, stopping, async () => {
      const { signal } = new AbortController();
      status = (await world.ports.store.get('serviceAttr', { serviceUuid }, { signal })).record.status;
    });
    await deleteService(world.operation({ ports }), 'late');
    t.equal(status, 'DELETING');
    t.strictSame(await everything(world), before);
  });

  await t.test('is not undone by a creation that goes on after its mark', async (t) => {
    const world = await orchestratorWorld(t, api);
    const before = await everything(world);
    const naming: Moment = (port, write) => port === 'zones' && write.startsWith('change');
    const mark = async () => {
      const { attr } = await getService(world.operation(), 'marked');
      if (attr !== undefined) await markDeleting(world.operation(), attr);
    };
    const ports = interrupted(world.ports, naming, mark);
    const definition = redisIn(world.settings, { name: 'marked', terminationGracePeriodSeconds: 1 });
    t.match(await rejectionOf(createService(world.operation({ ports }), definition)), { code: 'FC-SVC-003' });
    t.strictSame(await everything(world), before);
  });

  await t.test('leaves volumes that no later service of the name gets', async (t) => {
    const world = await orchestratorWorld(t, api);
    const definition = redisIn(world.settings, { name: 'again', terminationGracePeriodSeconds: 1 });
    await createService(world.operation(), definition);
    await deleteService(world.operation(), 'again');
    const kept = [...world.cloud.ec2.volumes.keys()];
    await createService(world.operation(), definition);
    const { members } = await getService(world.operation(), 'again');
    const used = [...members.values()].flatMap(({ record: { volumes } }) => [
      volumes.primaryVolumeId,
      volumes.journalVolumeId,
    ]);
    t.equal(new Set([...kept, ...used]).size, 12);
  });
});
