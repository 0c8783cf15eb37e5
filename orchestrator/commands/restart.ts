import { type Command, Option } from 'commander';
import type { Change } from '../operation.ts';
import type { RestartedMember, RestartOptions, RestartOrder } from '../service-operations.ts';
import type { Cli } from './cli.ts';
import type { CliIo } from './cli-io.ts';
import { type ClusterOptions, withClusterOptions } from './input/cluster-options.ts';
import { type ChangeOptions, withChangeOptions } from './input/common-options.ts';
import { duration } from './input/duration.ts';
import { several } from './input/several.ts';
import { changesTable } from './output/changes.ts';
import { printResult } from './output/print.ts';
import { textTable } from './output/table.ts';
import { withProgress, withSession } from './with-session.ts';

/** How members are restarted. */
export interface RestartFlags {
  readonly order: RestartOrder;
  readonly member?: readonly string[];
  readonly podTimeout: number;
  readonly force: boolean;
}

type Options = ClusterOptions & ChangeOptions & RestartFlags;

/** `firecamp restart`: the members of a service, one after the other. */
export function addRestart(program: Command, cli: Cli): void {
  const command = withChangeOptions(withClusterOptions(program.command('restart')))
    .summary('restart the members one after the other')
    .description(
      'Restarts the members of a service one after the other, each Ready again before the next. It stops at the first that does not become Ready and says why; run again, it goes on where it stopped.',
    )
    .argument('<service>', 'name of the service');
  withRestartFlags(command).action(async (service: string, options: Options) => {
    const how = restartOptions(service, options, command);
    await withSession(cli, options, service, async ({ operations }) => {
      const { dryRun, output } = options;
      const restarted = await withProgress(cli, output, (told) =>
        operations.rollingRestartService(service, { ...told, dryRun, ...how }),
      );
      printRestarted(cli, options, restarted);
    });
  });
}

export function withRestartFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--order <order>', 'which member comes first')
        .choices(['descending', 'ascending'])
        .default('descending'),
    )
    .option('--member <names>', 'only these members, by name or number, separated by commas', several)
    .addOption(
      new Option('--pod-timeout <duration>', 'how long a new pod may take to be Ready')
        .argParser(duration)
        .default(600_000, '10m'),
    )
    .option('--force', 'go on although members are not Ready', false);
}

/** The flags as the operation takes them. A member that is none of this service ends the command. */
export function restartOptions(
  service: string,
  { order, member, podTimeout, force }: RestartFlags,
  command: Command,
): Omit<RestartOptions, 'signal'> {
  const ordinals = member?.map((name) => {
    const ordinal = name.startsWith(`${service}-`) ? name.slice(service.length + 1) : name;
    if (!/^(0|[1-9]\d{0,3})$/.test(ordinal)) command.error(`error: ${name} is no member of ${service}`);
    return Number(ordinal);
  });
  const podTimeoutSeconds = Math.ceil(podTimeout / 1000);
  return { order, podTimeoutSeconds, force, ...(ordinals !== undefined && { ordinals }) };
}

/** What became of each member, after what was changed before. */
export function printRestarted(
  io: Pick<CliIo, 'stdout'>,
  { output, dryRun }: ChangeOptions,
  members: readonly RestartedMember[],
  changes: readonly Change[] = [],
): void {
  const restarted = new Set(members.flatMap(({ member, outcome }) => (outcome === 'restarted' ? [member] : [])));
  // That they had still to be restarted is over.
  const left = changes.filter(
    ({ action, kind, name }) => !(action === 'keep' && kind === 'Pod' && restarted.has(name)),
  );
  printResult(io, output, { dryRun, ...(left.length > 0 && { changes: left }), members }, () => {
    const rows = members.map(({ member, outcome, podUid }) => [
      member,
      dryRun !== 'none' && outcome === 'restarted' ? 'would be restarted' : outcome,
      podUid,
    ]);
    const before = left.length > 0 ? `${changesTable(left)}\n` : '';
    if (rows.length === 0) return `${before}nothing to restart: the service has no pods\n`;
    const current = members.every(({ outcome }) => outcome === 'current');
    const closing = current ? 'nothing was restarted: each pod has the wanted revision\n' : '';
    return `${before}${textTable(['MEMBER', 'OUTCOME', 'POD-UID'], rows)}${closing}`;
  });
}
