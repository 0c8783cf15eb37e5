import { type CatalogueEntry, exitCodes } from './exit-codes.ts';
import { nodeErrors } from './node-errors.ts';

/** What the orchestrator's operations can end with; part of the one catalogue. */
export const serviceErrors = {
  'FC-SVC-001': {
    name: 'ServiceDiffers',
    exitCode: exitCodes.refused,
    remedy:
      'See the differences with `firecamp diff -f`; change the service with `firecamp apply -f`, or choose another name.',
  },
  'FC-SVC-002': {
    name: 'ServiceNotFound',
    exitCode: exitCodes.badInput,
    remedy: 'Check name, namespace and cluster; `firecamp list -A` shows the services that there are.',
  },
  'FC-SVC-003': {
    name: 'ServiceBeingDeleted',
    exitCode: exitCodes.refused,
    remedy: 'Finish the deletion first: run `firecamp delete` for it again.',
  },
  'FC-SVC-004': {
    name: 'DefinitionMissing',
    exitCode: exitCodes.badInput,
    remedy: 'Its records do not hold its definition: give it with `firecamp apply -f service.yaml` first.',
  },
  'FC-SVC-005': {
    name: 'CannotBeChanged',
    exitCode: exitCodes.badInput,
    remedy: 'Take the change back, or create a new service and move the data.',
  },
  'FC-SVC-006': {
    name: 'MemberNotReady',
    exitCode: exitCodes.timeout,
    remedy: 'Look at the reasons above, mend them, and run the same command again: it goes on where it stopped.',
  },
  'FC-SVC-007': {
    name: 'ServiceDegraded',
    exitCode: exitCodes.refused,
    remedy: 'Bring the members named above back first, or run with --force.',
  },
  'FC-SVC-008': {
    name: 'TaskNotFound',
    exitCode: exitCodes.badInput,
    remedy: 'Check the task type, and whether the task was deleted or its time was over.',
  },
  'FC-SVC-009': {
    name: 'MemberAmbiguous',
    exitCode: exitCodes.refused,
    remedy: 'Name the pod instead of the node.',
  },
  'FC-SVC-010': {
    name: 'InstallationInUse',
    exitCode: exitCodes.refused,
    remedy: 'Delete the services named above first: `firecamp delete`.',
  },
  'FC-NET-001': {
    name: 'NoUsableNode',
    exitCode: exitCodes.badInput,
    remedy: 'Add a Ready, schedulable node to the zone, or take the zone out of the service file.',
  },
  'FC-NET-002': {
    name: 'NoSubnet',
    exitCode: exitCodes.badInput,
    remedy: 'Create a subnet in the zone, in the VPC of the nodes, or take the zone out of the service file.',
  },
  'FC-NET-003': {
    name: 'NoReservation',
    exitCode: exitCodes.badInput,
    remedy: 'Reserve addresses for this cluster with `firecamp network create`.',
  },
  'FC-NET-004': {
    name: 'NoFreeAddress',
    exitCode: exitCodes.badInput,
    remedy: 'Reserve more addresses with `firecamp network create`, or delete services that nobody needs.',
  },
  'FC-NET-005': {
    name: 'NetworkUnclear',
    exitCode: exitCodes.couldNotFindOut,
    remedy: 'Check that the nodes are EC2 instances of this account and region, and all in one VPC.',
  },
  'FC-NET-006': {
    name: 'ReservationInUse',
    exitCode: exitCodes.refused,
    remedy: 'Delete the services named above first.',
  },
  'FC-NET-007': {
    name: 'RangeUnusable',
    exitCode: exitCodes.badInput,
    remedy: 'Choose a range inside the subnet that no other reservation overlaps; `firecamp network list` shows them.',
  },
  'FC-NET-008': {
    name: 'ReservationOfAnother',
    exitCode: exitCodes.refused,
    remedy: 'Delete it in EC2 if nobody needs it, or run from the cluster and namespace that its tags name.',
  },
  'FC-DEV-001': {
    name: 'NoFreeDevice',
    exitCode: exitCodes.refused,
    remedy: 'Delete services that nobody needs: each keeps a device name of the cluster.',
  },
  'FC-VOL-001': {
    name: 'VolumeUnusable',
    exitCode: exitCodes.refused,
    remedy: 'Look at the volume in EC2; the message says what is wrong with it.',
  },
  'FC-K8S-005': {
    name: 'ObjectOfAnother',
    exitCode: exitCodes.refused,
    remedy: 'Rename the service, or delete the objects named above if nobody needs them.',
  },
  'FC-K8S-006': {
    name: 'ObjectRejected',
    exitCode: exitCodes.badInput,
    remedy: 'Read the API server’s words above; nothing was changed by the request.',
  },
  'FC-K8S-007': {
    name: 'FieldsOfAnother',
    exitCode: exitCodes.refused,
    remedy:
      'Undo the other change, or put it into the service file too; `firecamp diff -f` shows both. In the objects of `firecamp install`, take the fields back with --force-conflicts.',
  },
  'FC-CLI-001': {
    name: 'NotConfirmed',
    exitCode: exitCodes.badInput,
    remedy: 'Answer yes, or give --yes where nobody can be asked.',
  },
  'FC-CLI-002': {
    name: 'WaitTimedOut',
    exitCode: exitCodes.timeout,
    remedy: 'See the state above; wait longer with --timeout, or look for the cause with `firecamp status`.',
  },
  ...nodeErrors,
} as const satisfies Record<string, CatalogueEntry>;
