import { writeFile } from 'node:fs/promises';

/** Whom a kubeconfig file lets its reader be, and where. */
interface KubeAccess {
  readonly url: string;
  /** PEM file; the kubeconfig points at it. */
  readonly caFile: string;
  readonly token: string;
}

/** Writes a kubeconfig file, as JSON, which is YAML as well; only its owner can read it. */
export async function writeKubeconfig(file: string, { url, caFile, token }: KubeAccess): Promise<string> {
  const name = 'firecamp-rig';
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: url, 'certificate-authority': caFile } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
  await writeFile(file, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  return file;
}
