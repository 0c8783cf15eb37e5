import { type Command, Option } from 'commander';
import { type ExitCode, exitCodes } from '../../common/domain/exit-codes.ts';
import { audit, auditService } from '../audit/audit.ts';
import type { AuditReport } from '../audit/audit-report.ts';
import type { Finding, FindingKind } from '../audit/finding.ts';
import type { Operation } from '../operation.ts';
import { listServices } from '../status/list-services.ts';
import type { Cli } from './cli.ts';
import { type ClusterOptions, withClusterOptions } from './input/cluster-options.ts';
import { type OutputFormat, withOutput } from './input/common-options.ts';
import { auditText } from './output/audit-text.ts';
import { printResult } from './output/print.ts';
import { type Work, withSession } from './with-session.ts';

type FailOn = FindingKind | 'none';

interface Options extends ClusterOptions {
  readonly output: OutputFormat;
  readonly allNamespaces: boolean;
  readonly failOn: FailOn;
}

/** `firecamp audit`: where record, EC2, DNS and Kubernetes do not say the same. */
export function addAudit(program: Command, cli: Cli): void {
  withOutput(withClusterOptions(program.command('audit')))
    .summary('find members whose sources disagree, and addresses without a member')
    .description(
      'Compares record, EC2, DNS and Kubernetes for each member of a service, or of all services of a namespace, and changes nothing. Without a service it also looks for addresses in the cluster’s ranges that no record names. What is wrong is looked at a second time after two seconds. Exit code 1 when a finding is at --fail-on or worse, else 3 when something could not be read.',
    )
    .argument('[service]', 'name of a service; without one, all of the namespace')
    .option('-A, --all-namespaces', 'services of all namespaces', false)
    .addOption(
      new Option('--fail-on <kind>', 'what counts as a fault, the worse included')
        .choices(['pending', 'unknown', 'wrong', 'none'])
        .default('wrong'),
    )
    .action(async (service: string | undefined, options: Options) => {
      const { allNamespaces, output, failOn } = options;
      if (service !== undefined && allNamespaces) program.error('error: a service is in one namespace: leave -A out');
      const report = await withSession(cli, options, { service, allNamespaces }, (work) =>
        audited(cli, options, work, service),
      );
      printResult(cli, output, report, () => auditText(report, Date.now(), allNamespaces));
      cli.finish(exitCodeOf(report.findings, failOn));
    });
}

async function audited(cli: Cli, options: Options, work: Work, service: string | undefined): Promise<AuditReport> {
  const { requestTimeout: requestTimeoutMs, allNamespaces } = options;
  const own = work.operation({ signal: cli.signal });
  if (service !== undefined) return await auditService(own, service, { requestTimeoutMs });
  return await audit(allNamespaces ? await everyNamespace(cli, work, own) : [own], { requestTimeoutMs });
}

/** Each namespace with a service of the cluster has records of its own where they are ConfigMaps. */
async function everyNamespace(
  cli: Cli,
  { connection, settings, region }: Work,
  own: Operation,
): Promise<readonly Operation[]> {
  const services = await listServices(own, { allNamespaces: true });
  const ofCluster = services.filter(({ cluster }) => cluster === settings.cluster);
  const others = new Set(ofCluster.map(({ namespace }) => namespace));
  others.delete(settings.namespace);
  return [
    own,
    ...[...others].map((namespace) =>
      connection.open({ ...settings, namespace }, region).operation({ signal: cli.signal }),
    ),
  ];
}

const worse: Readonly<Record<FailOn, readonly FindingKind[]>> = {
  pending: ['pending', 'unknown', 'wrong'],
  unknown: ['unknown', 'wrong'],
  wrong: ['wrong'],
  none: [],
};

/** What could not be read is no success, unless nobody wants to know. */
function exitCodeOf(findings: readonly Pick<Finding, 'kind'>[], failOn: FailOn): ExitCode {
  if (findings.some(({ kind }) => worse[failOn].includes(kind))) return exitCodes.negativeFinding;
  const isUnknown = failOn !== 'none' && findings.some(({ kind }) => kind === 'unknown');
  return isUnknown ? exitCodes.couldNotFindOut : exitCodes.done;
}
