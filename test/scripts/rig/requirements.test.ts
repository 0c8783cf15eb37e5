import { test } from 'tap';
import { needs } from '../../../scripts/rig/requirements.ts';

/** A machine without Go, etcd or a package manager, as far as the rig can see. */
const bare = { PATH: '/nowhere', KUBEBUILDER_ASSETS: undefined, XDG_CACHE_HOME: '/nowhere/cache' };

/** What `needs` did to the test that asked. */
async function asked(): Promise<{ run: boolean; plan: unknown[] }> {
  const plan: unknown[] = [];
  const run = await needs({ plan: (...args) => void plan.push(...args), setTimeout: () => {} }, 'kube-apiserver');
  return { run, plan };
}

test('leaves a test out by the name of the part that cannot be had', async (t) => {
  t.intercept(process, 'env', { value: { ...process.env, ...bare, CI: '' } });
  t.match(await asked(), {
    run: false,
    plan: [0, /^left out: kube-apiserver: \S+ cannot be had here: it is not there/],
  });
});

test('fails a test in CI, where leaving it out would hide it for ever', async (t) => {
  t.intercept(process, 'env', { value: { ...process.env, ...bare, CI: 'true' } });
  await t.rejects(asked(), { code: 'RIG_UNAVAILABLE' });
});
