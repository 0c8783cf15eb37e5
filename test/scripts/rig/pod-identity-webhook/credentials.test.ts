import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { awsConfigFrom } from '../../../../common/aws/aws-config.ts';
import { openAws } from '../../../../common/aws/open-aws.ts';
import { startKubeApi } from '../../../../scripts/rig/kube-api.ts';
import { startPodIdentityWebhook } from '../../../../scripts/rig/pod-identity-webhook/pod-identity-webhook.ts';
import { tokenIssuer } from '../../../../scripts/rig/pod-identity-webhook/token-issuer.ts';
import { needs } from '../../../../scripts/rig/requirements.ts';
import { ManualClock } from '../../../cloud/clock.ts';
import { type Cloud, type CloudOptions, startCloud } from '../../../cloud/cloud.ts';
import { demoTopology } from '../../../cloud/demo-topology.ts';
import type { PodIdentityAssociation } from '../../../cloud/eks/eks-auth.ts';
import { startPodIdentityAgent } from '../../../cloud/eks/pod-identity-agent.ts';
import type { RoleTrust } from '../../../cloud/topology.ts';
import { rejectionOf } from '../../../rejection.ts';
import {
  account,
  audienceOf,
  containersOf,
  envOf,
  installed,
  type MemberPod,
  memberPod,
  podToken,
} from './member-pod.ts';

const roleArn = 'arn:aws:iam::111122223333:role/firecamp-member';
const [irsaFile, agentFile] = ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'] as const;

test('credentials of EKS for the pods of members', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const api = await startKubeApi();
  t.teardown(() => api.stop());
  const issuer = await tokenIssuer(api);
  const audience = 'sts.amazonaws.com';

  await t.test('IRSA: the account that install annotates gives each container a token that STS takes', async (t) => {
    const namespace = await installed(api, roleArn);
    const subjects = [`system:serviceaccount:${namespace}:${account}`];
    const cloud = await accountWith(t, { webIdentity: { ...issuer, audience, subjects } });
    await webhook(t, { api, namespaces: [namespace] });
    const pod = await memberPod(api, namespace);
    const names = containersOf(pod).map(({ name }) => name);
    t.strictSame(names, ['memberstop-bare', 'memberinit-bare', 'bare'], 'a native sidecar among them');
    for (const container of containersOf(pod)) {
      t.match(envOf(container), { AWS_ROLE_ARN: roleArn, [irsaFile]: /^\/var\/.*\/token$/ }, container.name);
      const mount = container.volumeMounts?.find(({ name }) => name === 'aws-iam-token');
      t.ok(mount?.readOnly && envOf(container)[irsaFile]?.startsWith(`${mount.mountPath}/`));
    }
    t.equal(audienceOf(pod, 'aws-iam-token'), audience);
    const claim = (token: string) => seenAs(t, cloud, pod, irsaFile, token);
    const member = /^arn:aws:sts::111122223333:assumed-role\/firecamp-member\/firecamp-\d+$/;
    t.match(await claim(await podToken(api, pod, audience)), member);
    const forKubernetes = await podToken(api, pod, issuer.issuer);
    t.match(await rejectionOf(claim(forKubernetes)), { message: /Incorrect token audience/ });
  });

  await t.test('IRSA gives nothing to other accounts, and STS nothing for their tokens', async (t) => {
    const namespace = await installed(api, roleArn);
    const subjects = [`system:serviceaccount:${namespace}:${account}`];
    const cloud = await accountWith(t, { webIdentity: { ...issuer, audience, subjects } });
    await webhook(t, { api, namespaces: [namespace] });
    await api.admin('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: 'other' } });
    const [pod, other] = [await memberPod(api, namespace), await memberPod(api, namespace, 'other')];
    t.notOk(containersOf(other).some((container) => 'AWS_ROLE_ARN' in envOf(container)));
    const claim = seenAs(t, cloud, pod, irsaFile, await podToken(api, other, audience, 'other'));
    t.match(await rejectionOf(claim), { message: /Not authorized to perform sts:AssumeRole/ });
  });

  await t.test('STS refuses tokens that the issuer’s keys have not signed', async (t) => {
    const namespace = await installed(api, roleArn);
    await webhook(t, { api, namespaces: [namespace] });
    const pod = await memberPod(api, namespace);
    const token = await podToken(api, pod, audience);
    const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
    for (const [kid, message] of [
      [issuer.jwks[0]?.['kid'], /verify the signature/],
      ['other', /retrieve verification key/],
    ] as const) {
      const cloud = await accountWith(t, { webIdentity: { ...issuer, jwks: [{ ...key, kid }], audience } });
      t.match(await rejectionOf(seenAs(t, cloud, pod, irsaFile, token)), { message });
    }
  });

  await t.test('EKS Pod Identity: an association gives each container agent and token, before any role', async (t) => {
    const namespace = await installed(api, roleArn);
    const cloud = await accountWith(t, { services: ['pods.eks.amazonaws.com'] });
    const associations = [{ namespace, serviceAccount: account, roleArn }];
    const agent = await startPodIdentityAgent(cloud, { name: 'prod', ...issuer, associations }, { host: '127.0.0.1' });
    t.teardown(() => agent.close());
    const agentUrl = `${agent.url}/v1/credentials`;
    await webhook(t, { api, namespaces: [namespace], podIdentity: { agentUrl, associations } });
    const pod = await memberPod(api, namespace);
    for (const container of containersOf(pod)) {
      const env = envOf(container);
      t.match(env, { AWS_CONTAINER_CREDENTIALS_FULL_URI: agentUrl, [agentFile]: /\/eks-pod-identity-token$/ });
      t.notOk('AWS_ROLE_ARN' in env, container.name);
    }
    t.equal(audienceOf(pod, 'eks-pod-identity-token'), 'pods.eks.amazonaws.com');
    const token = await podToken(api, pod, 'pods.eks.amazonaws.com');
    const member = /^arn:aws:sts::111122223333:assumed-role\/firecamp-member\/eks-prod-bare-0-/;
    t.match(await seenAs(t, cloud, pod, agentFile, token), member);
    t.equal(cloud.calls.of('pod-identity-agent', 'GET /v1/credentials').length, 1);
  });

  await t.test('the agent refuses what EKS Auth refuses, and who calls it by another name', async (t) => {
    const namespace = await installed(api, undefined);
    const clock = new ManualClock();
    const cloud = await accountWith(t, {}, { clock });
    const associations: PodIdentityAssociation[] = [];
    const agent = await startPodIdentityAgent(cloud, { name: 'prod', ...issuer, associations }, { host: '127.0.0.1' });
    t.teardown(() => agent.close());
    const pod = await memberPod(api, namespace);
    const good = await podToken(api, pod, 'pods.eks.amazonaws.com');
    const ask = async (token: string, url = agent.url) => {
      const reply = await fetch(`${url}/v1/credentials`, { headers: token === '' ? {} : { authorization: token } });
      return `${reply.status} ${await reply.text()}`;
    };
    t.match(await ask(''), /^400 Service account token cannot be empty/);
    t.match(await ask('no token'), /^400 Service account token cannot be parsed/);
    t.match(await ask(good, agent.url.replace('127.0.0.1', 'localhost')), /^403 Access Denied\. .* not localhost/);
    t.match(await ask(await podToken(api, pod, audience)), /^400 .*InvalidTokenException.*audience/);
    t.match(await ask(`${good.slice(0, -8)}AAAAAAAA`), /^400 .*InvalidTokenException.*signature/);
    t.match(await ask(good), /^404 .*ResourceNotFoundException/);
    associations.push({ namespace, serviceAccount: account, roleArn });
    t.match(await ask(good), /^400 .*AccessDeniedException/, 'the role does not trust the service');
    clock.advance(2 * 86_400_000);
    t.match(await ask(good), /^400 .*ExpiredTokenException/);
  });
});

