import { existsSync } from 'node:fs';
import t from 'tap';
import { runTool } from '../../../scripts/build/run-tool.ts';
import { buildPrograms } from '../../../scripts/demo/programs.ts';

t.test(
  'without a C compiler the program behind the waiting process stands in its place, until it is cleaned up',
  async (t) => {
    t.setTimeout(120_000);
    const before = process.env['CC'];
    process.env['CC'] = '/there/is/no/compiler';
    t.teardown(() => {
      if (before === undefined) delete process.env['CC'];
      else process.env['CC'] = before;
    });
    const programs = await buildPrograms({ out: t.testdir({}) });
    t.equal(programs.noWaiter, 'this machine has no C compiler');
    t.match(await runTool(programs.stopcontainer, ['--version']), /^firecamp-stopcontainer /);
    t.match(await runTool(programs.initcontainer, ['--version']), /^firecamp-initcontainer /);
    await programs[Symbol.asyncDispose]();
    t.notOk(existsSync(programs.stopcontainer));
    t.ok(existsSync(programs.initcontainer));
  },
);
