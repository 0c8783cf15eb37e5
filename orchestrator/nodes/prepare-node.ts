import { FirecampError } from '../../common/domain/errors.ts';
import { AttachmentRefusedError } from '../../common/ports/node-interfaces.ts';
import { pollUntil } from '../../common/runtime/retry.ts';
import { type Operation, step } from '../operation.ts';
import { retried } from '../retried.ts';
import type { OperationResult } from '../service-operations.ts';
import { createInterface } from './create-interface.ts';
import { nameOf } from './find-node.ts';
import { nextStep, type PrepareStep } from './next-step.ts';
import { viewNode } from './node-view.ts';
import { type PrepareRequest, type PrepareTarget, prepareTarget } from './prepare-target.ts';
import { plannedChange, preparedChange } from './prepared-change.ts';
import { tellOnce } from './tell-once.ts';

/** Attaching takes seconds, and EC2's view lags behind by some more. */
const patience = { firstDelayMs: 50, maxDelayMs: 2000, totalMs: 120_000 };

/**
 * Gives a node the interface that members' addresses live on where the VPC CNI runs: makes it with its tags in the zone's reserved subnet,
 * attaches it, and lets it go with the instance. Again, it finds what is there: also one that a launch template made. Cut off anywhere, the
 * next run goes on and leaves one interface.
 *
 * @throws FirecampError FC-NOD-001 to FC-NOD-005; FC-CLM-006 when it takes longer than two minutes
 */
export async function prepareNode(
  operation: Operation,
  given: string,
  request: PrepareRequest,
): Promise<OperationResult> {
  const target = await prepareTarget(operation, given, request);
  const { cluster } = operation.settings;
  let refusal: AttachmentRefusedError | undefined;
  const look = async () => {
    // EC2 knows that the instance is full before it shows by what, which may be our own interface: a lost reply was sent again.
    const limit = refusal === undefined ? target.limit : 0;
    const next = nextStep(await viewNode(operation, target.node), target.subnet.id, limit);
    if (next.do === 'refuse') throw refusal ?? full(target);
    return next;
  };
  if (operation.dryRun !== 'none') return { changes: [plannedChange(target, await look(), cluster)] };
  const telling = { ...operation, progress: tellOnce(operation.progress) };
  const done: PrepareStep['do'][] = [];
  let last: string | undefined;
  const found = await pollUntil(
    async () => {
      const next = await look();
      if (next.do === 'nothing') return next.found;
      const refused = await carryOut(telling, target, next);
      last = refused?.message;
      if (refused?.refusal === 'full') refusal = refused;
      if (next.do !== 'wait') done.push(next.do);
      return undefined;
    },
    () => last ?? `EC2 takes longer than two minutes to attach the interface of ${nameOf(target.node)}.`,
    patience,
    { clock: operation.ports.clock, random: operation.ports.random, signal: operation.signal },
  );
  return { changes: [preparedChange(target, found, done, cluster)] };
}

/** @returns why it has to be looked at again, where EC2 refused to attach. */
async function carryOut(
  operation: Operation,
  target: PrepareTarget,
  next: Exclude<PrepareStep, { do: 'nothing' | 'refuse' }>,
): Promise<AttachmentRefusedError | undefined> {
  const { nodeInterfaces } = operation.ports;
  const { signal, progress } = operation;
  const { instanceId } = target.node;
  // Each of these may be sent again: the second is refused, or changes nothing, and the next look finds what the first has done.
  const sent = <T>(what: string, send: () => Promise<T>) =>
    step(operation, { step: what }, () => retried(operation, send));
  switch (next.do) {
    case 'create': {
      const what = `make an interface for ${nameOf(target.node)}`;
      await step(operation, { step: what }, () => createInterface(operation, target));
      return undefined;
    }
    case 'attach': {
      const { interfaceId, deviceIndex } = next;
      return await sent(`attach ${interfaceId} to ${instanceId}`, () =>
        attach(operation, interfaceId, instanceId, deviceIndex),
      );
    }
    case 'tieToInstance': {
      const { interfaceId, attachmentId } = next;
      await sent(`let ${interfaceId} go with ${instanceId}`, () =>
        nodeInterfaces.deleteOnTermination(interfaceId, attachmentId, { signal }),
      );
      return undefined;
    }
    case 'discard':
      await sent(`delete ${next.interfaceId}, which is one too many`, () =>
        nodeInterfaces.delete(next.interfaceId, { signal }),
      );
      return undefined;
    case 'wait':
      progress({ step: `wait for ${next.interfaceId}`, state: 'waiting', detail: next.status });
      return undefined;
  }
}

async function attach(
  { ports, signal }: Operation,
  interfaceId: string,
  instanceId: string,
  deviceIndex: number,
): Promise<AttachmentRefusedError | undefined> {
  try {
    await ports.nodeInterfaces.attach(interfaceId, instanceId, deviceIndex, { signal });
    return undefined;
  } catch (error) {
    if (error instanceof AttachmentRefusedError) return error;
    throw error;
  }
}

function full({ node, instanceType, limit }: PrepareTarget): FirecampError {
  const message = `The instance ${node.instanceId} (${instanceType}) has ${limit} interfaces, and can have no more.`;
  return new FirecampError('FC-NOD-004', message, { fields: { node: nameOf(node), instanceType, limit } });
}
