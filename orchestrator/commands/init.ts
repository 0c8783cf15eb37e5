import { writeFile } from 'node:fs/promises';
import { Argument, type Command } from 'commander';
import { FirecampError } from '../../common/domain/errors.ts';
import type { Cli } from './cli.ts';
import { imageExample } from './examples/image.ts';
import { redisExample } from './examples/redis.ts';
import { zookeeperExample } from './examples/zookeeper.ts';

type ExampleName = 'redis' | 'zookeeper' | 'image';

const examples: Readonly<Record<ExampleName, string>> = {
  redis: redisExample,
  zookeeper: zookeeperExample,
  image: imageExample,
};

/** `firecamp init`: a commented service file to begin with. Never overwrites a file. */
export function addInit(program: Command, cli: Cli): void {
  program
    .command('init')
    .summary('write a commented example of a service file')
    .description('Writes a commented example of a service file. A file that is there already is never overwritten.')
    .addArgument(new Argument('<example>', 'which example').choices(Object.keys(examples)))
    .option('-f, --file <file>', 'where to write it, - for stdout (default: <example>.yaml)')
    .action(async (example: ExampleName, options: { readonly file?: string }) => {
      const file = options.file ?? `${example}.yaml`;
      if (file === '-') {
        cli.stdout(examples[example]);
        return;
      }
      await writeNew(file, examples[example]);
      cli.say(`wrote ${file}; see its objects with: firecamp render -f ${file}`);
    });
}

async function writeNew(file: string, content: string): Promise<void> {
  try {
    await writeFile(file, content, { flag: 'wx' });
  } catch (cause) {
    const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    const why = isThere ? 'it is there already' : cause instanceof Error ? cause.message : String(cause);
    throw new FirecampError('FC-CFG-001', `The example cannot be written to ${file}: ${why}.`, { cause });
  }
}
