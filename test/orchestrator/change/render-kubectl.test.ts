import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { stringify } from 'yaml';
import type { LiveObject } from '../../../common/ports/kube-objects.ts';
import { applyService } from '../../../orchestrator/change/apply-service.ts';
import { diffService } from '../../../orchestrator/change/diff-service.ts';
import { renderService } from '../../../orchestrator/change/render-service.ts';
import { createService } from '../../../orchestrator/creation/create-service.ts';
import { comparable } from '../../../orchestrator/objects/comparable-object.ts';
import { kinds } from '../../../orchestrator/objects/kinds.ts';
import { kubeBinaries } from '../../../scripts/rig/kube-binaries.ts';
import { writeKubeconfig } from '../../../scripts/rig/kubeconfig.ts';
import { run } from '../../../scripts/rig/processes.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { redisIn } from '../creation/sample-definition.ts';
import { addFleet, apiOnly, type OrchestratorWorld, orchestratorWorld } from '../world.ts';

const signal = new AbortController().signal;

test('what render prints and what create applies', async (t) => {
  if (!(await needs(t, 'kube-apiserver', 'kubectl'))) return;
  const api = await apiOnly(t);
  const world = await orchestratorWorld(t, api);
  await addFleet(api, world.account);
  const redis = redisIn(world.settings);
  const folder = mkdtempSync(join(tmpdir(), 'firecamp-render-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const access = { url: api.url, caFile: api.caFile, token: api.adminToken };
  const kubeconfig = await writeKubeconfig(join(folder, 'kubeconfig'), access);
  const [program] = await kubeBinaries('kubectl');
  const kubectl = (...args: string[]) => run(program, ['--kubeconfig', kubeconfig, ...args]);
  const file = join(folder, 'redis.yaml');

  await createService(world.operation(), redis);
  const created = await listing(world);
  const rendered = await renderService(world.operation(), redis);
  writeFileSync(file, rendered.map((object) => `---\n${stringify(object)}`).join(''));

  for (const way of [[], ['--server-side', '--field-manager=gitops']]) {
    await t.test(`${['kubectl apply', ...way].join(' ')} of it makes the same objects`, async (t) => {
      await removeAll(world);
      t.equal((await listing(world)).size, 0, 'they were gone');
      await kubectl('apply', ...way, '-f', file);
      const applied = await listing(world);
      t.equal(applied.size, created.size);
      for (const [name, object] of created) t.strictSame(applied.get(name), object, name);
      await nothingDiffers(t, world, redis);
      const { changes } = await applyService(world.operation(), redis);
      t.strictSame(
        changes.filter(({ action }) => action !== 'keep'),
        [],
        'and an apply has nothing to do',
      );
    });
  }

  await t.test('kubectl takes the created ones for what it would make, and changes none', async (t) => {
    await removeAll(world);
    await applyService(world.operation(), redis);
    t.strictSame([...(await listing(world))], [...created]);
    const said = await kubectl('apply', '--server-side', '--field-manager=gitops', '-f', file);
    t.match(said, /statefulset.apps\/redis serverside-applied/);
    t.strictSame([...(await listing(world))], [...created]);
    await nothingDiffers(t, world, redis);
  });
});

async function nothingDiffers(t: Test, { operation }: OrchestratorWorld, service: ReturnType<typeof redisIn>) {
  const differences = await diffService(operation(), service);
  t.strictSame(
    differences.filter(({ action }) => action !== 'none'),
    [],
    'a diff is empty',
  );
}

const shown = [
  ...['ServiceAccount', 'Role', 'RoleBinding', 'Service', 'EndpointSlice', 'PersistentVolumeClaim'],
  ...['PodDisruptionBudget', 'StatefulSet', 'Deployment', 'PersistentVolume', 'StorageClass'],
] as const;
const clusterScoped: readonly string[] = ['PersistentVolume', 'StorageClass'];

async function allObjects({ ports, namespace }: OrchestratorWorld): Promise<LiveObject[]> {
  const lists = await Promise.all(
    shown.map(async (kind) => {
      const scope = clusterScoped.includes(kind) ? {} : { namespace };
      return (await ports.kube.list(kinds[kind], scope, { signal })).items;
    }),
  );
  return lists.flat().filter(({ metadata }) => metadata.name !== 'default');
}

/** All objects of the namespace but records, and all cluster-scoped ones of services, without what only the server and kubectl write. */
async function listing(world: OrchestratorWorld): Promise<Map<string, unknown>> {
  const objects = await allObjects(world);
  return new Map(objects.map((object) => [`${object.kind} ${object.metadata.name}`, comparable(object)]));
}

/** No controller is there that would let protected volumes go. */
async function removeAll(world: OrchestratorWorld): Promise<void> {
  const { kube } = world.ports;
  for (const object of await allObjects(world)) {
    const { kind, metadata } = object;
    const place = clusterScoped.includes(kind) ? {} : { namespace: world.namespace };
    const ref = { kind: kinds[kind as (typeof shown)[number]], name: metadata.name, ...place };
    if (metadata['finalizers'] !== undefined) {
      await kube.replace(ref, { ...object, metadata: { ...metadata, finalizers: [] } }, { signal });
    }
    await kube.delete(ref, { signal, propagationPolicy: 'Background' });
  }
}
