import { test } from 'tap';
import { type KubeApi, startKubeApi } from '../../../scripts/rig/kube-api.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { firecamp } from './firecamp.ts';

interface Rendered {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** Where the API server keeps objects of this kind, by its own word. */
async function collectionOf(api: KubeApi, { apiVersion, kind, metadata }: Rendered): Promise<string> {
  const group = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const { resources } = (await api.admin('GET', group)) as { resources: { name: string; kind: string }[] };
  const found = resources.find((resource) => resource.kind === kind && !resource.name.includes('/'));
  if (found === undefined) throw new Error(`${apiVersion} has no ${kind}`);
  return `${group}${metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`}/${found.name}`;
}

test('a real kube-apiserver', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const api = await startKubeApi();
  t.teardown(() => api.stop());
  const namespace = await api.newNamespace();
  const cwd = t.testdir();
  for (const example of ['redis', 'zookeeper', 'image']) {
    const { stdout: file } = await firecamp(['init', example, '-f', '-'], { cwd });
    for (const testMode of [false, true]) {
      t.test(
        `takes everything that is rendered of the ${example} example${testMode ? ' in TESTMODE' : ''}`,
        async (t) => {
          const stdin = `${file}\ntestMode: ${testMode}\n`;
          const { stdout } = await firecamp(['render', '-f', '-', '-n', namespace, '-o', 'json'], { cwd, stdin });
          const { items } = JSON.parse(stdout) as { items: Rendered[] };
          t.ok(items.length >= 5);
          for (const object of items) {
            const path = `${await collectionOf(api, object)}?dryRun=All&fieldValidation=Strict`;
            t.match(
              await api.admin('POST', path, object),
              { kind: object.kind, metadata: object.metadata },
              object.kind,
            );
          }
        },
      );
    }
  }
});
