import { createSign, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Call } from '../cloud/call-log.ts';
import { issueSession } from '../cloud/credentials.ts';
import { defaultPrincipal } from '../cloud/topology.ts';
import { beginEndToEnd } from './harness/begin.ts';
import { codeOf, everything, lastWords, why } from './harness/look.ts';
import { e2eTopology } from './harness/nodes.ts';
import type { Ended, TestPod } from './harness/pod.ts';
import { eventually } from './harness/standing.ts';

const begun = await beginEndToEnd('credentials from every place that the SDKs know');
if (begun) {
  const { t, World, createService, TestPod: Pods } = begun;
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const issuer = 'https://oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE';
  const podRole = 'arn:aws:iam::111122223333:role/pods';
  const base = e2eTopology();
  const [first, ...others] = base.instances;
  if (first === undefined) throw new Error('the topology has no instance');
  const webIdentity = {
    issuer,
    audience: 'sts.amazonaws.com',
    subjects: ['system:serviceaccount:*:firecamp-statefulservice-sa'],
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
  const world = await World.start({
    topology: {
      ...base,
      // Node 1 has the role of the demo's nodes, node 2 has none.
      instances: [{ ...first, roleName: 'demo-node' }, ...others],
      roles: [...(base.roles ?? []), { name: 'pods', arn: podRole, trust: { webIdentity } }],
    },
  });
  t.teardown(() => world[Symbol.asyncDispose]());
  const [node1, node2] = ['i-00000000000000001', 'i-00000000000000002'] as const;
  const noKeys = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };

  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  function serviceAccountToken(lifeSeconds: number): string {
    const iat = Math.floor(Date.now() / 1000) - 60;
    const sub = `system:serviceaccount:${world.namespace}:firecamp-statefulservice-sa`;
    const claims = { iss: issuer, aud: ['sts.amazonaws.com'], sub, iat, exp: iat + 60 + lifeSeconds };
    const signed = `${part({ alg: 'RS256' })}.${part(claims)}`;
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`;
  }

  /** EKS's agent on the node: gives the credentials to whoever has the token (EKS user guide, "Understand how EKS Pod Identity works"). */
  async function podIdentityAgent(node: string, token: string) {
    await world.fabric.run(node, ['ip', 'address', 'add', '169.254.170.23/32', 'dev', 'lo'], {
      PATH: process.env['PATH'],
    });
    const session = issueSession({
      arn: 'arn:aws:sts::111122223333:assumed-role/pods/eks-agent',
      roleName: 'pods',
      expiresAt: Date.now() + 3_600_000,
    });
    const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = session;
    const reply = {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      Token: sessionToken,
      Expiration: new Date(expiresAt),
    };
    const program = `require('http').createServer((request, response) => {
      const known = request.headers.authorization === process.env.TOKEN;
      response.writeHead(known ? 200 : 400).end(known ? process.env.REPLY : 'unknown token ' + request.headers.authorization);
    }).listen(80, '169.254.170.23', () => console.log('listening'));`;
    const env = { TOKEN: token, REPLY: JSON.stringify(reply) };
    const child = world.fabric.exec(node, [process.execPath, '-e', program], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (child.stdout === null) throw new Error('no stdout');
    await once(child.stdout, 'data');
    return {
      session,
      async [Symbol.asyncDispose]() {
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      },
    };
  }

  /** The calls to EC2 and Route 53 since the mark, all of which must be by one identity. */
  function signers(before: number): string[] {
    const signed = ({ id, service }: Call) => id > before && (service === 'ec2' || service === 'route53');
    return [...new Set(world.cloud.calls.all(signed).map((call) => call.principal ?? 'nobody'))];
  }
  const mark = () => world.cloud.calls.all().at(-1)?.id ?? 0;

  /** Nothing that could be used by whoever reads logs, at the most talkative level. */
  async function noSecrets(t: import('tap').Test, pod: TestPod, ended: Ended, secrets: readonly string[]) {
    const token = await readFile(pod.env['FIRECAMP_K8S_TOKEN_FILE'] ?? '', 'utf8');
    const said = ended.stdout + ended.stderr + (await lastWords(pod));
    for (const secret of [...secrets, token, defaultPrincipal.secretAccessKey]) {
      t.notOk(said.includes(secret), `no ${secret.slice(0, 6)}… in the output`);
    }
    t.notMatch(said, /\b(AKIA|ASIA)[A-Z0-9]{16}\b/);
    t.notMatch(said, /"?(Authorization|X-Amz-Security-Token)"?: *"?(AWS4|Bearer|ey)/i);
    t.notMatch(said, /eyJhcm4i/, 'nor a session token of STS or of the metadata service');
  }

  async function newPod(instanceId: string) {
    const service = await createService(world);
    return { service, pod: await Pods.create(world, service, 0, instanceId) };
  }

  t.test('the environment: a claim and its release', async (t) => {
    const { pod } = await newPod(node1);
    const from = mark();
    const ended = await pod.claim();
    t.equal(ended.code, 0, why(ended));
    t.same(signers(from), ['arn:aws:iam::111122223333:user/simulated']);
    await noSecrets(t, pod, ended, []);
    await pod.markDeleted();
    const released = await pod.start('stopcontainer', { args: ['--once'] }).ended;
    t.equal(released.code, 0, why(released));
    await noSecrets(t, pod, released, []);
  });

  t.test('a session in the environment, with its token', async (t) => {
    const arn = 'arn:aws:sts::111122223333:assumed-role/pods/by-hand';
    const session = issueSession({ arn, roleName: 'pods', expiresAt: Date.now() + 600_000 });
    const { pod } = await newPod(node1);
    const from = mark();
    const env = {
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: session.sessionToken,
    };
    const ended = await pod.claim({ env });
    t.equal(ended.code, 0, why(ended));
    t.same(signers(from), [arn]);
    await noSecrets(t, pod, ended, [session.secretAccessKey, session.sessionToken]);
  });

  t.test('IRSA: the pod’s token is exchanged at STS, which checks it; a release does the same', async (t) => {
    const { pod } = await newPod(node2);
    const token = serviceAccountToken(600);
    const file = join(pod.runDir, '..', 'irsa-token');
    await writeFile(file, token);
    const env = { ...noKeys, AWS_ROLE_ARN: podRole, AWS_WEB_IDENTITY_TOKEN_FILE: file };
    for (const run of [
      () => pod.claim({ env }),
      async () => {
        await pod.markDeleted();
        return pod.start('stopcontainer', { args: ['--once'], env }).ended;
      },
    ]) {
      const from = mark();
      const ended = await run();
      t.equal(ended.code, 0, why(ended));
      t.equal(world.cloud.calls.of('sts', 'AssumeRoleWithWebIdentity').filter((call) => call.id > from).length, 1);
      t.match(signers(from), [/^arn:aws:sts::111122223333:assumed-role\/pods\/firecamp-\d+$/]);
      await noSecrets(t, pod, ended, [token]);
    }
  });

  t.test('IRSA with a stranger’s token or none is FC-AWS-005, and nothing is touched', async (t) => {
    const { service, pod } = await newPod(node2);
    const file = join(pod.runDir, '..', 'irsa-token');
    const before = await everything(world, service, pod);
    const [head, claims] = serviceAccountToken(600).split('.');
    const forged = `${head}.${claims}.AAAA`;
    await writeFile(file, forged);
    for (const [path, words] of [
      [file, /signature/],
      [`${file}.absent`, /ENOENT/],
    ] as const) {
      const ended = await pod.claim({ env: { ...noKeys, AWS_ROLE_ARN: podRole, AWS_WEB_IDENTITY_TOKEN_FILE: path } });
      t.equal(ended.code, 3, why(ended));
      t.equal(codeOf(ended), 'FC-AWS-005', why(ended));
      t.match(await lastWords(pod), /web identity token failed: /);
      t.match(await lastWords(pod), words);
      await noSecrets(t, pod, ended, [forged]);
    }
    t.same(await everything(world, service, pod), before);
  });

  t.test(
    'IRSA with an expired token tries until kubelet has replaced it, and says at its deadline why it waited',
    async (t) => {
      const { service, pod } = await newPod(node2);
      const file = join(pod.runDir, '..', 'irsa-token');
      const old = serviceAccountToken(-30);
      await writeFile(file, old);
      const before = await everything(world, service, pod);
      const env = { ...noKeys, AWS_ROLE_ARN: podRole, AWS_WEB_IDENTITY_TOKEN_FILE: file };
      const ended = await pod.claim({ env: { ...env, FIRECAMP_CLAIM_TIMEOUT: '5' } });
      t.equal(ended.code, 4, why(ended));
      t.match(await lastWords(pod), /not done after 5 s.*web identity token failed: .*ExpiredTokenException/);
      await noSecrets(t, pod, ended, [old]);
      t.same(await everything(world, service, pod), before);
      const from = mark();
      const claiming = pod.claim({ env });
      await eventually('STS was asked', () =>
        world.cloud.calls.of('sts', 'AssumeRoleWithWebIdentity').some((call) => call.id > from),
      );
      await writeFile(file, serviceAccountToken(600));
      const next = await claiming;
      t.equal(next.code, 0, why(next));
    },
  );

  t.test('EKS Pod Identity: the agent on the node gives them for the token in the file', async (t) => {
    const { pod } = await newPod(node2);
    const token = serviceAccountToken(600);
    await using agent = await podIdentityAgent(pod.node, token);
    const file = join(pod.runDir, '..', 'eks-pod-identity-token');
    await writeFile(file, `${token}\n`);
    const env = {
      ...noKeys,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials',
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
    };
    const from = mark();
    const ended = await pod.claim({ env });
    t.equal(ended.code, 0, why(ended));
    t.same(signers(from), ['arn:aws:sts::111122223333:assumed-role/pods/eks-agent']);
    const { secretAccessKey, sessionToken } = agent.session;
    await noSecrets(t, pod, ended, [token, secretAccessKey, sessionToken]);
    // The agent puts the token that it refuses into its answer.
    const wrong = serviceAccountToken(300);
    await writeFile(file, wrong);
    const refused = await pod.claim({ env });
    t.equal(codeOf(refused), 'FC-AWS-005', why(refused));
    t.match(await lastWords(pod), /container credentials endpoint failed: it answered HTTP 400/);
    await noSecrets(t, pod, refused, [wrong]);
  });

  t.test('a credentials endpoint that is neither HTTPS nor this node’s is never asked', async (t) => {
    const { pod } = await newPod(node2);
    const url = `http://${world.fabric.serviceIp}:${world.dynamoGate.port}/v1/credentials`;
    const env = {
      ...noKeys,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'c2VjcmV0LWFnZW50',
    };
    const ended = await pod.claim({ env });
    t.equal(codeOf(ended), 'FC-AWS-005', why(ended));
    t.match(await lastWords(pod), /may be HTTPS, or HTTP to loopback or to the agent's address/);
    await noSecrets(t, pod, ended, ['c2VjcmV0LWFnZW50']);
  });

  t.test('the instance’s role through the metadata service, and the region from there too', async (t) => {
    const { service, pod } = await newPod(node1);
    const from = mark();
    const ended = await pod.claim({ env: { ...noKeys, AWS_REGION: undefined } });
    t.equal(ended.code, 0, why(ended));
    t.match(signers(from), [/^arn:aws:sts::111122223333:assumed-role\/demo-node\/i-00000000000000001$/]);
    t.match((await service.record(0)).owner, { state: 'owned' });
    await noSecrets(t, pod, ended, []);
    await pod.markDeleted();
    const released = await pod.start('stopcontainer', { args: ['--once'], env: { ...noKeys, AWS_REGION: undefined } })
      .ended;
    t.equal(released.code, 0, why(released));
  });

  t.test(
    'no credentials anywhere is FC-AWS-005, which names the places that were looked at, and nothing is touched',
    async (t) => {
      for (const dbType of ['clouddb', 'k8sdb'] as const) {
        const service = await createService(world, { dbType });
        const pod = await Pods.create(world, service, 0, node2);
        const before = await everything(world, service, pod);
        const ended = await pod.claim({ env: { ...noKeys, FIRECAMP_CLAIM_TIMEOUT: '20' } });
        t.equal(ended.code, 3, why(ended));
        t.equal(codeOf(ended), 'FC-AWS-005', why(ended));
        t.match(
          await lastWords(pod),
          /the environment, .*the web identity token, .*container credentials endpoint, the instance’s role/,
        );
        t.same(await everything(world, service, pod), before);
      }
    },
  );

  t.test('keys that AWS refuses are named as refused, without the keys', async (t) => {
    const { service, pod } = await newPod(node1);
    const before = await everything(world, service, pod);
    const secret = 'wrong-secret-of-the-right-length-0000000';
    const ended = await pod.claim({ env: { AWS_SECRET_ACCESS_KEY: secret } });
    t.equal(ended.code, 3, why(ended));
    t.match(String(codeOf(ended)), /^FC-AWS-00/);
    await noSecrets(t, pod, ended, [secret]);
    t.same(await everything(world, service, pod), before);
  });
}
