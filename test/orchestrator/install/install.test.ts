import { test } from 'tap';
import { diffService } from '../../../orchestrator/change/diff-service.ts';
import { createService } from '../../../orchestrator/creation/create-service.ts';
import { install } from '../../../orchestrator/install/install.ts';
import { installObjects } from '../../../orchestrator/install/install-objects.ts';
import type { Installation } from '../../../orchestrator/install/installation.ts';
import { uninstall } from '../../../orchestrator/install/uninstall.ts';
import { installedLabels } from '../../../orchestrator/objects/object-owner.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { redisIn } from '../creation/sample-definition.ts';
import { everyObject } from '../removal/everything.ts';
import { addFleet, apiOnly, orchestratorWorld } from '../world.ts';

const memberRole = 'arn:aws:iam::111122223333:role/firecamp-member';
const managerRole = 'arn:aws:iam::111122223333:role/firecamp-manager';

function installationIn(namespace: string, changed: Partial<Installation> = {}): Installation {
  return { namespace, dbType: 'k8sdb', memberRoleArn: memberRole, managerRoleArn: managerRole, ...changed };
}

test('on an API server', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  t.setTimeout(120_000);
  const kube = await apiOnly(t);
  const fleet = await orchestratorWorld(t, kube);
  await addFleet(kube, fleet.account);

  const account = async (namespace: string, name = 'firecamp-statefulservice-sa') =>
    (await kube.admin('GET', `/api/v1/namespaces/${namespace}/serviceaccounts/${name}`)) as {
      metadata: { uid: string; resourceVersion: string; annotations?: Record<string, string> };
    };

  await t.test('makes a namespace and all in it, and takes exactly that away again', async (t) => {
    const namespace = `new-${fleet.namespace}`;
    const world = await orchestratorWorld(t, kube, { namespace });
    const clusterWide = async () => {
      const names: string[] = [];
      for (const kind of ['clusterroles', 'clusterrolebindings']) {
        const list = await kube.admin('GET', `/apis/rbac.authorization.k8s.io/v1/${kind}`);
        names.push(...(list as { items: { metadata: { name: string } }[] }).items.map((one) => one.metadata.name));
      }
      return names.sort();
    };
    const before = await clusterWide();
    for (const dryRun of ['client', 'server'] as const) {
      const planned = await install(world.operation({ dryRun }), installationIn(namespace));
      t.strictSame([...new Set(planned.changes.map(({ action }) => action))], ['create'], dryRun);
      t.equal(planned.changes.length, 9, dryRun);
    }
    await t.rejects(
      kube.admin('GET', `/api/v1/namespaces/${namespace}`),
      { message: / 404 / },
      'a dry run makes nothing',
    );
    const { changes } = await install(world.operation(), installationIn(namespace));
    t.strictSame(
      changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`),
      installObjects(installationIn(namespace)).map(({ kind, metadata }) => `create ${kind} ${metadata.name}`),
    );
    t.match(await kube.admin('GET', `/api/v1/namespaces/${namespace}`), {
      metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
    });
    const role = { 'eks.amazonaws.com/role-arn': memberRole };
    t.strictSame((await account(namespace)).metadata.annotations, role);
    const again = await install(world.operation(), installationIn(namespace));
    t.strictSame([...new Set(again.changes.map(({ detail }) => detail))], ['unchanged']);
    const moved = await install(world.operation(), installationIn(namespace, { memberRoleArn: `${memberRole}-2` }));
    t.match(
      moved.changes.filter(({ action }) => action !== 'keep'),
      [{ action: 'update', kind: 'ServiceAccount', name: 'firecamp-statefulservice-sa', detail: /member-2/ }],
    );

    const planned = await uninstall(world.operation({ dryRun: 'server' }));
    t.equal((await account(namespace)).metadata.annotations?.['eks.amazonaws.com/role-arn'], `${memberRole}-2`);
    const { changes: gone } = await uninstall(world.operation());
    t.strictSame(gone, planned.changes, 'the dry run told it');
    t.equal(gone.length, 9);
    t.strictSame(await clusterWide(), before);
    t.strictSame(
      (await everyObject(world)).filter((line) => !line.startsWith('configmaps kube-root')),
      [],
    );
    t.match(await kube.admin('GET', `/api/v1/namespaces/${namespace}`), { status: { phase: 'Terminating' } });
  });

  await t.test(
    'leaves a namespace of somebody else as it is, and says when its Pod Security level is in the way',
    async (t) => {
      const world = await orchestratorWorld(t, kube);
      const path = `/api/v1/namespaces/${world.namespace}`;
      const objects = await everyObject(world);
      const { changes } = await install(world.operation(), installationIn(world.namespace));
      t.match(changes[0], { action: 'keep', kind: 'Namespace', detail: 'it is not firecamp’s' });
      const before = (await kube.admin('GET', path)) as { metadata: { labels: object } };
      const labels = { ...before.metadata.labels, 'pod-security.kubernetes.io/enforce': 'baseline' };
      await kube.admin('PUT', path, { ...before, metadata: { ...before.metadata, labels } });
      const again = await install(world.operation(), installationIn(world.namespace));
      t.match(again.changes[0], {
        action: 'keep',
        detail: /baseline.*kubectl label --overwrite namespace .*=privileged/,
      });
      const { changes: gone } = await uninstall(world.operation());
      t.strictSame(
        gone.filter(({ kind }) => kind === 'Namespace'),
        [],
      );
      t.strictSame(await everyObject(world), objects);
      t.match(await kube.admin('GET', path), { status: { phase: 'Active' } });
    },
  );

  await t.test('services use what is installed and leave it as it is, and keep it from being taken away', async (t) => {
    const world = await orchestratorWorld(t, kube);
    const { namespace } = world;
    await install(world.operation(), installationIn(namespace));
    const before = await account(namespace);
    const redis = redisIn(world.settings);
    for (const run of ['first', 'again']) {
      const { changes } = await createService(world.operation(), redis);
      const access = changes.filter(({ kind }) => ['ServiceAccount', 'Role', 'RoleBinding'].includes(kind));
      t.strictSame([...new Set(access.map(({ action }) => action))], ['keep'], run);
    }
    const differences = await diffService(world.operation(), redis);
    t.strictSame(
      differences.filter(({ action }) => action !== 'none'),
      [],
    );
    t.strictSame(await account(namespace), before, 'not written, so its role stays');
    await t.rejects(uninstall(world.operation()), { code: 'FC-SVC-010', message: /services of FireCamp: redis\./ });
    t.strictSame(await account(namespace), before, 'a refusal deletes nothing');
  });

  await t.test('installs over what the first service made for itself', async (t) => {
    const world = await orchestratorWorld(t, kube);
    await createService(world.operation(), redisIn(world.settings, { name: 'other' }));
    const { uid } = (await account(world.namespace)).metadata;
    const { changes } = await install(world.operation(), installationIn(world.namespace));
    t.match(
      changes.filter(({ name }) => /member|stateful/.test(name)).map(({ action }) => action),
      ['update', 'update', 'update'],
    );
    const { metadata } = await account(world.namespace);
    t.match(metadata, { uid, annotations: { 'eks.amazonaws.com/role-arn': memberRole } });
  });

  await t.test('keeps a namespace that it made and in which others have put something', async (t) => {
    const namespace = `kept-${fleet.namespace}`;
    const world = await orchestratorWorld(t, kube, { namespace });
    await install(world.operation(), installationIn(namespace));
    await kube.admin('POST', `/api/v1/namespaces/${namespace}/secrets`, { metadata: { name: 'theirs' } });
    const { changes } = await uninstall(world.operation());
    t.match(changes.at(-1), { action: 'keep', kind: 'Namespace', detail: 'it has Secret theirs' });
    t.match(await kube.admin('GET', `/api/v1/namespaces/${namespace}`), { status: { phase: 'Active' } });
  });

  await t.test('keeps a namespace that it made and in which helm has installed what services need', async (t) => {
    const namespace = `helms-${fleet.namespace}`;
    const world = await orchestratorWorld(t, kube, { namespace });
    await install(world.operation(), installationIn(namespace));
    const labels = { ...installedLabels, 'app.kubernetes.io/managed-by': 'Helm' };
    const helms = { metadata: { name: 'of-the-chart', labels } };
    await kube.admin('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, helms);
    const { changes } = await uninstall(world.operation());
    t.match(changes.at(-1), { action: 'keep', kind: 'Namespace', detail: 'it has ServiceAccount of-the-chart' });
    t.match(await kube.admin('GET', `/api/v1/namespaces/${namespace}`), { status: { phase: 'Active' } });
  });

  await t.test('refuses a service account of somebody else, and makes nothing', async (t) => {
    const world = await orchestratorWorld(t, kube);
    const path = `/api/v1/namespaces/${world.namespace}/serviceaccounts`;
    await kube.admin('POST', path, { metadata: { name: 'firecamp-manageservice-sa' } });
    const before = await everyObject(world);
    await t.rejects(install(world.operation(), installationIn(world.namespace)), {
      code: 'FC-K8S-005',
      message: /^The installation in namespace .* ServiceAccount firecamp-manageservice-sa is not firecamp’s/,
    });
    t.strictSame(await everyObject(world), before);
  });
});
