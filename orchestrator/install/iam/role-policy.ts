import type { IamTarget } from './grants.ts';
import { type IamAction, type IamPolicy, iamPolicy } from './iam-policy.ts';
import { impliedActions, managerActions } from './manager-actions.ts';
import { memberActions } from './member-actions.ts';
import { nodeActions } from './node-actions.ts';

/** Whose role: the members' service account, whoever makes services, or whoever prepares nodes. */
export type IamRole = 'member' | 'manager' | 'nodes';

export const iamRoles: readonly IamRole[] = ['member', 'manager', 'nodes'];

const actionsOf: Readonly<Record<IamRole, readonly IamAction[]>> = {
  member: memberActions,
  manager: [...managerActions, ...impliedActions],
  nodes: nodeActions,
};

/** The policy of a role. */
export function rolePolicy(role: IamRole, target: IamTarget): IamPolicy {
  return iamPolicy(actionsOf[role], target);
}
