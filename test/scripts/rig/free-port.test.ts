import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'tap';
import { onFreePorts } from '../../../scripts/rig/free-port.ts';

const taken = new Error('listen tcp 127.0.0.1:1: bind: address already in use');

test('gives as many ports as asked for, each of them free', async (t) => {
  await onFreePorts(3, async (ports) => {
    t.equal(new Set(ports).size, 3);
    const servers = ports.map((port) => createServer().listen(port, '127.0.0.1'));
    await t.resolves(Promise.all(servers.map((server) => once(server, 'listening'))));
    for (const server of servers) server.close();
  });
});

test('starts again on another port when somebody took the first', async (t) => {
  const tried: number[] = [];
  const started = await onFreePorts(1, async ([port = 0]) => {
    tried.push(port);
    if (tried.length < 3) throw taken;
    return 'up';
  });
  t.equal(started, 'up');
  t.equal(tried.length, 3);
});

test('gives up after the third port that was taken, and at once for any other reason', async (t) => {
  let attempts = 0;
  const failing = (error: Error) => async () => {
    attempts++;
    throw error;
  };
  await t.rejects(onFreePorts(1, failing(taken)), taken);
  t.equal(attempts, 3);
  await t.rejects(onFreePorts(1, failing(new Error('no such flag'))), { message: 'no such flag' });
  t.equal(attempts, 4);
});
