import { test } from 'tap';
import { changesTable, printChanges } from '../../../../orchestrator/commands/output/changes.ts';
import type { Change } from '../../../../orchestrator/operation.ts';
import { recordingIo } from '../recording-io.ts';

const unchanged = (name: string): Change => ({ action: 'keep', kind: 'PersistentVolume', name, detail: 'unchanged' });
const pod = (name: string): Change => ({ action: 'keep', kind: 'Pod', name, detail: 'runs the earlier template' });
const update: Change = { action: 'update', kind: 'StatefulSet', name: 'redis', detail: 'spec.replicas: 2 → 3' };

function printed(changes: readonly Change[], output: 'table' | 'json' = 'table'): string {
  const io = recordingIo(false);
  printChanges(io, { output, dryRun: 'none' }, changes, 'there is no service redis');
  return io.out();
}

test('counts what is unchanged below the changes, and JSON has all of it', async (t) => {
  const changes = [unchanged('pv-0'), update, unchanged('pv-1')];
  t.equal(
    printed(changes),
    `ACTION   KIND          NAME    DETAIL
update   StatefulSet   redis   spec.replicas: 2 → 3
2 more objects are unchanged
`,
  );
  t.strictSame(JSON.parse(printed(changes, 'json')), { dryRun: 'none', changes });
});

test('says that there was nothing to do, and why', async (t) => {
  t.equal(printed([unchanged('pv-0')]), 'nothing to do: 1 object is unchanged\n');
  t.equal(printed([]), 'there is no service redis\n');
});

test('shows the first of many alike and how many more there are, and each of a few', async (t) => {
  const names = (count: number) => Array.from({ length: count }, (_none, ordinal) => pod(`redis-${ordinal}`));
  t.match(changesTable(names(12)), /(keep +Pod +redis-\d+ +runs the earlier template\n){12}$/);
  const many = [...names(300), update];
  const [, ...rows] = changesTable(many).split('\n');
  t.strictSame(
    rows.map((row) => row.split(/ {3,}/)[2]),
    ['redis-0', 'redis-1', 'redis-2', 'and 297 more', 'redis', undefined],
  );
  t.strictSame(JSON.parse(printed(many, 'json')).changes.length, 301);
});
