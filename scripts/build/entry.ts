import { basename } from 'node:path';
import process from 'node:process';
import { main as initcontainer } from '../../initcontainer/main.ts';
import { main as stopcontainer } from '../../stopcontainer/main.ts';

// One executable, two programs: an image that serves both holds Node once. Who starts it says which by the name.
const program = basename(process.argv0) === 'firecamp-stopcontainer' ? stopcontainer : initcontainer;
program(process.argv.slice(2), process.env).then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    // A program reports what it knows; what gets here is a fault in it, and the stack is what helps.
    const msg = `a fault in the program: ${error instanceof Error ? error.stack : String(error)}`;
    process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level: 'error', msg })}\n`);
    process.exit(1);
  },
);
