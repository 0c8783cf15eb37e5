import type { AddressOwner } from '../../../common/domain/records.ts';

/** Where a fault of a member can lie, from what others follow to what follows. */
export type Layer = 'pod' | 'record' | 'ec2' | 'host' | 'dns';

/** A member as each layer has it, each asked by itself and none through the product. */
export interface MemberTruth {
  readonly pod:
    | { readonly uid: string; readonly node: string; readonly ready: boolean; readonly terminating: boolean }
    | undefined;
  /** Of a member with a static IP. */
  readonly address: string | undefined;
  readonly record: AddressOwner | undefined;
  /** Node whose interface has the address in EC2. */
  readonly ec2: string | undefined;
  /** Nodes that have the address on a link, an entry for each time. */
  readonly hosts: readonly string[];
  /** What the member's name leads to, as the cluster's resolver says. */
  readonly dns: readonly string[];
}

export interface Disagreement {
  readonly layer: Layer;
  readonly found: string;
  readonly expected: string;
}

/**
 * What keeps the member from being where its pod is: nothing, when pod, record, EC2, host and DNS agree.
 *
 * @param nodeAddress - of the pod's node; what the name of a member without a static IP leads to.
 */
export function disagreements(truth: MemberTruth, nodeAddress: string | undefined): Disagreement[] {
  const { pod, address, record, ec2, hosts, dns } = truth;
  if (pod === undefined) return [{ layer: 'pod', found: 'none', expected: 'a pod that is Ready' }];
  const found: Disagreement[] = [];
  const expect = (layer: Layer, is: boolean, seen: string, expected: string) => {
    if (!is) found.push({ layer, found: seen, expected });
  };
  const state = `${pod.ready ? 'Ready' : 'not Ready'}${pod.terminating ? ', terminating' : ''} on ${pod.node}`;
  expect('pod', pod.ready && !pod.terminating, state, 'Ready');
  if (address !== undefined) {
    const owned = record?.state === 'owned' && record.podUid === pod.uid;
    const owner = record === undefined ? 'no owner' : `${record.state} by pod ${record.podUid}, epoch ${record.epoch}`;
    expect('record', owned, owner, `owned by pod ${pod.uid}`);
    expect('ec2', ec2 === pod.node, `held by ${ec2 ?? 'nobody'}`, `held by ${pod.node}`);
    expect('host', hosts.join() === pod.node, `on ${hosts.join(' and ') || 'no host'}`, `on ${pod.node} alone`);
  }
  const leads = address ?? nodeAddress ?? '';
  expect('dns', dns.join() === leads, `leads to ${dns.join(' and ') || 'nothing'}`, `leads to ${leads}`);
  return found;
}

/** For the message of a test: a layer a line. */
export function disagreementsText(member: string, found: readonly Disagreement[]): string {
  return found.map(({ layer, found: is, expected }) => `${member}: ${layer}: ${is}, expected ${expected}`).join('\n');
}
