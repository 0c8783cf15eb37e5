import { test } from 'tap';
import { placeOf } from '../../../../orchestrator/commands/completion/complete-words.ts';
import { documentedProgram } from '../../../../scripts/docs/cli-part.ts';

const at = (...words: string[]) => {
  const place = placeOf(documentedProgram(), words);
  return 'candidates' in place ? place.candidates.map(({ value }) => value) : place;
};

test('offers verbs, then their own verbs, and nothing hidden', async (t) => {
  const verbs = at('') as string[];
  t.match(verbs, ['init', 'schema', 'render']);
  t.notOk(verbs.includes('complete'));
  t.strictSame(at('task', ''), ['run', 'status', 'list', 'delete', 'help']);
});

test('offers the flags of the verb, and the choices of a flag with a space, an equals sign, or as bash splits it', async (t) => {
  t.match((at('task', 'run', '-') as string[]).join(' '), /--namespace .*--image --env/);
  t.notMatch(at('task', 'run', '-'), ['--yes']);
  t.strictSame(at('list', '-o', ''), ['table', 'wide', 'json', 'yaml']);
  t.strictSame(
    at('list', '--output=j'),
    ['table', 'wide', 'json', 'yaml'].map((value) => `--output=${value}`),
  );
  t.strictSame(at('list', '--output', '=', 'j'), ['table', 'wide', 'json', 'yaml']);
  t.strictSame(at('list', '--output', '='), ['table', 'wide', 'json', 'yaml']);
});

test('knows which argument is at the cursor whatever flags stand before it', async (t) => {
  t.match(at('scale', '--release', '-n', 'stores', ''), { name: 'service', before: [] });
  t.match(at('scale', '--dry-run', 'redis', ''), { name: 'count', before: ['redis'] });
  const place = at('restart', '--namespace=stores', '--kubeconfig', 'k', 'redis', '--member', '');
  t.match(place, { name: 'member', before: ['redis'] });
  t.strictSame('flags' in place ? Object.fromEntries(place.flags) : {}, { namespace: 'stores', kubeconfig: 'k' });
  t.strictSame(at('stop', 'redis', ''), [], 'one service is enough');
  t.strictSame(at('init', ''), ['redis', 'zookeeper', 'image']);
});

test('asks for a file where a file is wanted', async (t) => {
  t.match(at('apply', '-f', ''), { name: 'file' });
  t.match(at('list', '--kubeconfig', ''), { name: 'kubeconfig' });
});
