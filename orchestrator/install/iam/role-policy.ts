import type { IamTarget } from './grants.ts';
import { type IamPolicy, iamPolicy } from './iam-policy.ts';
import { impliedActions, managerActions } from './manager-actions.ts';
import { memberActions } from './member-actions.ts';

/** Whose role: the members' service account, or whoever makes services. */
export type IamRole = 'member' | 'manager';

export const iamRoles: readonly IamRole[] = ['member', 'manager'];

/** The policy of a role. */
export function rolePolicy(role: IamRole, target: IamTarget): IamPolicy {
  return iamPolicy(role === 'member' ? memberActions : [...managerActions, ...impliedActions], target);
}
