import t from 'tap';
import { glob, isAllowed } from './iam-policy.ts';
import type { PolicyStatement } from './policy-document.ts';

const arn = 'arn:aws:ec2:us-east-1:111122223333:network-interface/eni-1';
type Context = Readonly<Record<string, readonly string[]>>;

function may(action: string, statement: Partial<PolicyStatement>, context: Context = {}): boolean {
  const whole = { Effect: 'Allow' as const, Resource: '*', Action: '*', ...statement };
  return isAllowed({ Statement: whole }, action, [{ arn, context }]);
}

t.test('denies what nothing allows, and allows everything without a policy', async (test) => {
  test.notOk(isAllowed({ Statement: [] }, 'ec2:DescribeVpcs', [{ arn: '*', context: {} }]));
  test.ok(isAllowed(undefined, 'ec2:DescribeVpcs', [{ arn: '*', context: {} }]));
});

t.test('matches actions without regard to case and resources with it, with wildcards in both', async (test) => {
  test.ok(may('ec2:AssignPrivateIpAddresses', { Action: 'EC2:assign*' }));
  test.notOk(may('ec2:AssignPrivateIpAddresses', { Action: ['ec2:Unassign*', 'route53:*'] }));
  test.ok(may('ec2:X', { Resource: 'arn:aws:ec2:*:*:network-interface/eni-?' }));
  test.notOk(may('ec2:X', { Resource: 'arn:aws:ec2:*:*:network-interface/ENI-1' }));
  test.notOk(glob('a.c', 'abc'), 'a dot is a dot');
});

t.test('knows NotAction and NotResource', async (test) => {
  const not = (statement: PolicyStatement, action: string) =>
    isAllowed({ Statement: statement }, action, [{ arn, context: {} }]);
  test.ok(not({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }, 'ec2:X'));
  test.notOk(not({ Effect: 'Allow', NotAction: 'ec2:*', Resource: '*' }, 'ec2:X'));
  test.notOk(not({ Effect: 'Allow', Action: '*', NotResource: '*eni-1' }, 'ec2:X'));
});

t.test('lets a Deny win over any Allow, and needs an Allow for every resource', async (test) => {
  const allow: PolicyStatement = { Effect: 'Allow', Action: '*', Resource: '*eni-1' };
  const deny: PolicyStatement = { Effect: 'Deny', Action: 'ec2:Unassign*', Resource: '*' };
  const here = { arn, context: {} };
  test.notOk(isAllowed({ Statement: [deny, allow] }, 'ec2:UnassignPrivateIpAddresses', [here]));
  test.ok(isAllowed({ Statement: [deny, allow] }, 'ec2:AssignPrivateIpAddresses', [here]));
  test.notOk(isAllowed({ Statement: allow }, 'ec2:X', [here, { arn: `${arn}2`, context: {} }]));
});

t.test('compares condition keys as each operator says', async (test) => {
  const key = 'aws:ResourceTag/team';
  const when = (operator: string, wanted: string | string[], given?: string[]) =>
    may('ec2:X', { Condition: { [operator]: { [key]: wanted } } }, given ? { [key]: given } : {});
  test.ok(when('StringEquals', ['a', 'b'], ['b']));
  test.notOk(when('StringEquals', 'a', ['A']));
  test.ok(when('StringEqualsIgnoreCase', 'a', ['A']));
  test.ok(when('StringLike', 'fire*', ['firecamp']));
  test.notOk(when('StringNotEquals', 'a', ['a']));
  test.ok(when('StringNotLike', 'a*', ['b']));
  test.notOk(when('StringEquals', 'a'), 'a missing key fails');
  test.ok(when('StringNotEquals', 'a'), 'a missing key passes a negated operator');
  test.ok(when('StringEqualsIfExists', 'a'));
  test.ok(when('ForAllValues:StringEquals', ['a', 'b'], ['a', 'b']));
  test.notOk(when('ForAllValues:StringEquals', ['a'], ['a', 'b']));
  test.ok(when('ForAllValues:StringEquals', 'a'), 'no value breaks no rule');
  test.ok(when('ForAnyValue:StringEquals', ['a'], ['a', 'b']));
  test.notOk(when('ForAnyValue:StringEquals', 'a'));
  test.ok(when('Null', 'true'));
  test.notOk(when('Null', 'true', ['a']));
  test.throws(() => when('DateLessThan', 'x', ['y']), /DateLessThan/);
});
