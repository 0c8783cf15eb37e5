import { test } from 'tap';
import { run } from '../../../scripts/rig/processes.ts';
import { needs } from '../../../scripts/rig/requirements.ts';

test('several processes share one kube-apiserver, and none of them ends it', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const module = new URL('../../../scripts/rig/kube-api.ts', import.meta.url).href;
  const script = `
    const { startKubeApi } = await import(${JSON.stringify(module)});
    const api = await startKubeApi();
    await api.newNamespace();
    await api.stop();
    console.log(api.url);`;
  const once = `"${process.execPath}" --input-type=module -e '${script}'`;
  const output = await run(process.execPath, ['scripts/rig/with-kube-api.ts', 'sh', '-c', `${once} && ${once}`]);
  const [first, second] = output.trim().split('\n');
  t.match(first, /^https:\/\/127\.0\.0\.1:\d+$/);
  t.equal(second, first);
});
