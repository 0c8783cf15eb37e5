import process from 'node:process';
import { main } from '../../orchestrator/main.ts';

// The command line as a program: `node scripts/build/cli-entry.ts` in a checkout, `dist/firecamp` as it is shipped.
// A reader that has seen enough (head, less) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
main(process.argv.slice(2), process.env).then(
  (exitCode) => {
    // Not process.exit: what is still on its way into a pipe would be cut off.
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    process.stderr.write(`a fault in the program: ${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 3;
  },
);
