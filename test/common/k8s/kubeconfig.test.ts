import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { type Test, test } from 'tap';
import { stringify } from 'yaml';
import { ApiClient } from '../../../common/k8s/api-client.ts';
import { type ClusterChoice, chooseCluster } from '../../../common/k8s/kubeconfig.ts';
import { debianCommand } from '../../../scripts/rig/debian.ts';
import { makeKubeCerts } from '../../../scripts/rig/kube-certs.ts';
import { rejectionOf } from '../../rejection.ts';
import { tlsServer } from './tls-server.ts';

const live = { signal: new AbortController().signal };

function newFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'firecamp-kubeconfig-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A kubeconfig with one context, in `folder`. */
function configFile(folder: string, cluster: object, user: object, more: object = {}): string {
  const file = join(folder, 'config');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    clusters: [{ name: 'c', cluster }],
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
    users: [{ name: 'u', user }],
    ...more,
  };
  writeFileSync(file, stringify(config));
  return file;
}

/** A server that answers whose token it saw, and refuses those in `refused`. */
async function echoServer(t: Test, refused: ReadonlySet<string> = new Set()) {
  const served = await tlsServer(t, (request, response) => {
    const { authorization = 'nobody' } = request.headers;
    response.writeHead(refused.has(authorization) ? 401 : 200).end(JSON.stringify({ authorization }));
  });
  return { served, cluster: { server: served.server, 'certificate-authority': served.caFile } };
}

async function clientFor(t: Test, choice: Partial<ClusterChoice>): Promise<ApiClient> {
  const client = new ApiClient(await chooseCluster({ env: process.env, home: '/none', ...choice }));
  t.teardown(() => client.close());
  return client;
}

