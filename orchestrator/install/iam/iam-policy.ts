import { type Grant, type GrantName, grants, type IamTarget } from './grants.ts';

/** One action of a role. */
export interface IamAction {
  readonly action: string;
  readonly why: string;
  readonly grant: GrantName;
}

/** One statement of an IAM policy (IAM user guide, "Grammar of the IAM JSON policy language"). */
interface IamStatement extends Grant {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
}

/** An identity policy as JSON has it. */
export interface IamPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly IamStatement[];
}

/** An identity policy that allows just these actions, on just what is the cluster's. Without DynamoDB its actions are left out. */
export function iamPolicy(actions: readonly IamAction[], target: IamTarget): IamPolicy {
  const wanted = actions.filter(({ action }) => target.dbType === 'clouddb' || !action.startsWith('dynamodb:'));
  const statements = [...Map.groupBy(wanted, ({ grant }) => grant)].map(([name, some]) => ({
    Sid: name,
    Effect: 'Allow' as const,
    Action: some.map(({ action }) => action),
    ...grants[name].of(target),
  }));
  return { Version: '2012-10-17', Statement: statements };
}
