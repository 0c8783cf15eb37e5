import { spawnSync } from 'node:child_process';
import { test } from 'tap';
import { findBreaches } from '../../../scripts/check/find-breaches.ts';

/** What is said of a file with this text, beside files that it may lead to. */
function rulesFor(file: string, text: string): string[] {
  return findBreaches(new Map([[file, text]])).map(({ where, rule }) => `${where}: ${rule}`);
}

const breaches: readonly (readonly [behaviour: string, file: string, text: string, found: RegExp])[] = [
  [
    'a domain file that imports a port',
    'common/domain/a.ts',
    "import { x } from '../ports/x.ts';",
    /^common\/domain\/a\.ts:1: domain must not import ports/,
  ],
  [
    'a domain file that imports a Node module',
    'common/domain/a.ts',
    "import { x } from 'node:fs';",
    /must not import Node’s modules: node:fs/,
  ],
  [
    'a built-in module without its prefix',
    'common/address/a.ts',
    "import fs from 'fs';",
    /must not import Node’s modules: fs/,
  ],
  [
    'a port that imports the runtime',
    'common/ports/a.ts',
    "import type { X } from '../runtime/x.ts';",
    /ports must not import runtime/,
  ],
  [
    'a runtime file that imports the configuration',
    'common/runtime/a.ts',
    "import type { X } from '../config/x.ts';",
    /runtime must not import config/,
  ],
  [
    'a use case that imports an adapter',
    'initcontainer/a.ts',
    "import { X } from '../common/aws/x.ts';",
    /initcontainer must not import aws/,
  ],
  [
    'a manifest that looks beyond the service’s definition',
    'orchestrator/manifests/a.ts',
    "import { x } from '../../common/domain/x.ts';",
    /manifests must not import domain/,
  ],
  [
    'a use case that imports wiring',
    'stopcontainer/a.ts',
    "import { X } from '../common/wiring/x.ts';",
    /stopcontainer must not import wiring/,
  ],
  [
    'a shared use case that imports the store',
    'common/address/a.ts',
    "import { X } from '../store/x.ts';",
    /address must not import store/,
  ],
  [
    'a use case that imports an SDK',
    'orchestrator/manifests/a.ts',
    "import { X } from '@aws-sdk/client-ec2';",
    /must not import the package @aws-sdk\/client-ec2/,
  ],
  [
    'an adapter that imports another',
    'common/aws/a.ts',
    "import { X } from '../host/x.ts';",
    /aws must not import host/,
  ],
  [
    'an adapter that imports a foreign SDK',
    'common/k8s/a.ts',
    "import { X } from '@aws-sdk/client-ec2';",
    /k8s must not import the package/,
  ],
  [
    'a program that imports another',
    'initcontainer/main.ts',
    "import { X } from '../stopcontainer/x.ts';",
    /initcontainer main must not import stopcontainer/,
  ],
  [
    'a program that imports a test',
    'orchestrator/main.ts',
    "import { X } from '../test/fakes/x.ts';",
    /must not import test/,
  ],
  [
    'a program that imports a script',
    'common/wiring/a.ts',
    "import { X } from '../../scripts/x.ts';",
    /wiring must not import scripts/,
  ],
  [
    'a re-export over several lines',
    'common/domain/a.ts',
    "export {\n  one,\n  two,\n} from '../host/x.ts';",
    /^common\/domain\/a\.ts:1: domain must not import host/,
  ],
  [
    'a type import over several lines',
    'common/domain/a.ts',
    "\nimport type {\n  One,\n} from '../host/x.ts';",
    /^common\/domain\/a\.ts:2: domain must not import host/,
  ],
  ['an import for its effect', 'common/domain/a.ts', "import '../host/x.ts';", /domain must not import host/],
  ['an import that is made later', 'common/aws/a.ts', "  const x = await import('./x.ts');", /cannot load code later/],
  ['a use of the environment', 'common/aws/a.ts', 'const x = process.env.HOME;', /must not touch process\.env/],
  ['an end of the process', 'initcontainer/main.ts', 'process.exit(1);', /must not touch process\.exit/],
  ['a folder without a layer', 'common/novel/a.ts', '', /belongs to no layer/],
];
for (const [behaviour, file, text, found] of breaches) {
  test(`finds ${behaviour}`, async (t) => {
    const said = rulesFor(file, text);
    t.equal(said.length, 1, said.join('\n'));
    t.match(said[0], found);
  });
}

test('finds a circle of imports, type imports included, and names its files once', async (t) => {
  const sources = new Map([
    ['common/domain/a.ts', "import { b } from './b.ts';"],
    ['common/domain/b.ts', "import type { C } from './deep/c.ts';"],
    ['common/domain/deep/c.ts', "export * from '../a.ts';"],
    ['common/domain/d.ts', "import { a } from './a.ts';"],
  ]);
  t.strictSame(findBreaches(sources), [
    {
      where: 'common/domain/a.ts',
      rule: 'import cycle: common/domain/a.ts -> common/domain/b.ts -> common/domain/deep/c.ts -> common/domain/a.ts',
    },
  ]);
});

test('lets pass what the layers allow, and what only looks like an import', async (t) => {
  const sources = new Map([
    ['common/runtime/version.ts', "import p from '../../package.json' with { type: 'json' };"],
    [
      'common/store/clouddb/open.ts',
      "import { c } from '../../aws/clients.ts';\nimport { X } from '@aws-sdk/client-dynamodb';",
    ],
    [
      'common/domain/a.ts',
      "// import { x } from '../host/x.ts' would be wrong\n/** never `process.exit()` */\nexport const x = 1;",
    ],
    ['common/domain/b.ts', 'export const text = "taken from \'node:fs\'";\nconst exit = processor.exit;'],
    ['stopcontainer/main.ts', "import { openMemberPorts } from '../common/wiring/open-member-ports.ts';"],
    [
      'scripts/build/entry.ts',
      "import { main } from '../../initcontainer/main.ts';\nprocess.exit(await main(process.env));",
    ],
  ]);
  t.strictSame(findBreaches(sources), []);
});

test('fails with file and rule at a breach, and when there is nothing to look at', async (t) => {
  const run = (root: string) => spawnSync(process.execPath, ['scripts/check/imports.ts', root], { encoding: 'utf8' });
  const broken = run(t.testdir({ common: { domain: { 'a.ts': "import { x } from '../ports/x.ts';\n" } } }));
  t.equal(broken.status, 1);
  t.match(broken.stdout, /^common\/domain\/a\.ts:1: domain must not import ports: common\/ports\/x\.ts\n/);
  t.equal(run(`${t.testdirName}/common`).status, 1);
});
