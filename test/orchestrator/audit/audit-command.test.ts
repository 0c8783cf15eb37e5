import t, { type Test } from 'tap';
import type { AddressOwner } from '../../../common/domain/records.ts';
import type { Finding } from '../../../orchestrator/audit/finding.ts';
import type { KubeApi } from '../../../scripts/rig/kube-api.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { zoneId } from '../status/claimed-service.ts';
import { apiOnly, type OrchestratorWorld } from '../world.ts';
import { type AuditedWorld, auditedWorld, dropAddress, memberAt, moveAddress } from './audited-world.ts';

/** An environment in which EC2 does not answer. */
const silent = { AWS_ENDPOINT_URL_EC2: 'http://127.0.0.1:1' };

if (await needs(t, 'kube-apiserver')) {
  const kube = await apiOnly(t);
  await t.test('firecamp audit', async (test) => await commandLine(test, kube));
}

async function commandLine(t: Test, kube: KubeApi): Promise<void> {
  const audited = await auditedWorld(t, kube, 6);
  const { world, members, cli } = audited;
  const found = async (t: Test, exitCode: number, ...args: string[]) => {
    const { findings } = await cli.json(t, ['audit', ...args], exitCode);
    return (findings as Finding[]).map(({ kind, code, member, mend }) => {
      return `${kind} ${code} ${member ?? ''} ${mend.may ? mend.act : mend.because}`;
    });
  };

  await t.test('says in one line that all agree, and exits with 0', async (t) => {
    t.strictSame(await cli.run(['audit']), { code: 0, stdout: '1 service, 6 members: all agree\n', stderr: '' });
    t.match(await cli.json(t, ['audit', 'redis']), { services: 1, members: 6, agreed: 6, findings: [] });
  });

  await t.test('takes a claim that goes on for pending, and exits with 0 unless that counts', async (t) => {
    await setOwner(world, memberAt(members, 5).ip, { state: 'claiming', changedAt: new Date().toISOString() });
    t.strictSame(await found(t, 0), ['pending FC-AUD-005 redis-5 MidClaim']);
    t.match(await cli.run(['audit', '--fail-on', 'pending']), {
      code: 1,
      stdout: /^1 service, 6 members, 5 agree: 1 pe/,
    });
  });

  await t.test('exits with 3 where nothing is wrong and something could not be read', async (t) => {
    const { ended } = await cli.start(['audit', '--request-timeout', '2s'], silent);
    t.match(await ended, { code: 3, stdout: /^1 service, 6 members, 0 agree: 2 could not be read, 1 pending\n/ });
  });

  await t.test('names what is wrong in EC2, DNS, Kubernetes and the ranges, and what may be mended', async (t) => {
    await disturb(audited);
    t.strictSame(await found(t, 1), [
      'wrong FC-AUD-018  NeedsDecision',
      'wrong FC-AUD-001 redis-0 AssignToRecordedInterface',
      'wrong FC-AUD-002 redis-1 AssignToRecordedInterface',
      'wrong FC-AUD-012 redis-2 ChangeName',
      'wrong FC-AUD-009 redis-3 NoLivingPod',
      'pending FC-AUD-005 redis-5 MidClaim',
    ]);
    const { code, stdout } = await cli.run(['audit', '--fail-on', 'none']);
    t.equal(code, 0);
    t.match(
      stdout,
      /^1 service, 6 members, 1 agree: 5 wrong, 1 pending\n\nRESULT +CODE +SERVICE +MEMBER +SUBJECT +SINCE/,
    );
    t.match(stdout, /\nFC-AUD-001 HolderMismatch of redis-0: wrong\n {2}found: .* {2}expected: .* {2}cause: .*paused/s);
    t.match(stdout, /\n {2}mending: {2}left alone: no living pod owns the address/);
    t.notMatch(stdout, /\nFC-AUD-005 ClaimUnfinished of/, 'what is pending has its line only');
  });

  await t.test('looks at one service without the ranges', async (t) => {
    t.strictSame(
      (await found(t, 1, 'redis')).filter((one) => one.includes('FC-AUD-018')),
      [],
    );
    t.match(await cli.run(['audit', 'nothing', '--cluster', 'demo', '--db-type', 'k8sdb']), {
      code: 2,
      stderr: /FC-SVC-002/,
    });
    t.match(await cli.run(['audit', 'redis', '-A']), { code: 2, stderr: /leave -A out/ });
  });

  await t.test('looks at the services of all namespaces, each with records of its own', async (t) => {
    const other = await kube.newNamespace();
    const labels = { 'firecamp-servicename': 'other' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'other', image: 'redis:7' }] } };
    const spec = { replicas: 1, serviceName: 'other', selector: { matchLabels: labels }, template };
    await kube.admin('POST', `/apis/apps/v1/namespaces/${other}/statefulsets`, {
      metadata: { name: 'other', labels },
      spec,
    });
    const { services, findings } = await cli.json(t, ['audit', '-A', '--cluster', 'demo', '--db-type', 'k8sdb'], 1);
    t.equal(services, 2);
    const others = (findings as Finding[]).filter(({ namespace }) => namespace === other);
    t.match(others, [{ code: 'FC-AUD-013', service: 'other' }]);
    t.equal(others.length, 1);
  });

  await t.test('calls nothing of EC2 wrong while EC2 is silent, and tells the rest', async (t) => {
    const { ended } = await cli.start(['audit', '--request-timeout', '2s', '-o', 'json'], silent);
    const { code, stdout } = await ended;
    t.equal(code, 1, 'a name is certainly wrong');
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    t.strictSame(
      findings.filter(({ kind, layer }) => kind === 'wrong' && layer === 'ec2'),
      [],
    );
    const unknown = findings.filter(({ kind }) => kind === 'unknown');
    t.match(unknown, [
      { layer: 'ec2', service: undefined },
      { layer: 'ec2', service: 'redis', code: 'FC-AUD-020' },
    ]);
    t.ok(findings.every(({ layer, mend }) => !mend.may || layer === 'dns'));
  });
}

/** One thing wrong with each of four members, and an address that nobody has a record of. */
async function disturb({ world, members }: AuditedWorld): Promise<void> {
  const [first, second, third, fourth] = [0, 1, 2, 3].map((n) => memberAt(members, n));
  if (first === undefined || second === undefined || third === undefined || fourth === undefined) return;
  moveAddress(world, first.ip, third.instanceId);
  dropAddress(world, second.ip, second.instanceId);
  const name = { name: `${third.name}.demo-firecamp.com`, ttlSeconds: 5 };
  const change = { current: { ...name, values: [third.ip] }, next: { ...name, values: ['10.9.9.9'] } };
  await world.ports.zones.change(zoneId, [change], world.operation());
  const path = `/api/v1/namespaces/${world.namespace}/pods/${fourth.name}?gracePeriodSeconds=0`;
  await world.kube.admin('DELETE', path);
  moveAddress(world, '10.0.8.100', first.instanceId);
}

async function setOwner(world: OrchestratorWorld, ip: string, parts: Partial<AddressOwner>): Promise<void> {
  const { store } = world.ports;
  const { signal } = world.operation();
  const current = await store.get('staticIp', { ip }, { signal });
  const { owner } = current.record;
  if (owner === undefined) throw new Error(`nobody owns ${ip}`);
  await store.update('staticIp', current, { ...current.record, owner: { ...owner, ...parts } }, { signal });
}
