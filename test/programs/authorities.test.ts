import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { ensureBuilt } from '../../scripts/build/ensure-built.ts';
import { makeKubeCerts } from '../../scripts/rig/kube-certs.ts';
import { runProgram } from './run-program.ts';

t.setTimeout(180_000);
const { initcontainer } = await ensureBuilt();

t.test('the programs trust the authorities that their settings name, and no others', async (t) => {
  const dir = t.testdir({ data: {}, run: {}, 'termination-log': '' });
  const certs = await makeKubeCerts(dir);
  let requests = 0;
  const [cert, key] = await Promise.all([readFile(certs.certFile), readFile(certs.keyFile)]);
  const server = createServer({ cert, key }, (_request, response) => {
    requests += 1;
    response.writeHead(400).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const claim = async (settings: Readonly<Record<string, string>>) => {
    requests = 0;
    const ended = await runProgram(initcontainer, [], {
      ...{ TESTMODE: 'true', CLUSTER: 'c1', SERVICE_NAME: 'redis', DB_TYPE: 'clouddb', LOG_FORMAT: 'json' },
      ...{ POD_NAME: 'redis-0', POD_UID: '00000000-0000-4000-8000-000000000001', K8S_NAMESPACE: 'data' },
      ...{ FIRECAMP_DATA_DIR: join(dir, 'data'), FIRECAMP_RUN_DIR: join(dir, 'run'), AWS_REGION: 'us-east-1' },
      ...{ FIRECAMP_TERMINATION_LOG: join(dir, 'termination-log'), FIRECAMP_K8S_URL: 'https://127.0.0.1:9' },
      ...{ AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'none' },
      ...{ AWS_EC2_METADATA_DISABLED: 'true', AWS_ENDPOINT_URL: endpoint, ...settings },
    });
    return ended.stdout;
  };

  const stranger = await claim({});
  t.equal(requests, 0, 'a certificate of an unknown authority');
  t.match(stranger, /certificate|SELF_SIGNED|UNABLE_TO_VERIFY/i);
  await claim({ NODE_EXTRA_CA_CERTS: certs.caFile });
  t.ok(requests > 0, 'the authority is in the file of NODE_EXTRA_CA_CERTS');
  // OpenSSL's own variable stands for the file that the image has.
  await claim({ NODE_USE_SYSTEM_CA: '1', SSL_CERT_FILE: certs.caFile });
  t.ok(requests > 0, 'the authority is one of the system’s');
  await claim({ SSL_CERT_FILE: certs.caFile });
  t.equal(requests, 0, 'which count for nothing without NODE_USE_SYSTEM_CA');
});
