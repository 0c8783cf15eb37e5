import { enterNamespace } from '../../../scripts/rig/network/namespace.ts';

/**
 * Every end-to-end test file begins with this, before anything imports tap: it goes on inside a network namespace of its own. Where that
 * cannot be had the file is left out by name, and with CI=true it fails.
 *
 * @returns tap's `t` and the world; undefined where the file is left out
 */
export async function beginEndToEnd(file: string) {
  const use = await enterNamespace();
  const { default: t } = await import('tap');
  // Real servers start and real programs wait for each other: the slowest rows take most of a minute each.
  t.setTimeout(15 * 60_000);
  if (!use.ok) {
    if (process.env['CI'] === 'true') throw new Error(`${file} cannot run: ${use.why}`);
    t.plan(0, `left out: ${file}: ${use.why}`);
    return undefined;
  }
  const { needs } = await import('../../../scripts/rig/requirements.ts');
  if (!(await needs(t, 'kube-apiserver', 'dynamodb-local', 'nft'))) return undefined;
  const { World } = await import('./world.ts');
  const { createService } = await import('./service.ts');
  const { TestPod } = await import('./pod.ts');
  return { t, World, createService, TestPod };
}