async function webhook(t: Test, options: Parameters<typeof startPodIdentityWebhook>[0]): Promise<void> {
  const started = await startPodIdentityWebhook(options);
  t.teardown(() => started[Symbol.asyncDispose]());
}

async function accountWith(t: Test, trust: RoleTrust, options: CloudOptions = {}): Promise<Cloud> {
  const node = { name: 'demo-node', arn: 'arn:aws:iam::111122223333:role/demo-node' };
  const cloud = await startCloud(
    demoTopology({ roles: [node, { name: 'firecamp-member', arn: roleArn, trust }] }),
    options,
  );
  t.teardown(() => cloud.close());
  return cloud;
}

/** Makes a signed call as the pod's init container would, this token in the file that a variable of it names; as whom EC2 saw it. */
async function seenAs(
  t: Test,
  cloud: Cloud,
  pod: MemberPod,
  variable: string,
  token: string,
): Promise<string | undefined> {
  const file = join(t.testdir({}), 'token');
  await writeFile(file, token);
  const endpoints = { AWS_ENDPOINT_URL_EC2: cloud.endpoints.ec2, AWS_ENDPOINT_URL_STS: cloud.endpoints.sts };
  const before = t.intercept(process, 'env', { value: { ...process.env, ...endpoints } });
  const own = envOf(pod.spec.initContainers.find(({ name }) => name.startsWith('memberinit-')));
  const aws = openAws(awsConfigFrom({ ...own, [variable]: file, AWS_EC2_METADATA_DISABLED: 'true' }));
  try {
    const signal = AbortSignal.timeout(20_000);
    await aws.addresses.findHolder('10.0.1.11', { vpcId: 'vpc-00000000000000001' }, { signal });
  } finally {
    aws.close();
    before.restore();
  }
  return cloud.calls.all((call) => call.service === 'ec2').at(-1)?.principal;
}
