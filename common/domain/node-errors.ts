import { type CatalogueEntry, exitCodes } from './exit-codes.ts';

/** What `firecamp node` can end with; part of the one catalogue. */
export const nodeErrors = {
  'FC-NOD-001': {
    name: 'NodeNotFound',
    exitCode: exitCodes.badInput,
    remedy: 'Name a node of the cluster as `kubectl get nodes` does, or its instance, i-….',
  },
  'FC-NOD-002': {
    name: 'NodeUnsuitable',
    exitCode: exitCodes.refused,
    remedy: 'Let members run on EC2 instances of your own: managed or self-managed node groups, or Karpenter’s.',
  },
  'FC-NOD-003': {
    name: 'InstanceNotRunning',
    exitCode: exitCodes.refused,
    remedy: 'Start the instance, or name the node that has taken its place.',
  },
  'FC-NOD-004': {
    name: 'InstanceFull',
    exitCode: exitCodes.refused,
    remedy:
      'Keep a place free of the VPC CNI (MAX_ENI of the DaemonSet aws-node), or use an instance type with more interfaces.',
  },
  'FC-NOD-005': {
    name: 'NodeSubnetUnclear',
    exitCode: exitCodes.badInput,
    remedy:
      'Reserve addresses in the node’s zone with `firecamp network create`, or say which subnet it is with --subnet.',
  },
  'FC-NOD-006': {
    name: 'InterfaceOccupied',
    exitCode: exitCodes.refused,
    remedy: 'Cordon and drain the node, wait until its members are Ready elsewhere, and run the command again.',
  },
} as const satisfies Record<string, CatalogueEntry>;
