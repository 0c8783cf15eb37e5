import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { canUseNamespaces } from '../../../scripts/rig/network/namespace.ts';

const main = resolve(import.meta.dirname, '../../../scripts/demo/main.ts');
const use = canUseNamespaces();
// The first run builds; the programs then wait for each other more than they compute.
t.setTimeout(5 * 60_000);

/** The demonstration under way, piped. */
function start(env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as unknown, lines: said.trimEnd().split('\n') }));
  const says = async (words: string) => {
    while (!said.includes(words)) await once(child.stdout, 'data');
  };
  return { child, ended, says };
}

t.test(
  'the demonstration shows a claim, a move and an end, and all of it holds',
  { skip: use.ok ? false : use.why },
  async (t) => {
    const dir = t.testdir({});
    const { code, lines } = await start({ TMPDIR: dir }).ended;
    t.equal(code, 0, lines.slice(-10).join('\n'));
    t.match(lines.at(-1), /^All \d+ checks of what was shown hold\.$/);
    const all = lines.join('\n');
    t.match(all, /10\.0\.1\.200: nobody → node-1/);
    t.match(all, /10\.0\.1\.200: node-1 .* → node-4/);
    t.match(all, /10\.0\.1\.200: node-4 .* → nobody/);
    t.match(all, /2 +redis-0 +10\.0\.1\.200 +owned +2 +node-4 +node-4 +node-4 +10\.0\.1\.200/);
    t.match(all, /3 +redis-0 +10\.0\.1\.200 +released +2 +node-4 +- +- +10\.0\.1\.200/);
    t.match(all, /\$ firecamp render -f redis\.yaml\n[\s\S]*StatefulSet\s+redis/);
    t.match(all, /\$ firecamp status redis\n +Healthy: 3 of 3 members/);
    t.match(all, /redis-0 +True +10\.0\.1\.200 +i-00000000000000004 +node-4 +us-east-1a +InSync +True/);
    t.match(all, /answers, from node-1 and then node-4\./);
    t.notMatch(all, '\u001b', 'no colours in a pipe');
    t.same(
      lines.filter((line) => line.length > 80 && !/^ {2}(NAME|redis-\d) .* (AGE|\d+s)$/.test(line)),
      [],
      'no line is wider than 80 columns but those of the command’s own table',
    );
    t.same(readdirSync(dir), [], 'nothing is left');
  },
);

t.test('without namespaces it says what is not done, shows the plan, and ends well', async (t) => {
  const dir = t.testdir({ bin: {}, tmp: {} });
  const path = join(dir, 'bin');
  allCommandsBut('unshare', path);
  const { code, lines } = await start({ PATH: path, TMPDIR: join(dir, 'tmp') }).ended;
  t.equal(code, 0, lines.slice(-10).join('\n'));
  const all = lines.join(' ');
  t.match(all, /Network namespaces cannot be had here/);
  t.match(all, /Not done: no address is put on a host, no traffic flows/);
  t.match(all, /Plan: /);
  t.match(lines.at(-1), /^All \d+ checks of what was shown hold; the rest was not done\.$/);
});

t.test(
  'ended in the middle it ends what it started and leaves nothing',
  { skip: use.ok ? false : use.why },
  async (t) => {
    const dir = t.testdir({});
    const demo = start({ TMPDIR: dir });
    // By then servers, nodes, the client and a claim run.
    await demo.says('by firecamp-initcontainer');
    demo.child.kill('SIGINT');
    t.equal((await demo.ended).code, 130);
    t.same(readdirSync(dir), []);
  },
);

function allCommandsBut(left: string, into: string): void {
  mkdirSync(into, { recursive: true });
  for (const dir of (process.env['PATH'] ?? '').split(':').filter(Boolean)) {
    for (const name of safeList(dir)) {
      if (name === left) continue;
      try {
        symlinkSync(join(dir, name), join(into, name));
      } catch {
        // Found in an earlier directory of the path.
      }
    }
  }
}

function safeList(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