function script(folder: string, text: string): string {
  const file = join(folder, 'plugin');
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A plugin that counts its runs in the token it prints. */
function countingPlugin(folder: string, status: string): string {
  return script(
    folder,
    `echo run >> ${join(folder, 'runs')}
n=$(wc -l < ${join(folder, 'runs')} | tr -d ' ')
printf '{"status": {"token": "%s-%s-%s"${status}}}' "$1" "$WORD" "$n"`,
  );
}

const exec = { apiVersion: 'client.authentication.k8s.io/v1', args: ['arg'], env: [{ name: 'WORD', value: 'word' }] };

test('takes the token of the chosen context, and the namespace of that context', async (t) => {
  const { cluster } = await echoServer(t);
  const contexts = [
    { name: 'here', context: { cluster: 'c', user: 'u' } },
    { name: 'there', context: { cluster: 'c', user: 'v', namespace: 'shop' } },
  ];
  const folder = newFolder(t);
  writeFileSync(join(folder, 'token'), 'of-file\n');
  const users = [
    { name: 'u', user: { token: 'of-text' } },
    { name: 'v', user: { tokenFile: 'token' } },
  ];
  const kubeconfig = configFile(folder, cluster, {}, { contexts, users });
  const here = await clientFor(t, { kubeconfig });
  t.strictSame(await here.request('GET', '/', live), { authorization: 'Bearer of-text' });
  const there = await clientFor(t, { kubeconfig, context: 'there' });
  t.strictSame(await there.request('GET', '/', live), { authorization: 'Bearer of-file' });
  const choice = { kubeconfig, env: {}, home: '/none' };
  t.match(await chooseCluster(choice), { namespace: 'default', context: 'here' });
  t.match(await chooseCluster({ ...choice, context: 'there' }), { namespace: 'shop', context: 'there' });
});

test('reads several files as one, the first to name a thing being right', async (t) => {
  const { cluster } = await echoServer(t);
  const first = newFolder(t);
  const second = newFolder(t);
  const users = { users: [{ name: 'u', user: { token: 'first' } }], contexts: [], clusters: [] };
  const files = [configFile(first, {}, {}, users), configFile(second, cluster, { token: 'second' })];
  const client = await clientFor(t, { env: { KUBECONFIG: files.join(delimiter) } });
  t.strictSame(await client.request('GET', '/', live), { authorization: 'Bearer first' });
});

test('runs a credential plugin once for many requests, and again when its token is refused or over', async (t) => {
  const { cluster } = await echoServer(t, new Set(['Bearer arg-word-1']));
  const folder = newFolder(t);
  const user = { exec: { ...exec, command: countingPlugin(folder, '') } };
  const client = await clientFor(t, { kubeconfig: configFile(folder, cluster, user) });
  const requests = [1, 2, 3].map(() => client.request('GET', '/', live));
  await Promise.all(requests);
  const again = await client.request('GET', '/', live);
  t.strictSame(again, await client.request('GET', '/', live), 'kept');
  t.not(again['authorization'], 'Bearer arg-word-1');
  const over = newFolder(t);
  const past = ', "expirationTimestamp": "2020-01-01T00:00:00Z"';
  const spent = { exec: { ...exec, command: countingPlugin(over, past) } };
  const renewing = await clientFor(t, { kubeconfig: configFile(over, cluster, spent) });
  await renewing.request('GET', '/', live);
  const before = readFileSync(join(over, 'runs'), 'utf8').length;
  await renewing.request('GET', '/', live);
  t.ok(readFileSync(join(over, 'runs'), 'utf8').length > before);
});

test('says what a credential plugin said when it failed, and never what it printed', async (t) => {
  const cluster = { server: 'https://127.0.0.1:1' };
  const failing = async (text: string) => {
    const folder = newFolder(t);
    const kubeconfig = configFile(folder, cluster, { exec: { ...exec, command: script(folder, text) } });
    return await rejectionOf((await clientFor(t, { kubeconfig })).request('GET', '/', live));
  };
  t.match(await failing('echo no session >&2; exit 3'), { code: 'FC-K8S-004', message: /ended with 3: no session/ });
  const garbled = await failing('echo s3cret');
  t.match(garbled, { code: 'FC-K8S-004', message: /no JSON/ });
  t.notMatch(garbled, { message: /s3cret/ });
  t.match(await failing('echo "{}"'), { code: 'FC-K8S-004', message: /neither a token nor a certificate/ });
  const folder = newFolder(t);
  const missing = configFile(folder, cluster, { exec: { ...exec, command: './none' } });
  const run = (await clientFor(t, { kubeconfig: missing })).request('GET', '/', live);
  t.match(await rejectionOf(run), { code: 'FC-K8S-004', message: /cannot be run \(ENOENT\)/ });
});

test('shows a client certificate, and names one that has expired', async (t) => {
  const folder = newFolder(t);
  const certs = await makeKubeCerts(folder);
  const pem = (file: string) => readFileSync(file);
  const ask = { cert: pem(certs.certFile), key: pem(certs.keyFile), requestCert: true, rejectUnauthorized: false };
  const server = createServer(ask, (request, response) => {
    const subject = (request.socket as TLSSocket).getPeerCertificate().subject;
    response.end(JSON.stringify({ name: subject?.CN }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const cluster = {
    server: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    'certificate-authority-data': pem(certs.caFile).toString('base64'),
  };
  const key = { 'client-key-data': pem(certs.keyFile).toString('base64') };
  const kubeconfig = configFile(folder, cluster, { 'client-certificate': 'serving.crt', ...key });
  const client = await clientFor(t, { kubeconfig });
  t.strictSame(await client.request('GET', '/', live), { name: 'kube-apiserver' });
  const expired = join(folder, 'expired.crt');
  const until = ['-signkey', certs.keyFile, '-days', '-1', '-out', expired];
  execFileSync(await debianCommand('openssl', 'openssl'), ['x509', '-in', certs.certFile, ...until]);
  const old = configFile(folder, cluster, { 'client-certificate': expired, ...key });
  t.match(await rejectionOf(clientFor(t, { kubeconfig: old })), { code: 'FC-K8S-003', message: /expired at 20/ });
});

test('names the fault of a kubeconfig that cannot be used, and its file', async (t) => {
  const folder = newFolder(t);
  const cluster = { server: 'https://127.0.0.1:1' };
  const fault = async (kubeconfig: string, context?: string) =>
    await rejectionOf(clientFor(t, { kubeconfig, ...(context !== undefined && { context }) }));
  const named = (words: RegExp) => ({ code: 'FC-K8S-003', exitCode: 2, message: words });
  t.match(await fault(join(folder, 'none')), named(/none does not exist/));
  t.match(await fault(configFile(folder, cluster, {}), 'prod'), named(/no context prod; it has: here/));
  t.match(await fault(configFile(folder, cluster, {}, { users: [] })), named(/names a user that is not there/));
  t.match(await fault(configFile(folder, cluster, {}, { 'current-context': '' })), named(/no current-context/));
  t.match(await fault(configFile(folder, { server: 'http://x' }, {})), named(/must be https/));
  const insecure = { ...cluster, 'insecure-skip-tls-verify': true };
  t.match(await fault(configFile(folder, insecure, {})), named(/insecure-skip-tls-verify/));
  t.match(await fault(configFile(folder, cluster, { username: 'ada' })), named(/username, which is not supported/));
  const noCa = { ...cluster, 'certificate-authority': 'gone.crt' };
  t.match(await fault(configFile(folder, noCa, {})), named(/certificate-authority .*gone\.crt/));
  writeFileSync(join(folder, 'config'), 'token: s3cret\n  bad: [');
  const garbled = await fault(join(folder, 'config'));
  t.match(garbled, named(/cannot be read as YAML/));
  t.notMatch(garbled, { message: /s3cret/ });
});

test('is the service account of its pod where no kubeconfig is told or there', async (t) => {
  const { served } = await echoServer(t);
  const folder = newFolder(t);
  writeFileSync(join(folder, 'namespace'), 'shop');
  writeFileSync(join(folder, 'ca.crt'), readFileSync(served.caFile));
  writeFileSync(join(folder, 'token'), 'of-pod');
  const { hostname: host, port } = new URL(served.server);
  const env = { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port };
  const choice = { env, home: folder, serviceAccountFolder: folder };
  t.match(await chooseCluster(choice), { namespace: 'shop', context: undefined });
  const client = await clientFor(t, choice);
  t.strictSame(await client.request('GET', '/', live), { authorization: 'Bearer of-pod' });
  const nowhere = chooseCluster({ env: {}, home: folder });
  t.match(await rejectionOf(nowhere), { code: 'FC-K8S-003', message: /\.kube\/config does not exist/ });
});
