import { Command } from 'commander';
import { version } from '../../common/runtime/version.ts';
import { addAudit } from './audit.ts';
import type { Cli } from './cli.ts';
import { addCompletion } from './completion.ts';
import { addApply, addCreate } from './create.ts';
import { addDelete } from './delete.ts';
import { addDiff } from './diff.ts';
import { addDoctor } from './doctor.ts';
import { addInit } from './init.ts';
import { addInstall, addUninstall } from './install.ts';
import { addList } from './list.ts';
import { addNetwork } from './network.ts';
import { addNode } from './node.ts';
import { addRender } from './render.ts';
import { addReport } from './report.ts';
import { addRestart } from './restart.ts';
import { addScale } from './scale.ts';
import { addSchema } from './schema.ts';
import { addStart, addStop } from './start-stop.ts';
import { addStatus } from './status.ts';
import { addTask } from './task.ts';
import { addTrace } from './trace.ts';
import { addUpdate } from './update.ts';
import { addVersion } from './version.ts';
import { addWait } from './wait.ts';

const exitCodeHelp = `
Exit codes: 0 done, 1 a question answered with no, 2 bad input, 3 could not find out, 4 timeout, 5 refused, 130 interrupted.`;

type Add = (program: Command, cli: Cli) => void;

/** Every verb, under the heading that it has in the help. */
const verbs: readonly (readonly [heading: string, readonly Add[]])[] = [
  ['Service files:', [addInit, addSchema, addRender, addDiff]],
  ['Services:', [addCreate, addApply, addScale, addUpdate, addRestart, addStop, addStart, addDelete, addTask]],
  ['What there is:', [addList, addStatus, addTrace, addWait, addAudit]],
  ['The cluster:', [addInstall, addUninstall, addNetwork, addNode, addDoctor, addReport]],
  ['Other:', [addVersion, addCompletion]],
];

/** The program with all its verbs. */
export function commandLine(cli: Cli): Command {
  const program = new Command('firecamp')
    .description('Static IPs and DNS names for the members of stateful services on Kubernetes in AWS.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .configureOutput({ writeOut: cli.stdout, writeErr: cli.stderr })
    .addHelpText('after', exitCodeHelp)
    .showSuggestionAfterError()
    // Else a command that has commands below it, as install, would take their flags of the same name.
    .enablePositionalOptions()
    .exitOverride();
  for (const [heading, adds] of verbs) {
    program.commandsGroup(heading);
    for (const add of adds) add(program, cli);
  }
  return program;
}
