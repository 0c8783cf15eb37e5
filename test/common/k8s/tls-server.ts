import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { makeKubeCerts } from '../../../scripts/rig/kube-certs.ts';

/** A server that plays an API server's bad days, and files with which a client may ask it. */
export interface TlsServer {
  readonly server: string;
  readonly caFile: string;
  readonly tokenFile: string;
  readonly http: Server;
}

/** Starts it on the loopback address until the test is over. */
export async function tlsServer(t: Test, answer: RequestListener): Promise<TlsServer> {
  // Not t.testdir(), which a second server of one test would empty.
  const folder = mkdtempSync(join(tmpdir(), 'firecamp-tls-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const { caFile, certFile, keyFile } = await makeKubeCerts(folder);
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, 'first-token\n');
  const http = createServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) }, answer);
  await once(http.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => {
    http.closeAllConnections();
    http.close();
  });
  return { server: `https://127.0.0.1:${(http.address() as AddressInfo).port}`, caFile, tokenFile, http };
}
