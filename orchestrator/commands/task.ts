import { type Command, InvalidArgumentError } from 'commander';
import { taskName } from '../manifests/job.ts';
import type { TaskStatus } from '../service-operations.ts';
import type { Cli } from './cli.ts';
import { confirm } from './confirm.ts';
import { type ClusterOptions, withClusterOptions } from './input/cluster-options.ts';
import {
  type ChangeOptions,
  type DestroyOptions,
  type OutputFormat,
  withChangeOptions,
  withDestroyOptions,
  withOutput,
} from './input/common-options.ts';
import { printChanges } from './output/changes.ts';
import { printResult } from './output/print.ts';
import { nothing, textTable } from './output/table.ts';
import { withProgress, withSession } from './with-session.ts';

interface RunOptions extends ClusterOptions, ChangeOptions {
  readonly image?: string;
  readonly env: Readonly<Record<string, string>>;
}

type ReadOptions = ClusterOptions & { readonly output: OutputFormat };

/** `firecamp task`: Jobs of a service. */
export function addTask(program: Command, cli: Cli): void {
  const task = program
    .command('task')
    .summary('run, watch and delete tasks of a service')
    .description('Tasks of a service are Jobs that run once, such as its initialisation.');
  addRun(task, cli);
  addTaskStatus(task, cli);
  addTaskList(task, cli);
  addTaskDelete(task, cli);
}

function addRun(task: Command, cli: Cli): void {
  withChangeOptions(withClusterOptions(task.command('run')))
    .summary('run a task')
    .description(
      'Starts the Job <service>-<type> and prints its id. A task of that type which is there already is left alone; delete it to run it again. What follows -- is the command in place of the image’s.',
    )
    .argument('<service>', 'name of the service')
    .argument('<type>', 'type of the task, such as init')
    .argument('[command...]', 'command and arguments, after --')
    .option('--image <image>', 'image (default: the service’s)')
    .option('--env <name=value>', 'variable of the task; may be given again', variable, {})
    .action(async (service: string, taskType: string, command: readonly string[], options: RunOptions) => {
      const { image, env, dryRun, output } = options;
      const request = { taskType, env, ...(image !== undefined && { image }), ...(command.length > 0 && { command }) };
      await withSession(cli, options, service, async ({ operations }) => {
        const taskId = await withProgress(cli, output, (told) =>
          operations.runTask(service, request, { ...told, dryRun }),
        );
        printResult(cli, output, { dryRun, taskId }, () => `${taskId}\n`);
      });
    });
}

function addTaskStatus(task: Command, cli: Cli): void {
  withOutput(withClusterOptions(task.command('status')))
    .summary('show how far a task is')
    .description('Shows whether a task runs or has ended, when, and how: success, or why not.')
    .argument('<service>', 'name of the service')
    .argument('<type>', 'type of the task')
    .action(async (service: string, taskType: string, options: ReadOptions) => {
      await withSession(cli, options, service, async ({ operations }) => {
        const status = await operations.getTaskStatus(taskName(service, taskType), { signal: cli.signal });
        printResult(cli, options.output, status, () => taskTable(status));
      });
    });
}

function addTaskList(task: Command, cli: Cli): void {
  withOutput(withClusterOptions(task.command('list')))
    .summary('list the running pods of a service')
    .description('Lists the pods of a service that are pending or run; of its members and of its tasks.')
    .argument('<service>', 'name of the service')
    .action(async (service: string, options: ReadOptions) => {
      await withSession(cli, options, service, async ({ operations }) => {
        const tasks = await operations.listActiveServiceTasks(service, { signal: cli.signal });
        const rows = tasks.map(({ taskId, phase, node, podUid }) => [taskId, phase, node ?? nothing, podUid]);
        printResult(cli, options.output, { tasks }, () => textTable(['NAME', 'PHASE', 'NODE', 'POD-UID'], rows));
      });
    });
}

function addTaskDelete(task: Command, cli: Cli): void {
  withDestroyOptions(withClusterOptions(task.command('delete')))
    .summary('delete a task with its pods')
    .description(
      'Deletes the Job of a task with its pods, also while it runs. Asks first; a task that is not there is fine.',
    )
    .argument('<service>', 'name of the service')
    .argument('<type>', 'type of the task')
    .action(async (service: string, taskType: string, options: ClusterOptions & DestroyOptions) => {
      const { dryRun, output, yes } = options;
      await withSession(cli, options, service, async ({ operations }) => {
        if (dryRun === 'none' && !yes) {
          const planned = await operations.deleteTask(service, taskType, { signal: cli.signal, dryRun: 'client' });
          await confirm(cli, `Delete task ${taskType} of service ${service}`, planned.changes, yes);
        }
        const { changes } = await withProgress(cli, output, (told) =>
          operations.deleteTask(service, taskType, { ...told, dryRun }),
        );
        printChanges(cli, options, changes);
      });
    });
}

function taskTable({ taskId, status, startedAt, finishedAt, reason }: TaskStatus): string {
  const row = [taskId, status, startedAt ?? nothing, finishedAt ?? nothing, reason ?? nothing];
  return textTable(['TASK', 'STATUS', 'STARTED', 'FINISHED', 'REASON'], [row]);
}

function variable(given: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(given) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Needed is NAME=value.');
  return { ...before, [name]: value };
}
