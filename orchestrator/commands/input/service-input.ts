import { readFile } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import type { Command } from 'commander';
import { FirecampError, InterruptedError } from '../../../common/domain/errors.ts';
import { version } from '../../../common/runtime/version.ts';
import { definitionWarnings } from '../../definition/definition-warnings.ts';
import { readServiceFile } from '../../definition/read-service-file.ts';
import type { ServiceDefinition } from '../../definition/service-definition.ts';
import type { Cli } from '../cli.ts';

/** The flags that choose a service file and stand before what is in it. */
export interface ServiceInputOptions {
  readonly file: string;
  readonly namespace?: string;
  readonly cluster?: string;
}

export function withServiceInput(command: Command): Command {
  return command
    .requiredOption('-f, --file <file>', 'the service file, - for stdin')
    .option('-n, --namespace <namespace>', 'Kubernetes namespace, in place of the file’s')
    .option('--cluster <cluster>', 'name of the FireCamp cluster, in place of the file’s');
}

/** A service file's text and what it says. */
export interface ServiceInput {
  readonly text: string;
  readonly service: ServiceDefinition;
}

/** Reads the service file; warnings go to stderr. @throws ServiceFileError with every fault, FirecampError FC-CFG-001 */
export async function readServiceInput(cli: Cli, options: ServiceInputOptions): Promise<ServiceInput> {
  const { file, namespace, cluster } = options;
  const flags = { ...(namespace !== undefined && { namespace }), ...(cluster !== undefined && { cluster }) };
  const text = await contentOf(cli, file);
  const service = readServiceFile(text, { file: file === '-' ? 'stdin' : file, release: version, flags });
  for (const warning of definitionWarnings(service)) cli.say(`warning: ${warning}`);
  return { text, service };
}

async function contentOf({ stdin, signal }: Cli, file: string): Promise<string> {
  try {
    return file === '-' ? await textOf(addAbortSignal(signal, stdin)) : await readFile(file, 'utf8');
  } catch (cause) {
    if (signal.aborted) throw new InterruptedError('reading the service file', signal.reason);
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FirecampError('FC-CFG-001', `The service file given with --file cannot be read: ${why}.`, { cause });
  }
}
