import { type Test, test } from 'tap';
import { createService } from '../../../orchestrator/creation/create-service.ts';
import { install } from '../../../orchestrator/install/install.ts';
import type { Installation } from '../../../orchestrator/install/installation.ts';
import { installationOwner } from '../../../orchestrator/install/installation-owner.ts';
import { uninstall } from '../../../orchestrator/install/uninstall.ts';
import { applyObjects } from '../../../orchestrator/objects/apply-objects.ts';
import { installedLabels } from '../../../orchestrator/objects/object-owner.ts';
import type { Operation } from '../../../orchestrator/operation.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { redisIn } from '../creation/sample-definition.ts';
import { kubeFront } from '../kube-front.ts';
import { addFleet, apiOnly, type OrchestratorWorld, orchestratorWorld } from '../world.ts';
import { installationIn, newName, ofAnotherRelease, rbac } from './another-release.ts';
import { installedState } from './installed-state.ts';

test('an installation over another release’s', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  t.setTimeout(180_000);
  const kube = await apiOnly(t);
  const first = await orchestratorWorld(t, kube, { namespace: newName() });
  await addFleet(kube, first.account);

  const installed = async (test: Test, api = kube): Promise<OrchestratorWorld> => {
    const world = await orchestratorWorld(test, api, { namespace: newName() });
    await applyObjects(world.operation(), ofAnotherRelease(world.namespace), installationOwner);
    return world;
  };
  const state = ({ namespace }: OrchestratorWorld) => installedState(kube, namespace);
  const actionsOf = (changes: readonly { action: string; kind: string; name: string; detail?: string }[]) =>
    changes.filter(({ detail }) => detail !== 'unchanged').map(({ action, kind, name }) => `${action} ${kind} ${name}`);

  await install(first.operation(), installationIn(first.namespace));
  const fresh = await state(first);

  await t.test('leaves what a new one makes, and says before what it will do', async (t) => {
    const world = await installed(t);
    const { namespace } = world;
    const before = await state(world);
    t.notSame(before, fresh);
    const planned = await install(world.operation({ dryRun: 'server' }), installationIn(namespace));
    t.same(await state(world), before, 'a dry run changes nothing');
    const { changes } = await install(world.operation(), installationIn(namespace));
    t.same(changes, planned.changes);
    t.same(await state(world), fresh, 'what was wider, more and other is taken back');
    const [role] = changes.filter(({ kind, name }) => kind === 'Role' && name === 'firecamp-manager');
    t.match(role, { action: 'update', detail: /secrets.* → nothing/ });
    t.same(
      actionsOf(changes).filter((line) => line.startsWith('delete')),
      [
        `delete ClusterRole firecamp-guard-${namespace}`,
        'delete Deployment firecamp-guard',
        'delete Role firecamp-guard',
      ],
    );
    const again = await install(world.operation(), installationIn(namespace));
    t.same(actionsOf(again.changes), []);
  });

  await t.test(
    'touches nothing of others: other namespaces’, helm’s, and what people added to its objects',
    async (t) => {
      const world = await installed(t);
      const { namespace } = world;
      const other = await installed(t);
      const otherBefore = await state(other);
      const roles = `/apis/${rbac}/namespaces/${namespace}/roles`;
      const helms = { ...installedLabels, 'app.kubernetes.io/managed-by': 'Helm' };
      for (const [name, labels] of [
        ['theirs', {}],
        ['of-helm', helms],
      ] as const) {
        await kube.admin('POST', roles, { metadata: { name, labels }, rules: [] });
      }
      const account = `/api/v1/namespaces/${namespace}/serviceaccounts/firecamp-statefulservice-sa`;
      const live = (await kube.admin('GET', account)) as { metadata: { labels: object } };
      const labels = { ...live.metadata.labels, team: 'stores' };
      await kube.admin('PUT', account, { ...live, metadata: { ...live.metadata, labels } });
      await install(world.operation(), installationIn(namespace));
      t.match(await kube.admin('GET', account), { metadata: { labels: { team: 'stores' } } });
      for (const name of ['theirs', 'of-helm']) await kube.admin('GET', `${roles}/${name}`);
      t.same(await state(other), otherBefore);
      await uninstall(world.operation());
      const left = (await state(world)) as { metadata: { name: string } }[];
      t.same(
        left.map(({ metadata: { name } }) => name.replace('NAMESPACE', namespace)).sort(),
        ['of-helm', namespace, 'theirs'],
        'uninstalling leaves the same',
      );
      t.same(await state(other), otherBefore);
    },
  );

  await t.test('tells what somebody has changed of it, writes nothing, and takes it back when told to', async (t) => {
    const world = await installed(t);
    const { namespace } = world;
    const path = `/apis/${rbac}/namespaces/${namespace}/roles/firecamp-manager`;
    const live = (await kube.admin('GET', path)) as object;
    await kube.admin('PUT', `${path}?fieldManager=kubectl-edit`, { ...live, rules: [] });
    const before = await state(world);
    await t.rejects(install(world.operation(), installationIn(namespace)), {
      code: 'FC-K8S-007',
      message: /Role firecamp-manager: Apply failed with 1 conflict: conflict with "kubectl-edit".*\.rules/,
    });
    t.same(await state(world), before);
    await install(world.operation(), installationIn(namespace), { force: true });
    t.same(await state(world), fresh);
  });

  const works = [
    {
      title: 'an installation',
      run: (operation: Operation) => install(operation, installationIn(operation.settings.namespace)),
      check: async (t: Test, world: OrchestratorWorld, when: string) => void t.same(await state(world), fresh, when),
      // Each object of another release that is changed or deleted.
      writes: 12,
    },
    {
      title: 'an uninstallation',
      run: uninstall,
      check: async (t: Test, world: OrchestratorWorld, when: string) => {
        t.match(await state(world), [{ kind: 'Namespace', metadata: { deletionTimestamp: /./ } }], when);
        t.equal((await state(world)).length, 1, 'the namespace alone, which the controllers of a whole cluster finish');
      },
      writes: 12,
    },
  ];
  for (const { title, run, check, writes } of works) {
    await t.test(`${title} goes on where it was cut off, after any of its writes`, async (t) => {
      let stop: AbortController | undefined;
      let writesLeft = 0;
      const front = await kubeFront(t, kube, ({ method, url }) => {
        const isWrite = (method === 'PATCH' || method === 'DELETE') && !url.searchParams.has('dryRun');
        if (isWrite && stop !== undefined && writesLeft-- === 0) stop.abort(new Error('Ctrl-C'));
        return undefined;
      });
      let cutOff = 0;
      for (let allowed = 0; ; allowed++) {
        const world = await installed(t, front.api);
        stop = new AbortController();
        writesLeft = allowed;
        const { signal } = stop;
        const ended = await run(world.operation({ signal })).then(
          () => 'whole',
          () => 'cut off',
        );
        stop = undefined;
        if (ended === 'whole') break;
        cutOff += 1;
        await run(world.operation());
        await check(t, world, `after ${allowed} writes`);
      }
      t.equal(cutOff, writes);
    });
  }

  await t.test('keeps what members of services may live by, and says so', async (t) => {
    const world = await installed(t);
    const { namespace } = world;
    await createService(world.operation(), redisIn(world.settings));
    const newer = { ...world.settings, release: '2.0.0' };
    const kept = async (settings: typeof world.settings | typeof newer, changed: Partial<Installation> = {}) => {
      const { changes } = await install(world.operation({ settings }), installationIn(namespace, changed));
      return changes.filter(({ action, detail }) => action === 'keep' && detail !== 'unchanged');
    };
    t.match(
      (await kept(newer)).filter(({ name }) => name.startsWith('firecamp-guard')),
      Array(3).fill({ detail: `containers of another release may need it: ${namespace}/redis` }),
    );
    const set = (await kube.admin('GET', `/apis/apps/v1/namespaces/${namespace}/statefulsets/redis`)) as {
      readonly spec: { readonly template: { readonly metadata: object } };
    };
    const { metadata } = set.spec.template;
    const initContainers = [{ name: 'init', image: 'x/firecamp-initcontainer:0.9.0' }];
    const ofBefore = {
      serviceAccountName: 'firecamp-statefulservice-sa',
      initContainers,
      containers: [{ name: 'redis', image: 'redis' }],
    };
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    const members = ['redis-0', 'redis-1'];
    for (const name of members) await kube.admin('POST', pods, { metadata: { ...metadata, name }, spec: ofBefore });
    t.match(
      (await kept(world.settings)).filter(({ name }) => name.startsWith('firecamp-guard')),
      Array(3).fill({ detail: `containers of another release may need it: ${namespace}/redis` }),
      'the pod template is of this release, the pods are not: they are named once',
    );
    for (const name of members) await kube.admin('DELETE', `${pods}/${name}?gracePeriodSeconds=0`);
    t.match(
      (await kept(world.settings, { dbType: 'clouddb' })).filter(({ name }) => name === 'firecamp-member-k8sdb'),
      Array(2).fill({ detail: 'redis may have records there' }),
    );
    t.same(
      (await kept(world.settings)).map(({ name }) => name),
      ['firecamp-member', 'firecamp-member'],
      'what only another release had is gone, as all containers are of this one',
    );
  });
});
