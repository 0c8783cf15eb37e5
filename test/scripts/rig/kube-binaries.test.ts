import { test } from 'tap';
import { etcdBinary, kubeBinaries } from '../../../scripts/rig/kube-binaries.ts';

test('takes the binaries that a person has, and makes only what is not among them', async (t) => {
  const assets = t.testdir({ 'kube-apiserver': '', etcd: '' });
  const env = { PATH: '/nowhere', XDG_CACHE_HOME: `${assets}/cache`, KUBEBUILDER_ASSETS: assets };
  t.intercept(process, 'env', { value: { ...process.env, ...env } });
  t.strictSame(await kubeBinaries('kube-apiserver'), [`${assets}/kube-apiserver`]);
  t.equal(await etcdBinary(), `${assets}/etcd`);
  await t.rejects(kubeBinaries('kube-apiserver', 'kubelet'), {
    code: 'RIG_UNAVAILABLE',
    message: /kubelet .* no go in PATH/,
  });
});
