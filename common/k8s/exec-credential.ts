import { execFile } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { FirecampError } from '../domain/errors.ts';
import type { KubeconfigEntry } from './kubeconfig-file.ts';
import { isText, recordOf } from './live-object.ts';

/** What a credential plugin gave. */
export interface ExecCredential {
  readonly token: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** Milliseconds since 1970; never without one. */
  readonly expiresAt: number;
}

/** `aws eks update-kubeconfig` still writes the beta, whose objects are the same. */
const versions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];

/** A plugin may wait for a browser, but not for ever. */
const timeoutMs = 60_000;

/**
 * Runs the credential plugin of a user once (client.authentication.k8s.io/v1, ExecCredential), with no terminal to ask at.
 *
 * @param exec - the user's `exec`.
 * @throws {FirecampError} FC-K8S-004 with what the command printed on stderr.
 */
export async function runCredentialPlugin(
  exec: KubeconfigEntry,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ExecCredential> {
  const { command, args, apiVersion, env: more } = exec.value;
  if (!isText(command)) throw failed('(none)', `the kubeconfig ${exec.file} names no command`);
  if (!isText(apiVersion) || !versions.includes(apiVersion)) {
    throw failed(command, `its apiVersion in ${exec.file} must be one of ${versions.join(', ')}`);
  }
  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  const variables = { ...env, ...variablesOf(more), KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  const path = command.includes('/') ? resolve(dirname(exec.file), command) : command;
  const stdout = await run(path, Array.isArray(args) ? args.map(String) : [], variables);
  return credentialOf(command, stdout);
}

function run(command: string, args: string[], env: Record<string, string | undefined>): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = execFile(command, args, { env, timeout: timeoutMs }, (error, stdout, stderr) => {
    if (error === null) return resolve(stdout);
    const said = stderr.trim().slice(-500);
    const code = error.code ?? error.signal;
    const ended = typeof error.code === 'string' ? `it cannot be run (${code})` : `it ended with ${code}`;
    const end = error.killed ? `it did not end within ${timeoutMs} ms` : ended;
    reject(failed(command, said === '' ? end : `${end}: ${said}`));
  });
  child.stdin?.end();
  return promise;
}

function credentialOf(command: string, stdout: string): ExecCredential {
  let status: Readonly<Record<string, unknown>>;
  try {
    status = recordOf(recordOf(JSON.parse(stdout))['status']);
  } catch {
    // Not what it printed: that may hold a token.
    throw failed(command, 'what it printed is no JSON');
  }
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = status;
  if (!isText(token) && !(isText(cert) && isText(key))) {
    throw failed(command, 'what it printed holds neither a token nor a certificate with its key');
  }
  const text = (value: unknown) => (isText(value) ? value : undefined);
  const expiresAt = isText(expirationTimestamp) ? Date.parse(expirationTimestamp) : Number.POSITIVE_INFINITY;
  if (Number.isNaN(expiresAt)) throw failed(command, 'its expirationTimestamp is no time');
  return { token: text(token), cert: text(cert), key: text(key), expiresAt };
}

function variablesOf(list: unknown): Record<string, string> {
  const pairs = (Array.isArray(list) ? list : []).map((item) => recordOf(item));
  return Object.fromEntries(pairs.map(({ name, value }) => [String(name), String(value ?? '')]));
}

function failed(command: string, fault: string): FirecampError {
  return new FirecampError('FC-K8S-004', `The credential plugin ${command} gave no credentials: ${fault}.`);
}
