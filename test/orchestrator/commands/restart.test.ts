import { test } from 'tap';
import { printRestarted } from '../../../orchestrator/commands/restart.ts';
import type { RestartedMember } from '../../../orchestrator/service-operations.ts';
import { recordingIo } from './recording-io.ts';

function printed(members: readonly RestartedMember[], dryRun: 'none' | 'client' = 'none'): string {
  const io = recordingIo(false);
  printRestarted(io, { output: 'table', dryRun }, members);
  return io.out();
}

const member = (outcome: RestartedMember['outcome']): RestartedMember => ({ member: 'redis-0', outcome, podUid: 'a' });

test('a restart says which members were restarted, and with a dry run would be', async (t) => {
  t.equal(printed([member('restarted')]), 'MEMBER    OUTCOME     POD-UID\nredis-0   restarted   a\n');
  t.match(printed([member('restarted')], 'client'), /\nredis-0 +would be restarted +a\n$/);
});

test('a restart that had nothing to do says so', async (t) => {
  t.match(
    printed([member('current')]),
    /\nredis-0 +current +a\nnothing was restarted: each pod has the wanted revision\n$/,
  );
  t.equal(printed([]), 'nothing to restart: the service has no pods\n');
});

test('an update with a restart does not say of restarted members that they still are to be', async (t) => {
  const io = recordingIo(false);
  const keep = (name: string) => ({ action: 'keep', kind: 'Pod', name, detail: 'runs the earlier template' }) as const;
  const update = { action: 'update', kind: 'StatefulSet', name: 'redis' } as const;
  const changes = [update, keep('redis-0'), keep('redis-1')];
  printRestarted(io, { output: 'json', dryRun: 'none' }, [member('restarted')], changes);
  t.strictSame(JSON.parse(io.out()).changes, [update, keep('redis-1')]);
});
