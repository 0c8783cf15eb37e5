import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debianCommand } from '../debian.ts';
import { run } from '../processes.ts';

/** A certificate for the loopback address that is its own authority, and its key; PEM, good for a month. */
export async function loopbackCertificate(): Promise<{ readonly cert: string; readonly key: string }> {
  const openssl = await debianCommand('openssl', 'openssl');
  const folder = await mkdtemp(join(tmpdir(), 'firecamp-cert-'));
  try {
    const [cert, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
    await run(openssl, [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'],
      ...['-subj', '/CN=pod-identity-webhook', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
    ]);
    return { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
