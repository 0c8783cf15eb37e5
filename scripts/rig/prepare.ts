/**
 * Makes ready the real parts that tests need, before they run: `node scripts/rig/prepare.ts [name...]`; all of them when
 * none is named. Exits 1 where one cannot be had.
 */
import { say } from './cache.ts';
import { type Requirement, requirements } from './requirements.ts';

const all = Object.keys(requirements) as Requirement[];
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !all.includes(name as Requirement));
if (unknown.length > 0) {
  say(`no such part: ${unknown.join(', ')}; there are ${all.join(', ')}`);
  process.exitCode = 2;
} else {
  for (const name of all.filter((part) => wanted.length === 0 || wanted.includes(part))) {
    try {
      await requirements[name]();
      say(`${name} is ready`);
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
      process.exitCode = 1;
    }
  }
}
