import { DeadlineExceededError } from '../../common/domain/errors.ts';
import { md5 } from '../../common/domain/md5.ts';
import { preparedMark, preparedTags } from '../../common/domain/prepared-interface.ts';
import { pollUntil } from '../../common/runtime/retry.ts';
import type { Operation } from '../operation.ts';
import { retried } from '../retried.ts';
import { nameOf } from './find-node.ts';
import type { PrepareTarget } from './prepare-target.ts';

/** How long a new interface may be missing in what EC2 shows. */
const untilSeen = { firstDelayMs: 100, maxDelayMs: 1000, totalMs: 10_000 };

/** Tries after a token whose interface has been deleted: what EC2 answers to such a one is not published. */
const maxTokens = 5;

/**
 * Makes the interface with its tags, and returns when EC2 shows it. The client token is derived from what the interface is for, so that a
 * run which did not hear of its interface, or which does not see it yet, gets the same one.
 *
 * @throws FirecampError FC-CLM-006 when EC2 shows none that it answers with
 */
export async function createInterface(
  operation: Pick<Operation, 'ports' | 'settings' | 'signal'>,
  { node, subnet, securityGroups }: PrepareTarget,
): Promise<void> {
  const { ports, settings, signal } = operation;
  const preparedFor = { cluster: settings.cluster, instanceId: node.instanceId };
  const wanted = {
    subnetId: subnet.id,
    securityGroups,
    description: `members of the FireCamp cluster ${settings.cluster} on ${node.instanceId}`,
    tags: preparedTags(preparedFor),
  };
  const purpose = JSON.stringify([preparedFor, subnet.id, securityGroups.toSorted()]);
  const context = { clock: ports.clock, random: ports.random, signal };
  for (let turn = 0; turn < maxTokens; turn++) {
    const clientToken = `firecamp-${md5(`${purpose}/${turn}`)}`;
    const id = await retried(operation, () => ports.nodeInterfaces.create({ ...wanted, clientToken }, { signal }));
    const look = async () => {
      const made = await ports.nodeInterfaces.withTags(preparedMark(preparedFor), { signal });
      return made.some((one) => one.id === id) || undefined;
    };
    try {
      await pollUntil(look, () => `EC2 does not show ${id}, which it has made.`, untilSeen, context);
      return;
    } catch (error) {
      if (!(error instanceof DeadlineExceededError)) throw error;
    }
  }
  const message = `EC2 answers the creation of the interface of ${nameOf(node)} with interfaces that it does not show.`;
  throw new DeadlineExceededError(message, { fields: { node: nameOf(node), subnetId: subnet.id } });
}
