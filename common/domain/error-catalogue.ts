import { auditErrors } from './audit-errors.ts';
import { checkErrors } from './check-errors.ts';
import { type CatalogueEntry, exitCodes } from './exit-codes.ts';
import { serviceErrors } from './service-errors.ts';

/**
 * Every error the programs can end with. The id is stable and never reused; docs, Events and
 * termination messages carry it.
 */
export const errorCatalogue = {
  'FC-CFG-001': {
    name: 'InvalidConfiguration',
    exitCode: exitCodes.badInput,
    remedy: 'Correct the flags or variables named above.',
  },
  'FC-CFG-002': {
    name: 'InvalidServiceFile',
    exitCode: exitCodes.badInput,
    remedy: 'Correct the lines named above; `firecamp schema` prints what a service file may hold.',
  },
  'FC-REC-001': {
    name: 'RecordNotFound',
    exitCode: exitCodes.badInput,
    remedy: 'Check the cluster, service and member names, or create the service first.',
  },
  'FC-REC-002': {
    name: 'RecordMalformed',
    exitCode: exitCodes.couldNotFindOut,
    remedy: 'Repair the record named above by hand; nothing was changed.',
  },
  'FC-REC-003': {
    name: 'RecordConflict',
    exitCode: exitCodes.refused,
    remedy: 'Somebody else changed the record at the same moment; run again to see the new state.',
  },
  'FC-REC-004': {
    name: 'RecordExists',
    exitCode: exitCodes.refused,
    remedy: 'The record is there already; look at who made it.',
  },
  'FC-REC-005': {
    name: 'StoreUnavailable',
    exitCode: exitCodes.couldNotFindOut,
    remedy: 'Check that the record store (DynamoDB or the Kubernetes API) can be reached from this node.',
  },
  'FC-REC-006': {
    name: 'StoreNotFound',
    exitCode: exitCodes.badInput,
    remedy: 'Check the cluster name and DB type: the table or namespace of the records does not exist.',
  },
  'FC-REC-007': {
    name: 'StoreAccessDenied',
    exitCode: exitCodes.couldNotFindOut,
    remedy: 'Give this identity access to the record store (IAM policy for DynamoDB, RBAC for ConfigMaps).',
  },
  'FC-REC-008': {
    name: 'RecordOfAnother',
    exitCode: exitCodes.refused,
    remedy: 'Two services or namespaces share a name or an address; rename or delete one of them.',
  },
  'FC-CLM-001': {
    name: 'ClaimRaceLost',
    exitCode: exitCodes.refused,
    remedy: 'Another pod claimed the member; delete this pod if the named winner is the one you want.',
  },
  'FC-CLM-002': {
    name: 'Superseded',
    exitCode: exitCodes.refused,
    remedy: 'A newer pod owns the member; this pod is left over and can be deleted.',
  },
  'FC-CLM-003': {
    name: 'PodUnknown',
    exitCode: exitCodes.couldNotFindOut,
    remedy: 'Restore access to the Kubernetes API server; the claim goes on by itself then.',
  },
  'FC-CLM-004': {
    name: 'PodGone',
    exitCode: exitCodes.refused,
    remedy: 'Nothing to do: this pod is gone or ending, and its successor claims the member.',
  },
  'FC-CLM-005': {
    name: 'Interrupted',
    exitCode: exitCodes.interrupted,
    remedy: 'Nothing to do: the pod was ended while it claimed; the next claim goes on from the record.',
  },
  'FC-CLM-006': {
    name: 'DeadlineExceeded',
    exitCode: exitCodes.timeout,
    remedy: 'See what was being waited for above; the next run continues from there.',
  },
  'FC-CLM-007': {
    name: 'LockHeld',
    exitCode: exitCodes.timeout,
    remedy: 'Look at the process named above on this node; end it if it hangs.',
  },
  'FC-ENI-001': {
    name: 'AddressHeldByStranger',
    exitCode: exitCodes.refused,
    remedy:
      'Find out whose interface it is; take the address off it, or tag the interface firecamp-worker=<cluster> if it is this cluster’s.',
  },
  'FC-ENI-002': {
    name: 'AddressHeldAsPrimary',
    exitCode: exitCodes.refused,
    remedy:
      'A primary address cannot move: end the instance or delete the interface that has it, and reserve the range with a subnet CIDR reservation.',
  },
  'FC-ENI-003': {
    name: 'NodeOutsideSubnet',
    exitCode: exitCodes.refused,
    remedy:
      'Schedule the pod on a node with an interface in the member’s subnet (node affinity on the zone and the subnet).',
  },
  'FC-ENI-004': {
    name: 'InterfaceAddressLimitReached',
    exitCode: exitCodes.refused,
    remedy: 'Use a larger instance type, free an address of the interface, or move a member to another node.',
  },
  'FC-ENI-005': {
    name: 'InterfaceManagedByVPCCNI',
    exitCode: exitCodes.refused,
    remedy:
      'Give the node a second interface in the member’s subnet with `firecamp node prepare`, or one that is created with the tag node.k8s.amazonaws.com/no_manage=true.',
  },
  'FC-ENI-006': {
    name: 'InterfaceMissingOnHost',
    exitCode: exitCodes.refused,
    remedy: 'Run the pod with hostNetwork: true, on the node that has the interface.',
  },
  'FC-AWS-001': {
    name: 'MissingIAMPermissions',
    exitCode: exitCodes.couldNotFindOut,
    remedy: 'Add the action named above to the policy of this pod’s role.',
  },
  'FC-AWS-002': {
    name: 'AwsThrottled',
    exitCode: exitCodes.couldNotFindOut,
    remedy: 'AWS limits the request rate of this account; it is tried again by itself.',
  },
  'FC-AWS-003': {
    name: 'AwsUnavailable',
    exitCode: exitCodes.couldNotFindOut,
    remedy: 'Check the network path to the AWS endpoint and the AWS health page; it is tried again by itself.',
  },
  'FC-AWS-004': {
    name: 'AwsRejected',
    exitCode: exitCodes.couldNotFindOut,
    remedy: 'Read AWS’s message above.',
  },
  'FC-AWS-005': {
    name: 'CredentialsMissing',
    exitCode: exitCodes.couldNotFindOut,
    remedy: 'Give the pod an AWS identity: IRSA, EKS Pod Identity, or the instance’s role through IMDS.',
  },
  'FC-AWS-006': {
    name: 'AwsReplyMalformed',
    exitCode: exitCodes.couldNotFindOut,
    remedy: 'Something between here and AWS changed the reply; check proxies and endpoint variables.',
  },
  'FC-AWS-007': {
    name: 'ImdsUnavailable',
    exitCode: exitCodes.couldNotFindOut,
    remedy: 'Run the pod with hostNetwork: true, or raise the metadata hop limit of the instance to 2.',
  },
  'FC-K8S-001': {
    name: 'ApiServerUnavailable',
    exitCode: exitCodes.couldNotFindOut,
    remedy: 'Check that the Kubernetes API server can be reached from this node.',
  },
  'FC-K8S-002': {
    name: 'ApiServerRefused',
    exitCode: exitCodes.couldNotFindOut,
    remedy: 'Check the service account of the pod and its RBAC rules.',
  },
  'FC-K8S-003': {
    name: 'KubeconfigUnusable',
    exitCode: exitCodes.badInput,
    remedy:
      'Correct the kubeconfig, or choose another file with --kubeconfig or KUBECONFIG, another context with --context.',
  },
  'FC-K8S-004': {
    name: 'CredentialPluginFailed',
    exitCode: exitCodes.couldNotFindOut,
    remedy: 'Run the command of the kubeconfig by hand and correct what it says.',
  },
  'FC-DNS-001': {
    name: 'DNSNotInSync',
    exitCode: exitCodes.timeout,
    remedy: 'Look at the record in Route 53 and at the resolver’s cache; Route 53’s control plane may be slow.',
  },
  'FC-DNS-002': {
    name: 'DNSNameTaken',
    exitCode: exitCodes.refused,
    remedy: 'Somebody else changes this record; find out who, and remove it from one of the two.',
  },
  'FC-HST-001': {
    name: 'HostNetworkFailed',
    exitCode: exitCodes.couldNotFindOut,
    remedy: 'Give the container NET_ADMIN and hostNetwork, run it as root, and see the command’s own words above.',
  },
  'FC-FIL-001': {
    name: 'FileFailed',
    exitCode: exitCodes.couldNotFindOut,
    remedy:
      'Check space, mount options and permissions of the volume named above; the container needs the capability DAC_OVERRIDE on one that is another user’s.',
  },
  'FC-FIL-002': {
    name: 'FileUnsafe',
    exitCode: exitCodes.refused,
    remedy: 'The record names a file outside the config folder, or an impossible mode; correct the record.',
  },
  'FC-REL-001': {
    name: 'ReleaseIncomplete',
    exitCode: exitCodes.couldNotFindOut,
    remedy: 'Nothing to do at once: the next claim of the member moves the address, wherever it runs.',
  },
  ...serviceErrors,
  ...checkErrors,
  ...auditErrors,
  'FC-INT-001': {
    name: 'InternalError',
    exitCode: exitCodes.couldNotFindOut,
    remedy: 'This is a fault of firecamp: please report it with the log.',
  },
} as const satisfies Record<string, CatalogueEntry>;

/** A stable id of the catalogue, e.g. `FC-CLM-001`. */
export type ErrorCode = keyof typeof errorCatalogue;
