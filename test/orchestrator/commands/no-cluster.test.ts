import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { stringify } from 'yaml';
import { debianCommand } from '../../../scripts/rig/debian.ts';
import { run } from '../../../scripts/rig/processes.ts';
import { tlsServer } from '../../common/k8s/tls-server.ts';
import { eventually } from '../eventually.ts';
import { firecamp, startFirecamp } from './firecamp.ts';

/** Verbs that ask the cluster first, each in a way of its own. */
const verbs = [['list'], ['status', 'redis'], ['network', 'list'], ['delete', 'redis', '--yes']];

/** Until it has a handler for Ctrl-C, that would end it as any program that has none (proc(5), SigCgt). */
async function heedsInterrupts({ pid }: { readonly pid?: number | undefined }): Promise<void> {
  await eventually(async () => {
    const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
    if ((BigInt(`0x${caught}`) & 2n) === 0n) throw new Error('it has no handler for SIGINT yet');
  });
}

function kubeconfig(cluster: object, user: object): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    clusters: [{ name: 'c', cluster }],
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
    users: [{ name: 'u', user }],
  });
}

test('says which kubeconfig is missing or lacks the context, exit code 2', async (t) => {
  const cwd = t.testdir({ config: kubeconfig({ server: 'https://127.0.0.1:1' }, {}) });
  for (const verb of verbs) {
    const none = await firecamp(verb, { cwd });
    t.match(none, { code: 2, stdout: '', stderr: /\.kube\/config.*\n.*--kubeconfig.*\(FC-K8S-003\)/s }, verb.join(' '));
  }
  const other = await firecamp(['list', '--context', 'there'], { cwd, env: { KUBECONFIG: join(cwd, 'config') } });
  t.match(other, { code: 2, stderr: /no context there; it has: here\..*FC-K8S-003/s });
});

test('says that a client certificate has expired, exit code 2', async (t) => {
  const cwd = t.testdir();
  const file = (name: string) => join(cwd, name);
  const openssl = await debianCommand('openssl', 'openssl');
  const pair = ['-keyout', file('key'), '-out', file('new')];
  await run(openssl, ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=me', ...pair]);
  await run(openssl, ['x509', '-in', file('new'), '-signkey', file('key'), '-days', '-1', '-out', file('crt')]);
  writeFileSync(
    file('config'),
    kubeconfig({ server: 'https://127.0.0.1:1' }, { 'client-certificate': 'crt', 'client-key': 'key' }),
  );
  const { code, stderr } = await firecamp(['list', '--kubeconfig', file('config')], { cwd });
  t.match({ code, stderr }, { code: 2, stderr: /expired at 20.*FC-K8S-003/s });
});

test('says what a credential plugin said that failed, exit code 3, as JSON where that was asked for', async (t) => {
  const cwd = t.testdir();
  const plugin = join(cwd, 'plugin');
  writeFileSync(plugin, '#!/bin/sh\necho "Token has expired and refresh failed" >&2\nexit 255\n');
  chmodSync(plugin, 0o755);
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, interactiveMode: 'Never' };
  writeFileSync(join(cwd, 'config'), kubeconfig({ server: 'https://127.0.0.1:1' }, { exec }));
  const env = { KUBECONFIG: join(cwd, 'config'), PATH: '/usr/bin:/bin' };
  const asked = await firecamp(['list', '-o', 'json'], { cwd, env });
  t.equal(asked.code, 3);
  t.match(JSON.parse(asked.stderr), { code: 'FC-K8S-004', exitCode: 3, msg: /Token has expired/ });
});

test('says that the API server does not answer, within the request timeout, exit code 3', async (t) => {
  const silent = await tlsServer(t, () => {});
  const cwd = t.testdir({
    config: kubeconfig({ server: silent.server, 'certificate-authority': silent.caFile }, { token: 't' }),
  });
  const args = ['list', '--kubeconfig', join(cwd, 'config'), '--request-timeout', '300ms'];
  t.match(await firecamp(args, { cwd }), { code: 3, stdout: '', stderr: /no reply within 300 ms.*FC-K8S-001/s });
});

test('Ctrl-C stops what waits for a server, exit code 130, and says how to go on', async (t) => {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const silent = await tlsServer(t, () => resolve());
  const cwd = t.testdir({
    config: kubeconfig({ server: silent.server, 'certificate-authority': silent.caFile }, { token: 't' }),
  });
  const args = ['list', '--kubeconfig', join(cwd, 'config'), '--request-timeout', '60s'];
  const { child, ended } = await startFirecamp(args, { cwd });
  await asked;
  child.kill('SIGINT');
  t.match(await ended, { code: 130, stdout: '', stderr: /SIGINT: stopping.*Interrupted while.*Run the same command/s });
});

test('Ctrl-C ends the wait for a service file on stdin', async (t) => {
  const cwd = t.testdir();
  const { child, ended } = await startFirecamp(['render', '-f', '-'], { cwd });
  child.stdin.write('cluster: ');
  await heedsInterrupts(child);
  child.kill('SIGINT');
  t.match(await ended, { code: 130, stdout: '', stderr: /Interrupted while reading the service file/ });
});

test('a second Ctrl-C ends at once what does not heed the first', async (t) => {
  const cwd = t.testdir();
  await run('mkfifo', [join(cwd, 'nobody-writes')]);
  const { child, ended } = await startFirecamp(['render', '-f', 'nobody-writes'], { cwd });
  const { promise: stopping, resolve } = Promise.withResolvers<void>();
  child.stderr.once('data', () => resolve());
  await heedsInterrupts(child);
  child.kill('SIGINT');
  await stopping;
  child.kill('SIGINT');
  await ended;
  t.equal(child.signalCode, 'SIGINT', 'which a shell shows as 130');
});
