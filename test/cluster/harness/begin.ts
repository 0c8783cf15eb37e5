import { enterNamespace } from '../../../scripts/rig/network/namespace.ts';

/**
 * Every test of a real cluster begins with this, before anything imports tap: it goes on inside a network namespace of its own. Where a part cannot
 * be had the file is left out by name, and with CI=true it fails.
 *
 * @returns tap's `t`; undefined where the file is left out
 */
export async function beginOnCluster(file: string) {
  const use = await enterNamespace();
  const { default: t } = await import('tap');
  t.setTimeout(15 * 60_000);
  if (!use.ok || process.getuid?.() !== 0) {
    const why = use.ok ? 'containers need root' : use.why;
    if (process.env['CI'] === 'true') throw new Error(`${file} cannot run: ${why}`);
    t.plan(0, `left out: ${file}: ${why}`);
    return undefined;
  }
  const { needs } = await import('../../../scripts/rig/requirements.ts');
  const parts = ['kube-cluster', 'pod-node', 'app-images', 'buildah', 'dynamodb-local', 'nft'] as const;
  return (await needs(t, ...parts)) ? t : undefined;
}
