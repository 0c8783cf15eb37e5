import { ensureCliScriptBuilt } from './ensure-built.ts';

// Run by `npm pack` before it packs: the package holds the command line's script and no sources.
process.stderr.write(`${await ensureCliScriptBuilt()}\n`);
