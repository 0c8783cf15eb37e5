import { chmod, readFile, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { basename, join } from 'node:path';
import t from 'tap';
import packageJson from '../../package.json' with { type: 'json' };
import { ensureBuilt, ensureCliBuilt } from '../../scripts/build/ensure-built.ts';
import { makePod } from '../../scripts/demo/member-pod.ts';
import { nodes } from '../../scripts/demo/nodes.ts';
import { members } from '../../scripts/demo/service.ts';
import { startWorld } from '../../scripts/demo/world.ts';
import { emulatedKernel, emulation } from '../../scripts/rig/emulator.ts';
import { needs } from '../../scripts/rig/requirements.ts';
import { demoTopology } from '../cloud/demo-topology.ts';
import { runProgram } from './run-program.ts';

/** The demonstration's account, in which the first node's interface is a link of this machine. */
function topologyHere() {
  const links = Object.values(networkInterfaces()).flatMap((link) => link ?? []);
  const { mac = '' } = links.find(({ internal }) => !internal) ?? {};
  const [first, ...others] = demoTopology().instances;
  if (first === undefined) throw new Error('there is no node');
  const interfaces = first.interfaces.map((one) => ({ ...one, mac }));
  return demoTopology({ instances: [{ ...first, interfaces }, ...others] });
}

if (await needs(t, 'qemu', 'cross-compiler')) {
  const built = { ...(await ensureBuilt({ arch: 'arm64' })), cli: await ensureCliBuilt({ arch: 'arm64' }) };
  const dir = t.testdir();
  const kernel = await emulatedKernel('arm64');
  const run = (file: string, ...args: string[]) => {
    const [command = file, ...rest] = [...kernel, file, ...args];
    return runProgram(command, rest, { PATH: process.env['PATH'] }, 120_000);
  };

  /** A script that starts a program as a machine with such a processor would: what starts members' programs names one file. */
  const started = async (file: string): Promise<string> => {
    const quoted = [...kernel, file].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
    const script = join(dir, basename(file));
    await writeFile(script, `#!/bin/sh\nexec ${quoted.join(' ')} "$@"\n`);
    await chmod(script, 0o755);
    return script;
  };
  const [node] = nodes;
  if (node === undefined) throw new Error('there is no node');
  const world = await startWorld('127.0.0.1', topologyHere());
  t.teardown(() => world[Symbol.asyncDispose]());
  const programs = {
    initcontainer: await started(built.initcontainer),
    stopcontainer: await started(built.stopcontainer),
    cli: await started(built.cli),
    noWaiter: undefined,
    async [Symbol.asyncDispose]() {},
  };
  const pod = await makePod(world, programs, undefined, members[0].name, node);

  t.test('every program is an executable for arm64 and tells its version and its use', async (t) => {
    for (const file of [built.initcontainer, built.stopcontainer, built.cli]) {
      // e_machine of the ELF header, EM_AARCH64 (elf(5)).
      t.equal((await readFile(file)).readUInt16LE(18), 183, file);
      t.match(await run(file, '--version'), { code: 0, stdout: packageJson.version, stderr: '' });
      t.match(await run(file, '--help'), { code: 0, stdout: basename(file), stderr: '' });
    }
  });

  t.test('a claim on arm64 reads records, AWS and Kubernetes, and plans', async (t) => {
    const plan = () => pod.run('initcontainer', [], { TESTMODE: 'true', VPC_CNI: 'absent' });
    let planned = await plan();
    // It reads for four seconds at most, in which an emulator on a busy machine does not come far.
    for (let again = 0; again < 5 && planned.stdout.includes('not reached'); again++) planned = await plan();
    t.equal(planned.code, 0, planned.stderr);
    t.match(planned.stdout, new RegExp(`^Plan: record ${members[0].staticIp} for this pod under epoch 1;`, 'm'));
    t.notMatch(planned.stdout, 'not reached');
  });

  t.test('the waiting process becomes the program that releases when it is told to end', async (t) => {
    const waiter = await pod.startWaiting();
    t.match(await readFile(`/proc/${waiter.child.pid}/cmdline`, 'utf8'), built.stopcontainer);
    const ended = await waiter.end();
    t.equal(ended.code, 0, ended.stderr);
    t.match(ended.stderr, /redis-0/);
  });

  t.test('the code cache, made in the emulator, is accepted on other processors of arm64 too', async (t) => {
    const spy = join(dir, 'spy.cjs');
    await writeFile(
      spy,
      `const vm = require('node:vm');
       vm.Script = class extends vm.Script {
         constructor(...args) { super(...args); console.error('rejected:', this.cachedDataRejected); }
       };`,
    );
    const [qemu = '', ...root] = await emulation('arm64');
    // Those of the first two Gravitons, and all that QEMU knows.
    for (const model of qemu === '' ? [] : ['cortex-a72', 'neoverse-n1', 'max']) {
      const args = ['-cpu', model, ...root, built.initcontainer, '--version'];
      const ended = await runProgram(qemu, args, { NODE_OPTIONS: `--require ${spy}` }, 120_000);
      t.match(ended, { code: 0, stderr: 'rejected: false\n' }, model);
    }
  });
}
