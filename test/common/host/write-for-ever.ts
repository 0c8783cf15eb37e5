// Writes one big config file over and over, its content changing, until it is killed; prints a line after the first. Run by a test.
import { HostMemberFiles } from '../../../common/host/member-files.ts';

const [configDir = ''] = process.argv.slice(2);
const files = new HostMemberFiles({ configDir, runDir: configDir });
const options = { signal: new AbortController().signal };
for (let turn = 0; ; turn++) {
  const content = (turn % 2 === 0 ? 'a' : 'b').repeat(1_000_000);
  await files.writeConfig({ name: 'big.conf', mode: 0o600, content }, options);
  if (turn === 0) console.log('first');
}
