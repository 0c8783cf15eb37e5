import { FirecampError, InterruptedError } from '../../common/domain/errors.ts';
import type { AttachableInterface } from '../../common/ports/node-interfaces.ts';
import { pollUntil } from '../../common/runtime/retry.ts';
import { type AddressedMember, addressedMembers } from '../network/taken-addresses.ts';
import { type Change, type Operation, step } from '../operation.ts';
import { retried } from '../retried.ts';
import type { OperationResult } from '../service-operations.ts';
import { type FoundNode, findNode, nameOf } from './find-node.ts';
import { nextRemoval, type RemovalStep } from './next-removal.ts';
import { viewNode } from './node-view.ts';
import { refuseWhileInUse } from './refuse-while-in-use.ts';
import { tellOnce } from './tell-once.ts';

/** Detaching takes seconds; of a machine that does not answer, minutes. */
const patience = { firstDelayMs: 50, maxDelayMs: 2000, totalMs: 300_000 };

/**
 * Takes away the interfaces that were made for a node: detaches and deletes them. Interfaces that somebody else made stay. A node without
 * any is fine, and so is one that is cut off: the next run goes on.
 *
 * @throws FirecampError FC-NOD-001, FC-NOD-002; FC-NOD-006 while members are there; FC-CLM-006 when it takes longer than five minutes
 */
export async function removeInterface(operation: Operation, given: string): Promise<OperationResult> {
  const node = await findNode(operation, given);
  const first = (await viewNode(operation, node)).prepared;
  if (first.length === 0) return { changes: [nothingMade(node)] };
  await refuseWhileInUse(operation, node);
  const planned = first.map((one): Change => ({ action: 'delete', ...described(one, node) }));
  const look = async () => {
    const next = nextRemoval((await viewNode(operation, node)).prepared);
    if (next.do === 'refuse') throw await occupied(operation, node, next.occupied);
    return next;
  };
  if (operation.dryRun !== 'none') {
    await look();
    return { changes: planned };
  }
  const telling = { ...operation, progress: tellOnce(operation.progress) };
  await pollUntil(
    async () => {
      const next = await look();
      if (next.do === 'nothing') return true;
      await carryOut(telling, node, next);
      return undefined;
    },
    () => `EC2 takes longer than five minutes to detach the interfaces of ${nameOf(node)}.`,
    patience,
    { clock: operation.ports.clock, random: operation.ports.random, signal: operation.signal },
  );
  return { changes: planned };
}

async function carryOut(
  operation: Operation,
  { instanceId }: FoundNode,
  next: Exclude<RemovalStep, { do: 'nothing' | 'refuse' }>,
): Promise<void> {
  const { nodeInterfaces } = operation.ports;
  const { signal, progress } = operation;
  const sent = (what: string, send: () => Promise<unknown>) =>
    step(operation, { step: what }, () => retried(operation, send));
  switch (next.do) {
    case 'detach':
      await sent(`detach ${next.interfaceId} from ${instanceId}`, () =>
        nodeInterfaces.detach(next.attachmentId, { signal }),
      );
      return;
    case 'delete':
      await sent(`delete ${next.interfaceId}`, () => nodeInterfaces.delete(next.interfaceId, { signal }));
      return;
    case 'wait':
      progress({ step: `wait for ${next.interfaceId}`, state: 'waiting', detail: next.status });
  }
}

async function occupied(operation: Operation, node: FoundNode, one: AttachableInterface): Promise<FirecampError> {
  const held = one.addresses.filter((ip) => ip !== one.primaryIp);
  const members = await membersIfKnown(operation);
  const told = held.map((ip) => {
    const member = members?.find((record) => record.ip === ip)?.member;
    if (member !== undefined) return `${ip} of ${member}`;
    return members === undefined ? ip : `${ip}, which no record here names`;
  });
  const prefixes = one.prefixCount === 0 ? [] : [`${one.prefixCount} delegated prefixes`];
  const message = `${one.id} of ${nameOf(node)} has addresses of members: ${[...told, ...prefixes].join('; ')}.`;
  const fields = { node: nameOf(node), interfaceId: one.id, addresses: held };
  return new FirecampError('FC-NOD-006', message, { fields });
}

/** That there are addresses is known all the same. */
async function membersIfKnown(operation: Operation): Promise<readonly AddressedMember[] | undefined> {
  try {
    return await addressedMembers(operation);
  } catch (error) {
    if (error instanceof InterruptedError || !(error instanceof FirecampError)) throw error;
    operation.ports.log.warn('the records do not tell whose addresses they are', {
      code: error.code,
      message: error.message,
    });
    return undefined;
  }
}

function nothingMade(node: FoundNode): Change {
  const detail = `has no interface that was made by firecamp node prepare`;
  return { action: 'keep', kind: 'node', name: nameOf(node), detail };
}

function described({ id, subnetId }: AttachableInterface, node: FoundNode): Omit<Change, 'action'> {
  return { kind: 'network interface', name: id, detail: `of ${node.instanceId} in ${subnetId}` };
}
