import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastLineOf } from './harness/look.ts';
import { beginWithMembers, nodes } from './harness/members-world.ts';
import type { TestPod } from './harness/pod.ts';
import type { Way } from './harness/way.ts';

/** How one of the two files is found at the end, and what the stop container says of it. */
interface Finding {
  readonly title: string;
  /** Puts it in the file's place; `other` is an address of somebody else on this node. */
  readonly put: (path: string, other: string) => void;
  /** What is said of a static IP file, and of a claim file. */
  readonly said: { readonly staticIp?: RegExp; readonly claim?: RegExp };
}

const findings: readonly Finding[] = [
  { title: 'missing', put: () => undefined, said: { staticIp: /^there is no static IP file$/ } },
  { title: 'empty', put: (path) => writeFileSync(path, ''), said: { staticIp: /it is empty/, claim: /7 whole lines/ } },
  {
    title: 'another member’s address',
    put: (path, other) => writeFileSync(path, path.endsWith('claim') ? claimOf(other) : other),
    said: { staticIp: /name different addresses/, claim: /name different addresses/ },
  },
  {
    title: 'an address and a newline',
    put: (path, other) => writeFileSync(path, `${other}\n`),
    said: { staticIp: /newline/, claim: /7 whole lines/ },
  },
  {
    title: 'no address',
    put: (path) => writeFileSync(path, '10.0.1.999'),
    said: { staticIp: /not an IPv4 address/, claim: /7 whole lines/ },
  },
  {
    title: 'a symbolic link',
    put: (path, other) => {
      writeFileSync(`${path}.elsewhere`, path.endsWith('claim') ? claimOf(other) : other);
      symlinkSync(`${path}.elsewhere`, path);
    },
    said: { staticIp: /symbolic link/, claim: /symbolic link/ },
  },
  {
    title: 'a folder',
    put: (path) => mkdirSync(path),
    said: { staticIp: /not a regular file/, claim: /not a regular file/ },
  },
  {
    title: 'a pipe that nobody writes to',
    put: (path) => execFileSync('mkfifo', [path]),
    said: { staticIp: /not a regular file/, claim: /not a regular file/ },
  },
];

