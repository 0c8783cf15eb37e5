import type { Command } from 'commander';
import type { Cli } from './cli.ts';
import { type ClusterOptions, withKubeOptions } from './input/cluster-options.ts';
import { type ChangeOptions, withChangeOptions } from './input/common-options.ts';
import { readServiceInput, type ServiceInputOptions, withServiceInput } from './input/service-input.ts';
import { hintAtRestart, printChanges } from './output/changes.ts';
import { withFileSession, withProgress } from './with-session.ts';

type Options = ServiceInputOptions & ClusterOptions & ChangeOptions;

/** `firecamp create`: a new service, from its file. */
export function addCreate(program: Command, cli: Cli): void {
  fileVerb(program, 'create')
    .summary('create a service')
    .description(
      'Creates the service of a service file: records, addresses, volumes, names, config files, then the Kubernetes objects. What is there already and is the same is taken as done, so that a creation that was cut off goes on when it is run again; what differs is refused, with the difference.',
    )
    .action((options: Options) => changeByFile(cli, options, 'create'));
}

/** `firecamp apply`: creates the service or changes it to what its file says. */
export function addApply(program: Command, cli: Cli): void {
  fileVerb(program, 'apply')
    .summary('create a service, or change it to what its file says')
    .description(
      'Creates the service of a service file, or changes it to what the file says. Pods that run are not restarted: firecamp restart does that. firecamp diff shows what would change.',
    )
    .action((options: Options) => changeByFile(cli, options, 'apply'));
}

function fileVerb(program: Command, name: string): Command {
  return withChangeOptions(withKubeOptions(withServiceInput(program.command(name))));
}

async function changeByFile(cli: Cli, options: Options, verb: 'create' | 'apply'): Promise<void> {
  const { service } = await readServiceInput(cli, options);
  const { namespace } = service;
  const { dryRun, output } = options;
  await withFileSession(cli, options, service, async ({ operations }) => {
    const { changes } = await withProgress(cli, output, (told) => {
      if (verb === 'apply') return operations.applyService(service, { ...told, dryRun });
      return service.type === 'stateless'
        ? operations.createReplicaSet(service, { ...told, dryRun })
        : operations.createService(service, { ...told, dryRun });
    });
    printChanges(cli, options, changes);
    if (dryRun !== 'none') return;
    const done = verb === 'apply' ? 'as its file says' : 'created';
    cli.say(`service ${service.name} is ${done}; see it with: firecamp status ${service.name} -n ${namespace}`);
    hintAtRestart(cli, service.name, changes);
  });
}
