import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'tap';
import { memberServiceAccount } from '../../orchestrator/manifests/names.ts';

const page = readFileSync(resolve(import.meta.dirname, '..', '..', 'docs', 'how-to', 'eks.md'), 'utf8');

/** The trust policies of the page, as its own shell commands write them. */
function trustPolicies(folder: string): unknown[] {
  const written = [...page.matchAll(/^cat > trust\.json <<('?)EOF\1\n.*?^EOF$/gms)].map(([command]) => command);
  const env = { PATH: '/usr/bin:/bin', ISSUER: 'oidc.eks.us-east-1.amazonaws.com/id/ABC' };
  return written.map((command) => {
    execFileSync('sh', ['-ec', command], { cwd: folder, env });
    return JSON.parse(readFileSync(join(folder, 'trust.json'), 'utf8'));
  });
}

test('the roles of the page trust the members’ account of the namespace, and nobody else', async (t) => {
  const issuer = 'oidc.eks.us-east-1.amazonaws.com/id/ABC';
  const statement = (found: object) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...found }] });
  t.strictSame(trustPolicies(t.testdir()), [
    statement({
      Principal: { Service: 'pods.eks.amazonaws.com' },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Condition: {
        StringEquals: {
          'aws:RequestTag/kubernetes-namespace': 'stores',
          'aws:RequestTag/kubernetes-service-account': memberServiceAccount,
        },
      },
    }),
    statement({
      Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          [`${issuer}:aud`]: 'sts.amazonaws.com',
          [`${issuer}:sub`]: `system:serviceaccount:stores:${memberServiceAccount}`,
        },
      },
    }),
  ]);
  t.match(page, `--service-account ${memberServiceAccount} --role-arn`);
});
