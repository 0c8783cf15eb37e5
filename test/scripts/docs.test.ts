import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { managerActions } from '../../orchestrator/install/iam/manager-actions.ts';
import { memberActions, otherActions } from '../../orchestrator/install/iam/member-actions.ts';
import { nodeActions } from '../../orchestrator/install/iam/node-actions.ts';
import { checkPages, referenceFolder } from '../../scripts/docs/pages.ts';

const root = join(import.meta.dirname, '..', '..');

function pagesOnDisk(): Map<string, string> {
  const folder = join(root, referenceFolder);
  const paths = globSync('**/*.md', { cwd: folder });
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

function edited(path: string, edit: (page: string) => string): Map<string, string> {
  const files = pagesOnDisk();
  return files.set(path, edit(files.get(path) ?? ''));
}

test('every reference page is what the code says now', async (t) => {
  const { pages, faults } = checkPages(pagesOnDisk());
  t.same(faults, []);
  t.same(
    pages.filter(({ current, wanted }) => current !== wanted).map(({ path }) => path),
    [],
    'run `npm run docs`',
  );
  t.ok(pages.length > 30, 'there are pages to compare');
});

test('a generated part that was edited by hand counts as out of date', async (t) => {
  const { pages } = checkPages(edited('settings.md', (page) => page.replace('`/run/firecamp`', '`/run/other`')));
  const stale = pages.filter(({ current, wanted }) => current !== wanted);
  t.same(
    stale.map(({ path }) => path),
    ['settings.md'],
  );
  t.equal(stale[0]?.wanted, pagesOnDisk().get('settings.md'), 'what is written by hand stays');
});

test('an error code without a page is a fault', async (t) => {
  const files = pagesOnDisk();
  files.delete('codes/FC-CLM-001.md');
  t.same(checkPages(files).faults, ['codes/FC-CLM-001.md is missing: write it']);
});

test('a page of a code that does not exist is a fault', async (t) => {
  const files = pagesOnDisk().set('codes/FC-XXX-001.md', '');
  t.match(checkPages(files).faults, [/^codes\/FC-XXX-001\.md is about a code that the catalogue does not have/]);
});

test('a page of a code that gives no cause is a fault', async (t) => {
  const { faults } = checkPages(
    edited('codes/FC-CLM-001.md', (page) => page.replace(/## Cause\n[\s\S]*?## Fix/, '## Cause\n\n## Fix')),
  );
  t.same(faults, ['codes/FC-CLM-001.md says nothing under Cause']);
});

test('a page without the marks of its generated part is a fault', async (t) => {
  const { faults } = checkPages(edited('iam.md', (page) => page.replace('<!-- end of the generated part -->', '')));
  t.match(faults, [/^iam\.md has no generated part/]);
});

/** Adapters that only the orchestrator has; `open-orchestrator-aws.test.ts` holds the containers to that. */
const orchestratorAdapters = [
  'ec2-dry-run',
  'ec2-held-addresses',
  'ec2-instance-types',
  'ec2-instances',
  'ec2-interfaces',
  'ec2-subnets',
  'ec2-volumes',
  'ec2-vpcs',
  'route53-zone-reads',
  'route53-zones',
  'service-quotas',
]
  .map((name) => `common/aws/${name}.ts`)
  .concat(['common/store/clouddb/dynamodb-batch-table.ts', 'common/store/clouddb/transact.ts']);

/** Of these, the ones that `firecamp node` alone uses. */
const nodeAdapters = ['ec2-attachable-interface', 'ec2-node-interfaces'].map((name) => `common/aws/${name}.ts`);

/** A transaction is authorised as the writes in it (DynamoDB developer guide, "Using IAM with DynamoDB transactions"). */
const authorisedAs: Readonly<Record<string, readonly string[]>> = {
  TransactWriteItems: ['PutItem', 'UpdateItem', 'DeleteItem'],
};

/** The IAM actions that these files ask for, in order. */
function actionsIn(paths: readonly string[]): string[] {
  const literal = /'((?:ec2|route53|sts|servicequotas|dynamodb):[A-Z]\w+)'/g;
  const called = new Set<string>();
  for (const path of paths) {
    const source = readFileSync(join(root, path), 'utf8');
    for (const [, action] of source.matchAll(literal)) called.add(action ?? '');
    // The table's adapter puts the service before the operation, which is its command's name.
    if (!path.includes('/clouddb/')) continue;
    for (const [, command = ''] of source.matchAll(/new (\w+)Command\(/g)) {
      for (const action of authorisedAs[command] ?? [command]) called.add(`dynamodb:${action}`);
    }
  }
  return [...called].toSorted();
}

const adapters = globSync(['common/aws/**/*.ts', 'common/store/clouddb/**/*.ts'], { cwd: root });

test('every AWS call of the containers is in the table of a member’s IAM actions, and nothing else is', async (t) => {
  const listed = [...memberActions.map(({ action }) => action), ...Object.keys(otherActions)];
  const others = new Set([...orchestratorAdapters, ...nodeAdapters]);
  t.same(listed.toSorted(), actionsIn(adapters.filter((path) => !others.has(path))));
});

/** What the manager asks for by adapters that the containers have, too. */
const sharedReads = [
  'dynamodb:CreateTable',
  'dynamodb:DescribeTable',
  'dynamodb:GetItem',
  'dynamodb:Query',
  'route53:GetChange',
];

test('every AWS call of the orchestrator’s adapters is in the table of the manager’s IAM actions, and nothing else is', async (t) => {
  const listed = managerActions.map(({ action }) => action);
  const called = actionsIn(adapters.filter((path) => orchestratorAdapters.includes(path)));
  t.same(listed.toSorted(), [...called, ...sharedReads].toSorted());
});

test('every AWS call of the node’s adapter is in the table of the actions for nodes', async (t) => {
  const listed = new Set(nodeActions.map(({ action }) => action));
  t.same(
    actionsIn(nodeAdapters).filter((action) => !listed.has(action)),
    [],
  );
});
