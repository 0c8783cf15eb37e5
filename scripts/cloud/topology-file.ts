import { readFileSync } from 'node:fs';
import { type Topology, TopologyError, topology } from '../../test/cloud/topology.ts';

/** What a field must be: text, a number, yes or no, texts, anything (checked elsewhere), or a list of such objects. */
type Shape = 'text' | 'number' | 'boolean' | 'texts' | 'tags' | 'object' | readonly [Fields];
interface Fields {
  readonly [field: string]: { readonly shape: Shape; readonly optional: boolean };
}

const must = (shape: Shape) => ({ shape, optional: false });
const may = (shape: Shape) => ({ shape, optional: true });

const record: Fields = { name: must('text'), type: must('text'), ttl: must('number'), values: must('texts') };
const networkInterface: Fields = {
  ...{ id: must('text'), mac: must('text'), subnetId: must('text'), primaryIp: must('text') },
  ...{ secondaryIps: may('texts'), deviceIndex: must('number'), tags: may('tags') },
};
const instance: Fields = {
  ...{ id: must('text'), type: must('text'), zone: may('text'), tags: may('tags'), roleName: may('text') },
  ...{ ipv6Only: may('boolean'), interfaces: must([networkInterface]) },
};
const vpc: Fields = {
  ...{ id: must('text'), cidr: must('text') },
  ...{ enableDnsHostnames: may('boolean'), enableDnsSupport: may('boolean') },
};
const hostedZone: Fields = {
  ...{ id: must('text'), name: must('text'), privateZone: must('boolean'), vpcIds: must('texts') },
  records: may([record]),
};

/** Every part may be left out and has the default of the simulated cloud. */
const wholeTopology: Fields = {
  region: may('text'),
  accountId: may('text'),
  vpcs: may([vpc]),
  subnets: may([{ id: must('text'), vpcId: must('text'), cidr: must('text'), zone: must('text'), tags: may('tags') }]),
  reservations: may([{ id: must('text'), subnetId: must('text'), cidr: must('text'), tags: may('tags') }]),
  instances: may([instance]),
  hostedZones: may([hostedZone]),
  principals: may([
    { accessKeyId: must('text'), secretAccessKey: must('text'), arn: must('text'), policy: may('object') },
  ]),
  roles: may([{ name: must('text'), arn: must('text'), policy: may('object'), trust: may('object') }]),
  quotas: may([{ service: must('text'), code: must('text'), name: must('text'), value: must('number') }]),
};

/**
 * Reads a topology from a JSON file.
 *
 * @throws TopologyError with every fault at once: unreadable, no JSON, unknown, missing or ill-typed fields, or a
 *   topology that cannot exist.
 */
export function readTopologyFile(file: string): Topology {
  const parsed = parseFile(file);
  const faults = fieldFaults(file, parsed, wholeTopology);
  if (faults.length > 0 || !isTopologyParts(parsed)) throw new TopologyError(faults);
  return topology(parsed);
}

function parseFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new TopologyError([`${file}: ${cause instanceof Error ? cause.message : String(cause)}`]);
  }
}

/** Nothing but the shape was left to prove, and the faults are empty. */
function isTopologyParts(value: unknown): value is Partial<Topology> {
  return fieldFaults('', value, wholeTopology).length === 0;
}

function fieldFaults(where: string, value: unknown, fields: Fields): string[] {
  if (!isObject(value)) return [`${where}: must be an object`];
  const unknown = Object.keys(value).filter((field) => !Object.hasOwn(fields, field));
  const known = Object.keys(fields).join(', ');
  return [
    ...unknown.map((field) => `${where}: unknown field ${field}; there are ${known}`),
    ...Object.entries(fields).flatMap(([field, { shape, optional }]) => {
      const content = value[field];
      if (content === undefined) return optional ? [] : [`${where}: ${field} is missing`];
      return shapeFaults(`${where}: ${field}`, content, shape);
    }),
  ];
}

function shapeFaults(where: string, value: unknown, shape: Shape): string[] {
  if (typeof shape === 'string') return isScalar(value, shape) ? [] : [`${where} must be ${described[shape]}`];
  if (!Array.isArray(value)) return [`${where} must be a list`];
  return value.flatMap((item, index) => fieldFaults(`${where}[${index}]`, item, shape[0]));
}

const described: Readonly<Record<Extract<Shape, string>, string>> = {
  text: 'a text',
  number: 'a number',
  boolean: 'true or false',
  texts: 'a list of texts',
  tags: 'an object of texts',
  object: 'an object',
};

function isScalar(value: unknown, shape: Extract<Shape, string>): boolean {
  switch (shape) {
    case 'text':
      return typeof value === 'string' && value !== '';
    case 'number':
      return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
    case 'boolean':
      return typeof value === 'boolean';
    case 'texts':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'tags':
      return isObject(value) && Object.values(value).every((item) => typeof item === 'string');
    case 'object':
      return isObject(value);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
