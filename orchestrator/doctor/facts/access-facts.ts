import type { LiveObject } from '../../../common/ports/kube-objects.ts';
import { installObjects } from '../../install/install-objects.ts';
import type { KubeObject } from '../../manifests/kube-object.ts';
import { refOf } from '../../objects/kinds.ts';
import { readObjects } from '../../objects/read-objects.ts';
import type { Reading } from '../prober.ts';

/** An object of an installation, as this release makes it and as it is. */
export interface AccessObject {
  readonly wanted: KubeObject;
  readonly live: LiveObject | undefined;
}

/**
 * What the two service accounts of the namespace have there, whoever made it. ClusterRoles are left out: the manager's account may not read
 * them, so doctor could not tell within the cluster.
 */
export async function readAccess(operation: Reading): Promise<AccessObject[]> {
  const { namespace, dbType } = operation.settings;
  const roles = { memberRoleArn: undefined, managerRoleArn: undefined };
  const objects = installObjects({ namespace, dbType, ...roles }).filter(
    ({ metadata }) => metadata.namespace !== undefined,
  );
  const lives = await readObjects(operation, objects.map(refOf));
  return objects.map((wanted, at) => ({ wanted, live: lives[at] }));
}
