import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { debianCommand } from './debian.ts';
import { run } from './processes.ts';

/** Paths of what kube-apiserver needs to be believed and to issue tokens; PEM files. */
export interface KubeCerts {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  /** RSA pair that service account tokens are signed and checked with. */
  readonly tokenKeyFile: string;
  readonly tokenPublicFile: string;
}

const servingNames = [
  'IP:127.0.0.1',
  'IP:10.96.0.1',
  // The service address of the network rig: pods in its node namespaces reach the API server there.
  'IP:198.18.0.1',
  'DNS:localhost',
  'DNS:kubernetes.default.svc',
  'DNS:kubernetes.default.svc.cluster.local',
];

/** Makes a certificate authority, a serving certificate of it, and the token keys, all in `folder`. */
export async function makeKubeCerts(folder: string): Promise<KubeCerts> {
  const openssl = await debianCommand('openssl', 'openssl');
  const file = (name: string) => join(folder, name);
  const newCert = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'];
  await run(openssl, [
    ...[...newCert, '-subj', '/CN=firecamp-rig-ca', '-keyout', file('ca.key'), '-out', file('ca.crt')],
    ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
  ]);
  await run(openssl, [
    ...[...newCert, '-subj', '/CN=kube-apiserver', '-keyout', file('serving.key'), '-out', file('serving.crt')],
    ...['-CA', file('ca.crt'), '-CAkey', file('ca.key'), '-addext', 'basicConstraints=critical,CA:FALSE'],
    ...['-addext', 'extendedKeyUsage=serverAuth', '-addext', `subjectAltName=${servingNames.join(',')}`],
  ]);
  const tokenKeys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  await writeFile(file('token.key'), tokenKeys.privateKey, { mode: 0o600 });
  await writeFile(file('token.pub'), tokenKeys.publicKey);
  return {
    caFile: file('ca.crt'),
    certFile: file('serving.crt'),
    keyFile: file('serving.key'),
    tokenKeyFile: file('token.key'),
    tokenPublicFile: file('token.pub'),
  };
}
