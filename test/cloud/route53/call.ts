import type { Topology } from '../topology.ts';
import { invalidInput, noSuchHostedZone, Route53Failure } from './failure.ts';
import type { ChangeInfo, HostedZone } from './model.ts';
import type { Route53State } from './state.ts';
import { parseXml, type XmlNode, type XmlTree } from './xml.ts';

/** One request on its way through an operation. */
export interface Call {
  readonly operation: string;
  /** ids in the path, decoded and without their `/hostedzone/` or `/change/` */
  readonly ids: readonly string[];
  readonly query: URLSearchParams;
  readonly body: string;
  readonly state: Route53State;
  readonly topology: Topology;
}

/** What an operation gives back: the children of `<Operation>Response`. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly tree: XmlTree;
}

/** The request's document, or MalformedXML's refusal. */
export function requestBody({ operation, body }: Call): XmlNode {
  const node = parseXml(body, `${operation}Request`);
  if (node === undefined) throw new Route53Failure(400, 'MalformedInput', `Expected a ${operation}Request document`);
  return node;
}

/** The zone that the path names. */
export function zoneOf({ ids, state }: Call): HostedZone {
  const id = ids[0] ?? '';
  const zone = state.zone(id);
  if (zone === undefined) throw noSuchHostedZone(id);
  return zone;
}

/** The page size that was asked for, at most `max` (Route 53 answers a larger one with its own maximum). */
export function pageSize({ query }: Call, max: number): number {
  const asked = query.get('maxitems');
  if (asked === null) return max;
  if (!/^[1-9]\d*$/.test(asked)) throw invalidInput(`Invalid maxitems: '${asked}'`);
  return Math.min(Number(asked), max);
}

export function changeTree(info: ChangeInfo): XmlTree {
  return {
    Id: `/change/${info.id}`,
    Status: info.status,
    SubmittedAt: new Date(info.submittedAt).toISOString(),
    Comment: info.comment,
  };
}
