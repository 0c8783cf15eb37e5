import { FirecampError } from '../../common/domain/errors.ts';
import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { listAt, textAt } from '../definition/field-reader.ts';
import { kinds } from '../objects/kinds.ts';
import { readObject } from '../objects/kube-calls.ts';
import type { Operation } from '../operation.ts';

/**
 * A service without records here may have them elsewhere: its members' own settings say where. Whoever deletes with the wrong cluster or
 * database must not stop it.
 *
 * @throws FirecampError FC-REC-008 when the service's StatefulSet is of another cluster or keeps its records in another database
 */
export async function refuseOtherRecords(operation: Operation, service: string): Promise<void> {
  const { settings } = operation;
  const live = await readObject(operation, { kind: kinds.StatefulSet, namespace: settings.namespace, name: service });
  if (live === undefined) return;
  const told = { cluster: memberSetting(live, 'CLUSTER'), dbType: memberSetting(live, 'DB_TYPE') };
  const here = { cluster: settings.cluster, dbType: settings.dbType };
  const fields = ['cluster', 'dbType'] as const;
  if (fields.every((field) => told[field] === undefined || told[field] === here[field])) return;
  const message = `The members of service ${service} have their records in ${told.dbType ?? here.dbType} of cluster ${told.cluster ?? here.cluster}, and the deletion was asked for in ${here.dbType} of cluster ${here.cluster}, where there are none. Nothing was deleted.`;
  throw new FirecampError('FC-REC-008', message, { fields: { service, ...told } });
}

/** A variable of the container that claims a member's address. */
function memberSetting(set: LiveObject, variable: string): string | undefined {
  const claims = listAt(set, 'spec', 'template', 'spec', 'initContainers').find((one) =>
    textAt(one, 'name')?.startsWith('memberinit-'),
  );
  return textAt(
    listAt(claims, 'env').find((one) => textAt(one, 'name') === variable),
    'value',
  );
}
