import { createRequire } from 'node:module';
import { getRawAsset } from 'node:sea';
import { Script } from 'node:vm';

// What the single executable runs first. Node's own code cache (useCodeCache) holds only what is compiled at load; the
// one kept beside the bundle holds every function, so that nothing is parsed again at start.
const source = Buffer.from(getRawAsset('bundle')).toString('latin1');
const cachedData = Buffer.from(getRawAsset('code-cache'));
const script = new Script(source, { filename: 'firecamp.cjs', cachedData });
const program: unknown = script.runInThisContext();
if (typeof program !== 'function') throw new Error('the bundle in this executable is not a program');
// Node's built-in modules are all that the bundle asks for, and all that the executable can answer.
program(createRequire(process.execPath));
