import { readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

// Run as a process of its own, by the Node binary that is shipped: compile-eagerly.ts <bundle> <code cache>.
// Compiling every function at once gives what running the program would give, with no program run and no server to
// answer it. The flag is set back because V8 refuses a cache made under other flags than the reader's.
const [, , from = '', to = ''] = process.argv;
setFlagsFromString('--no-lazy');
const script = new Script(readFileSync(from, 'latin1'), { filename: 'firecamp.cjs' });
setFlagsFromString('--lazy');
writeFileSync(to, script.createCachedData());
