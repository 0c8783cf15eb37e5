import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { FirecampError } from '../../common/domain/errors.ts';
import { runDoctor } from '../doctor/run-doctor.ts';
import { collectReport } from '../report/collect-report.ts';
import type { ReportFile } from '../report/report-file.ts';
import type { Cli } from './cli.ts';
import { type ClusterOptions, withClusterOptions } from './input/cluster-options.ts';
import { duration } from './input/duration.ts';
import { withSession } from './with-session.ts';

interface Options extends ClusterOptions {
  readonly file: string;
  readonly logs: boolean;
  readonly since?: number;
  readonly force: boolean;
}

/** `firecamp report`: everything that somebody needs who was not there, in one file. */
export function addReport(program: Command, cli: Cli): void {
  withClusterOptions(program.command('report'))
    .summary('collect everything that helps to find a fault')
    .description(
      'Writes versions, doctor’s findings, and of each service its state, records, objects, Events and what EC2 and Route 53 say, into a zip file. Secrets and config files are never read, and what looks like a secret is taken out. What cannot be read is a warning in it.',
    )
    .argument('[service]', 'only this service (default: all of the namespace)')
    .requiredOption('-f, --file <file>', 'where to write it: a new file, out.zip')
    .option('--logs', 'with what the containers printed', false)
    .option('--since <duration>', 'of the logs only what was printed in that time, such as 1h', duration)
    .option('--force', 'write over a file that is there', false)
    .action(async (service: string | undefined, options: Options) => {
      const { logs, since, requestTimeout } = options;
      await withSession(cli, options, service ?? {}, async ({ operation }) => {
        const asked = operation({ signal: cli.signal });
        const files = await collectReport(asked, {
          logs,
          doctor: (signal) => runDoctor({ ...asked, signal }),
          ...(service !== undefined && { service }),
          ...(since !== undefined && { sinceSeconds: Math.ceil(since / 1000) }),
          ...(requestTimeout !== undefined && { requestTimeoutMs: requestTimeout }),
        });
        await write(options, files);
        tell(cli, options.file, files);
      });
    });
}

async function write({ file, force }: Options, files: readonly ReportFile[]): Promise<void> {
  const content: Zippable = Object.fromEntries(files.map(({ path, text }) => [path, strToU8(text)]));
  try {
    // It says a lot of the cluster: nobody else on this machine needs to read it.
    await writeFile(file, zipSync(content), { flag: force ? 'w' : 'wx', mode: 0o600 });
  } catch (cause) {
    const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    const why = isThere
      ? 'it is there already; choose another name, or give --force'
      : cause instanceof Error
        ? cause.message
        : String(cause);
    throw new FirecampError('FC-CFG-001', `The report cannot be written to ${file}: ${why}.`, { cause });
  }
}

function tell({ stdout, say }: Cli, file: string, files: readonly ReportFile[]): void {
  const warnings = files.find(({ path }) => path === 'warnings.txt')?.text ?? '';
  say(warnings.trimEnd());
  stdout(`${file}\n`);
}