const begun = await beginWithMembers('releases in the face of bad files and of silence');
if (begun) {
  const { t, world, createService, TestPod, brisk, endMember, startMember, startStopContainer } = begun;
  const { standingOf, lastWords, unassigns } = begun;

  t.test('whatever lies in the place of a file, the record decides, and the finding is reported', async (t) => {
    t.jobs = 4;
    const bystander = await createService(world);
    const { pod: its, stop } = await startMember(world, bystander, nodes.plain);
    const itsStanding = await standingOf(world, bystander);
    for (const which of ['staticIp', 'claim'] as const) {
      for (const finding of findings) {
        t.test(`${which}: ${finding.title}`, { buffered: true }, async (t) => {
          const service = await createService(world);
          const pod = await TestPod.create(world, service, 0, nodes.plain);
          t.equal((await pod.claim()).code, 0);
          replace(pod, which, finding, bystander.addresses[0] ?? '');
          const ended = await endMember(pod, await startStopContainer(pod));
          t.equal(ended.code, 0, ended.stderr);
          const said = finding.said[which];
          const lines = ended.log.map((line) => `${line['msg']} ${line['fault'] ?? ''}`.trim());
          if (said)
            t.ok(
              lines.some((line) => said.test(line)),
              lines.join('\n'),
            );
          t.match(await standingOf(world, service), { owner: { state: 'released' }, holder: undefined, hosts: [] });
        });
      }
    }
    t.test('both files name the other member: the record decides', { buffered: true }, async (t) => {
      const service = await createService(world);
      const pod = await TestPod.create(world, service, 0, nodes.plain);
      t.equal((await pod.claim()).code, 0);
      const stale = findings.find((finding) => finding.title === 'another member’s address');
      if (stale === undefined) throw new Error('There is no such finding.');
      for (const which of ['staticIp', 'claim'] as const) replace(pod, which, stale, bystander.addresses[0] ?? '');
      const ended = await endMember(pod, await startStopContainer(pod));
      t.equal(ended.code, 0, ended.stderr);
      t.match(
        ended.log.find((line) => `${line['msg']}`.startsWith('a file names another address than the record')),
        { level: 'warn', file: bystander.addresses[0], record: service.addresses[0] },
      );
      t.match(await standingOf(world, service), { owner: { state: 'released' }, holder: undefined, hosts: [] });
    });
    t.test('the member whose address stood in those files is as it was', { buffered: false }, async (t) => {
      t.same(await standingOf(world, bystander), itsStanding);
      t.same(unassigns(world, bystander), []);
      t.equal((await endMember(its, stop)).code, 0);
    });
  });

  t.test(
    'files that name our address touch nothing when the record gives it to another',
    { buffered: true },
    async (t) => {
      const service = await createService(world);
      const { pod, stop } = await startMember(world, service, nodes.plain);
      const ip = service.addresses[0] ?? '';
      await pod.remove();
      const next = await TestPod.create(world, service, 0, nodes.plain);
      t.equal((await next.claim()).code, 0, 'the next pod claims on the same node, under the same address');
      writeFileSync(join(pod.runDir, 'claim'), claimOf(ip, pod.uid, 2));
      const before = await standingOf(world, service);
      stop.kill('SIGTERM');
      const ended = await stop.ended;
      t.equal(ended.code, 0, ended.stderr);
      const byHand = await pod.start('stopcontainer', { args: ['--once'] }).ended;
      t.equal(byHand.code, 0, byHand.stderr);
      t.match(await lastWords(pod), /Nothing was released/);
      t.same(await standingOf(world, service), before);
    },
  );

  /** Seconds that a release may take here, and what this machine may add to it. */
  const limit = 9;
  const slackMs = 5000;
  const env = { ...brisk, FIRECAMP_RELEASE_TIMEOUT: String(limit), FIRECAMP_ADDRESS_LIFETIME: '60' };
  const silences: readonly {
    readonly title: string;
    readonly cut: (way: Way) => void;
    readonly codes: readonly number[];
    readonly words: RegExp;
    /** Whether the record could be written and the host be freed. */
    readonly releasing: boolean;
  }[] = [
    ...(['silent', 'closed'] as const).flatMap((state) => [
      {
        title: `EC2 is ${state}`,
        cut: (way: Way) => way.set('ec2', state),
        codes: [3],
        words: /^FC-REL-001 .*not known to be complete/,
        releasing: true,
      },
      {
        title: `the record store is ${state}`,
        cut: (way: Way) => way.set('store', state),
        codes: [3, 4],
        words: /^FC-(REC-005 |CLM-006 .*dynamodb:GetItem)/,
        releasing: false,
      },
      {
        title: `the API server is ${state}`,
        cut: (way: Way) => way.api.set(state),
        codes: [3, 4],
        words: /^FC-(REL-001 .*could not be told|CLM-006 .*GET .*pods)/,
        releasing: false,
      },
      {
        title: `everything is ${state}`,
        cut: (way: Way) => {
          for (const far of ['ec2', 'imds', 'store'] as const) way.set(far, state);
          way.api.set(state);
        },
        codes: [3, 4],
        words: /^FC-(REL-001 .*could not be told|CLM-006 .*GET .*pods)/,
        releasing: false,
      },
    ]),
  ];
  for (const one of silences) {
    t.test(
      `where ${one.title} the release keeps what it cannot finish, says so, and ends in time`,
      { buffered: true },
      async (t) => {
        const service = await createService(world);
        await using way = await begun.openWay(world, nodes.plain);
        const { pod, stop } = await startMember(world, service, nodes.plain, { env: { ...env, ...way.env } });
        const before = await standingOf(world, service);
        await pod.markDeleted(60);
        one.cut(way);
        const started = Date.now();
        stop.kill('SIGTERM');
        const ended = await stop.ended;
        t.ok(Date.now() - started < limit * 1000 + slackMs, `it took ${Date.now() - started} ms`);
        t.ok(one.codes.includes(ended.code ?? -1), `exit code ${ended.code}: ${ended.stderr}`);
        t.match(await lastWords(pod), one.words);
        t.match(lastLineOf(ended), { level: 'error', exitCode: ended.code });
        const after = await standingOf(world, service);
        if (one.releasing) {
          t.match(after, { owner: { state: 'releasing', epoch: 1 }, holder: before.holder, hosts: [] });
        } else t.same(after, before);
        await pod.remove();
        const next = await TestPod.create(world, service, 0, nodes.other);
        t.equal((await next.claim({ env: brisk })).code, 0, 'the next claim works');
        t.match(await standingOf(world, service, ['node-2']), {
          owner: { podUid: next.uid, state: 'owned' },
          hosts: ['node-2'],
        });
      },
    );
  }

  t.test('without the metadata service the release of our own claim goes on', { buffered: true }, async (t) => {
    const service = await createService(world);
    await using way = await begun.openWay(world, nodes.plain);
    const { pod, stop } = await startMember(world, service, nodes.plain, { env: { ...env, ...way.env } });
    way.set('imds', 'silent');
    const ended = await endMember(pod, stop, 60);
    t.equal(ended.code, 0, ended.stderr);
    t.match(await standingOf(world, service), { owner: { state: 'released' }, holder: undefined, hosts: [] });
  });
}

function replace(pod: TestPod, which: 'staticIp' | 'claim', finding: Finding, other: string): void {
  const path = which === 'claim' ? join(pod.runDir, 'claim') : join(pod.dataDir, 'conf', 'firecamp-service-staticip');
  rmSync(path);
  finding.put(path, other);
}

function claimOf(ip: string, podUid = '11111111-2222-3333-4444-555555555555', epoch = 1): string {
  const lines = [`address=${ip}`, `epoch=${epoch}`, 'interface=eni-00000000000000001', 'mac=02:00:00:00:00:01'];
  return [...lines, `pod-uid=${podUid}`, 'waiter=', 'end=1', ''].join('\n');
}
