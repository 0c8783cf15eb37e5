import { parseArgs } from 'node:util';
import { isRunId } from './marks.ts';

/** What can be accepted by itself. */
export type Part = 'addresses' | 'names' | 'records' | 'claims';

const everyPart: readonly Part[] = ['addresses', 'names', 'records', 'claims'];
const usualParts = 'addresses,names,records';

/** How the script is called. */
export const usage = `usage: npm run acceptance -- --subnet subnet-… [--interface eni-…] [--yes] …
       npm run acceptance -- --clean RUN
       npm run acceptance -- --iam

Checks, in a real AWS account, the rules of AWS that firecamp is built on, and measures how long AWS takes. It makes two network interfaces,
a volume of 1 GiB, a reserved range, two private hosted zones and a DynamoDB table, tells what it will make, asks, and takes everything away
again. Credentials and region come from the SDK's usual variables and files; AWS_REGION has to be set outside of EC2.

  --subnet ID       subnet to work in: an IPv4 one with 64 free addresses
  --interface ID    run on an EC2 instance: an interface of this instance, in the subnet, with room for an address; measures instance
                    metadata. Not one that the Amazon VPC CNI manages
  --resolver IP     measure how long names take to reach this resolver, too; in a VPC 169.254.169.253
  --parts LIST      several of addresses, names, records and claims; default the first three. claims runs the built programs on this
                    instance: it wants --interface and root
  --times N         how often to move an address and to change a record, default 20
  --changes N       how often to change a name; each takes up to a minute; default 5
  --yes             do not ask
  --json FILE       write all results to FILE, too
  --clean RUN       take away what a run that was killed has left; its id was printed at its beginning
  --iam             print the IAM policy that all of this needs
`;

/** What the command line asks for. */
export type Request =
  | { readonly do: 'help' }
  | { readonly do: 'iam' }
  | ({ readonly do: 'clean' } & CleanRequest)
  | ({ readonly do: 'run' } & RunRequest);

export interface CleanRequest {
  readonly runId: string;
  /** Where to look. */
  readonly parts: readonly Part[];
}

export interface RunRequest {
  readonly subnetId: string;
  readonly interfaceId: string | undefined;
  readonly resolver: string | undefined;
  readonly parts: readonly Part[];
  readonly times: number;
  readonly changes: number;
  readonly yes: boolean;
  readonly json: string | undefined;
}

/** The arguments cannot be used; the message has every fault. */
export class AcceptanceUsageError extends Error {}

/** @throws AcceptanceUsageError */
export function readOptions(args: readonly string[]): Request {
  const values = parsed(args);
  if (values.help === true) return { do: 'help' };
  if (values.iam === true) return { do: 'iam' };
  const faults: string[] = [];
  const parts = everyPart.filter((part) => values.parts.split(',').includes(part));
  if (parts.length !== values.parts.split(',').length)
    faults.push(`--parts ${values.parts}: several of ${everyPart.join(', ')}, with commas between them`);
  const { clean, ...others } = values;
  const request = clean === undefined ? runRequest(others, parts, faults) : cleanRequest(clean, parts, faults);
  if (faults.length > 0) throw new AcceptanceUsageError(faults.join('\n'));
  return request;
}

function cleanRequest(runId: string, parts: readonly Part[], faults: string[]): Request {
  if (!isRunId(runId)) faults.push(`--clean ${runId}: a run's id has eight hex digits, e.g. 0a1b2c3d`);
  return { do: 'clean', runId, parts };
}

function runRequest(values: Omit<Values, 'clean'>, parts: readonly Part[], faults: string[]): Request {
  const { subnet: subnetId = '', interface: interfaceId, resolver, json, yes } = values;
  if (!/^subnet-[0-9a-z]+$/.test(subnetId)) {
    faults.push('--subnet: the id of a subnet is needed, e.g. subnet-0123456789abcdef0');
  }
  if (interfaceId !== undefined && !/^eni-[0-9a-z]+$/.test(interfaceId)) {
    faults.push(`--interface ${interfaceId}: not the id of a network interface, e.g. eni-0123456789abcdef0`);
  }
  if (parts.includes('claims') && interfaceId === undefined) faults.push('--parts claims: wants --interface, too');
  const [times, changes] = [count('times', values.times, faults), count('changes', values.changes, faults)];
  return { do: 'run', subnetId, interfaceId, resolver, parts, times, changes, yes, json };
}

function count(name: string, text: string, faults: string[]): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1000) faults.push(`--${name} ${text}: a number from 1 to 1000`);
  return value;
}

type Values = ReturnType<typeof parsed>;

function parsed(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        iam: { type: 'boolean' },
        clean: { type: 'string' },
        subnet: { type: 'string' },
        interface: { type: 'string' },
        resolver: { type: 'string' },
        parts: { type: 'string', default: usualParts },
        times: { type: 'string', default: '20' },
        changes: { type: 'string', default: '5' },
        yes: { type: 'boolean', default: false },
        json: { type: 'string' },
      },
    });
    return values;
  } catch (error) {
    throw new AcceptanceUsageError(error instanceof Error ? error.message : String(error));
  }
}
