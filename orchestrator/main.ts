import { homedir } from 'node:os';
import { CommanderError } from 'commander';
import { awsConfigFrom } from '../common/aws/aws-config.ts';
import { InterruptedError } from '../common/domain/errors.ts';
import { type ExitCode, exitCodes } from '../common/domain/exit-codes.ts';
import { ApiClient } from '../common/k8s/api-client.ts';
import { ApiObjects } from '../common/k8s/api-objects.ts';
import { chooseCluster } from '../common/k8s/kubeconfig.ts';
import type { Log } from '../common/ports/log.ts';
import { createLogger } from '../common/runtime/logger.ts';
import { openOrchestratorPorts } from '../common/wiring/open-orchestrator-ports.ts';
import type { Cli, Connection } from './commands/cli.ts';
import type { CliIo } from './commands/cli-io.ts';
import { commandLine } from './commands/command-line.ts';
import type { ClusterOptions } from './commands/input/cluster-options.ts';
import { Notices } from './commands/progress/notices.ts';
import { reportError } from './commands/report-error.ts';
import { Orchestrator } from './orchestrator.ts';

const logLevels = ['debug', 'info', 'warn', 'error'] as const;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The command line.
 *
 * @param argv what follows the program's name
 * @returns the exit code of the documented table
 */
export async function main(argv: readonly string[], env: Env): Promise<number> {
  const json = wantsJson(argv);
  const io = processIo(env, json);
  let exitCode: ExitCode = exitCodes.done;
  const cli: Cli = {
    ...io,
    signal: interruption(io),
    connect: (options) => connect(options, env, programLog(io, json)),
    finish: (code) => {
      exitCode = code;
    },
  };
  try {
    await commandLine(cli).parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has said what there is to say: help and version on stdout, a wrong flag on stderr.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.badInput;
    return reportError(io, error, json);
  }
}

function processIo(env: Env, json: boolean): CliIo {
  const { stdin, stdout, stderr } = process;
  const notices = new Notices((text) => stderr.write(text));
  const say = (text: string) => notices.write(json ? `${JSON.stringify({ level: 'info', msg: text })}\n` : `${text}\n`);
  return {
    say,
    stdout: (text) => stdout.write(text),
    stderr: (text) => stderr.write(text),
    notices,
    stdin,
    terminal: { stdin: stdin.isTTY, stdout: stdout.isTTY, stderr: stderr.isTTY },
    // A terminal that does not know its size says 0.
    size: () => ({ columns: stderr.columns || 80, rows: stderr.rows || 24 }),
    env,
  };
}

/** Aborted by the first Ctrl-C or SIGTERM. Nobody listens for the second any more: it ends the process at once. */
function interruption({ say, stderr, terminal }: CliIo): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      // What a terminal shows of the keys stands alone.
      if (terminal.stderr) stderr('\n');
      say(`${name}: stopping; once more ends it at once`);
      controller.abort(new InterruptedError('running', name));
    });
  }
  return controller.signal;
}

/** What goes wrong on the way and is tried again is told only to who asks for it, with times and all facts then. */
function programLog({ notices, env }: CliIo, json: boolean): Log {
  const level = logLevels.find((one) => one === env['LOG_LEVEL']) ?? 'warn';
  const plain = env['LOG_LEVEL'] ? 'text' : 'plain';
  const format = json ? 'json' : plain;
  return createLogger({ write: (line) => notices.write(line), format, level, now: () => new Date() });
}

async function connect(options: ClusterOptions, env: Env, log: Log): Promise<Connection> {
  const { kubeconfig, context, requestTimeout: timeoutMs } = options;
  const cluster = await chooseCluster({
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
    env,
    home: env['HOME'] ?? homedir(),
  });
  const api = new ApiClient({
    server: cluster.server,
    access: cluster.access,
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  const opened: { close(): void }[] = [{ close: () => void api.close() }];
  return {
    kube: new ApiObjects(api),
    namespace: options.namespace ?? cluster.namespace,
    open(settings, region) {
      const aws = awsConfigFrom(env, { region });
      const open = openOrchestratorPorts({
        aws,
        cluster,
        settings,
        log,
        ...(timeoutMs !== undefined && { requestTimeoutMs: timeoutMs }),
      });
      opened.push(open);
      const operations = new Orchestrator('aws', settings, open.ports);
      return { settings, operations, operation: (told) => operations.operation(told) };
    },
    [Symbol.dispose]() {
      for (const one of opened) one.close();
    },
  };
}

/** Errors are told in the form that was asked for, also those that come before the flags are read. */
function wantsJson(argv: readonly string[]): boolean {
  return argv.some(
    (word, index) =>
      word === '-ojson' ||
      word === '--output=json' ||
      (['-o', '--output'].includes(word) && argv[index + 1] === 'json'),
  );
}
