import { readFile } from 'node:fs/promises';
import { test } from 'tap';
import { install } from '../../../orchestrator/install/install.ts';
import { managerServiceAccount } from '../../../orchestrator/install/install-objects.ts';
import { memberServiceAccount } from '../../../orchestrator/manifests/names.ts';
import { httpsJson } from '../../../scripts/rig/https-json.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { apiOnly, orchestratorWorld } from '../world.ts';

type Try = readonly [method: string, path: string, body?: object];

test('what the installed service accounts may do, and what not', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  t.setTimeout(120_000);
  const kube = await apiOnly(t);
  const world = await orchestratorWorld(t, kube);
  const { namespace } = world;
  const other = await kube.newNamespace();
  const roles = { memberRoleArn: undefined, managerRoleArn: undefined };
  await install(world.operation(), { namespace, dbType: 'k8sdb', ...roles });
  const container = { name: 'c', image: 'i' };
  for (const where of [namespace, other]) {
    const pod = { metadata: { name: 'redis-0' }, spec: { containers: [container] } };
    await kube.admin('POST', `/api/v1/namespaces/${where}/pods`, pod);
    await kube.admin('POST', `/api/v1/namespaces/${where}/configmaps`, { metadata: { name: 'record' } });
    await kube.admin('POST', `/api/v1/namespaces/${where}/secrets`, { metadata: { name: 'password' } });
  }

  const ca = await readFile(kube.caFile);
  const caller = async (account: string) => {
    const token = await kube.serviceAccountToken(namespace, account);
    return (request: Try): Promise<number> =>
      httpsJson({ url: kube.url, ca, token }, ...request).then(
        () => 200,
        (error: { readonly status?: number }) => error.status ?? 0,
      );
  };
  const within = (where: string, rest: string) => `/api/v1/namespaces/${where}/${rest}`;
  const rbac = `/apis/rbac.authorization.k8s.io/v1`;
  const neverOf = (where: string): Try[] => [
    ['GET', within(where, 'secrets')],
    ['GET', within(where, 'secrets/password')],
    ['POST', within(where, 'pods'), { metadata: { name: 'mine' }, spec: { containers: [container] } }],
    ['POST', within(where, 'pods/redis-0/exec?command=sh')],
    ['POST', within(where, 'serviceaccounts/default/token'), { spec: {} }],
    ['DELETE', `/api/v1/namespaces/${where}`],
  ];
  const elsewhere: Try[] = [
    ['GET', within(other, 'pods/redis-0')],
    ['GET', within(other, 'configmaps/record')],
    ['DELETE', within(other, 'configmaps/record')],
    ['GET', '/api/v1/secrets'],
    ['GET', '/api/v1/pods'],
    ['DELETE', '/api/v1/nodes/any'],
    ['POST', `${rbac}/clusterroles`, { metadata: { name: 'mine' }, rules: [] }],
    ['POST', `${rbac}/clusterrolebindings`, { metadata: { name: 'mine' } }],
  ];

  await t.test('a member reads its pod and its records and tells Events, and nothing else', async (t) => {
    const as = await caller(memberServiceAccount);
    t.equal(await as(['GET', within(namespace, 'pods/redis-0')]), 200);
    t.equal(await as(['GET', within(namespace, 'configmaps/record')]), 200);
    const told = `/apis/events.k8s.io/v1/namespaces/${namespace}/events`;
    const event = {
      ...{
        metadata: { name: 'one' },
        eventTime: '2026-11-22T11:00:00.000000Z',
        type: 'Normal',
        reason: 'R',
        action: 'A',
      },
      ...{ note: 'First.', reportingController: 'firecamp-initcontainer', reportingInstance: 'node-1' },
      regarding: { kind: 'Pod', namespace, name: 'redis-0' },
    };
    t.equal(await as(['POST', told, event]), 200);
    t.equal(await as(['PATCH', `${told}/one`, { series: { count: 2, lastObservedTime: event.eventTime } }]), 200);
    for (const change of [
      { note: 'Else.' },
      { type: 'Warning' },
      { reason: 'S' },
      { regarding: { name: 'redis-1' } },
    ]) {
      t.equal(await as(['PATCH', `${told}/one`, change]), 422, 'an Event that is there is not to be rewritten');
    }
    const refused: Try[] = [
      ...neverOf(namespace),
      ...neverOf(other),
      ...elsewhere,
      ['GET', told],
      ['DELETE', `${told}/one`],
      ['POST', `/apis/events.k8s.io/v1/namespaces/${other}/events`, event],
      ['POST', within(namespace, 'events'), { metadata: { name: 'two' }, involvedObject: event.regarding }],
      ['GET', within(namespace, 'events/one')],
      ['GET', within(namespace, 'pods')],
      ['GET', within(namespace, 'configmaps')],
      ['DELETE', within(namespace, 'pods/redis-0')],
      ['DELETE', within(namespace, 'configmaps/record')],
      ['POST', within(namespace, 'configmaps'), { metadata: { name: 'mine' } }],
      ['GET', '/api/v1/nodes'],
      ['GET', `/api/v1/namespaces/${namespace}`],
    ];
    for (const request of refused) t.equal(await as(request), 403, request.slice(0, 2).join(' '));
  });

  await t.test('the manager manages its own namespace, and gives nobody more than it has', async (t) => {
    const as = await caller(managerServiceAccount);
    t.equal(await as(['GET', within(namespace, 'pods')]), 200);
    t.equal(await as(['GET', '/api/v1/nodes']), 200);
    t.equal(await as(['POST', within(namespace, 'configmaps'), { metadata: { name: 'made' } }]), 200);
    t.equal(await as(['DELETE', within(namespace, 'configmaps/made')]), 200);
    const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }];
    const refused: Try[] = [
      ...neverOf(namespace),
      ...neverOf(other),
      ...elsewhere,
      ['POST', `${rbac}/namespaces/${namespace}/roles`, { metadata: { name: 'more' }, rules }],
      ['GET', `${rbac}/clusterroles`],
      ['POST', '/api/v1/namespaces', { metadata: { name: 'mine' } }],
    ];
    for (const request of refused) t.equal(await as(request), 403, request.slice(0, 2).join(' '));
  });
});
