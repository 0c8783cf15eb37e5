import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CreateTagsCommand } from '@aws-sdk/client-ec2';
import { test } from 'tap';
import { needs } from '../../scripts/rig/requirements.ts';
import { ec2Client } from '../cloud/ec2/sdk.ts';
import { type Topology, topology } from '../cloud/topology.ts';
import { builtFirecamp } from '../orchestrator/commands/firecamp.ts';
import { commandWorld } from '../orchestrator/commands/world.ts';
import { addFleet, apiOnly, orchestratorWorld } from '../orchestrator/world.ts';

const page = resolve(import.meta.dirname, '..', '..', 'README.md');

/** The commands of the README's section, the setting of variables first, each in one line and without its remark. */
function sectionLines(): string[] {
  const [, section = ''] = readFileSync(page, 'utf8').split(/^## Install on an existing cluster$/m);
  const [, block = ''] = /^```sh\n(.*?)^```/ms.exec(section) ?? [];
  const lines = block.replaceAll(/\\\n\s*/g, '').split('\n');
  return lines.map((line) => line.replace(/ +#.*$/, '').trim()).filter((line) => line !== '');
}

/** An account of before: two nodes without any mark of firecamp. */
function unmarked(): Topology {
  const node = (n: number) => ({
    id: `i-0${n}`,
    type: 'm5.large',
    interfaces: [
      {
        id: `eni-0${n}`,
        mac: `02:00:00:00:00:0${n}`,
        subnetId: 'subnet-0a',
        primaryIp: `10.0.1.1${n}`,
        deviceIndex: 0,
      },
    ],
  });
  return topology({ instances: [node(1), node(2)] });
}

/** What a cluster with EBS volumes has anyway. */
const ebsDriver = { apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: { name: 'ebs.csi.aws.com' } };

test('the five commands of the README make a cluster ready that knew nothing of firecamp', async (t) => {
  t.setTimeout(600_000);
  if (!(await needs(t, 'kube-apiserver'))) return;
  const [variables = '', ...commands] = sectionLines();
  t.match(variables, /^export FIRECAMP_CLUSTER=prod /);
  t.equal(commands.length, 5);

  const kube = await apiOnly(t);
  const world = await orchestratorWorld(t, kube, { topology: unmarked(), namespace: 'stores', cluster: 'prod' });
  await addFleet(kube, world.account);
  await kube.admin('POST', '/apis/storage.k8s.io/v1/csidrivers', ebsDriver);
  const { env } = await commandWorld(world, t.testdir());
  const path = `${dirname(await builtFirecamp())}:/usr/bin:/bin`;
  /** Not synchronously: the account is played in this process. */
  const sh = (line: string) =>
    new Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>((done) => {
      const options = { env: { ...env, PATH: path }, timeout: 120_000 };
      const script = `${variables}\n${line}`;
      execFile('sh', ['-ec', script], options, (error, stdout, stderr) =>
        done({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });

  for (const line of commands) {
    if (line.startsWith('aws iam ')) {
      // IAM is not simulated: what it would be given is what counts here.
      const [, inner = ''] = /"\$\((firecamp [^)]+)\)"/.exec(line) ?? [];
      const { code, stdout, stderr } = await sh(inner);
      t.equal(code, 0, stderr);
      t.match(JSON.parse(stdout), { Version: '2012-10-17', Statement: Array });
    } else if (line.startsWith('aws ec2 create-tags ')) {
      const [, Key = '', Value = ''] = /--tags Key=([\w-]+),Value=(\w+)$/.exec(line) ?? [];
      const client = ec2Client(world.cloud);
      await client.send(
        new CreateTagsCommand({ Resources: ['eni-01', 'i-01', 'eni-02', 'i-02'], Tags: [{ Key, Value }] }),
      );
      client.destroy();
    } else {
      const { code, stdout, stderr } = await sh(line);
      t.equal(code, 0, `${line}\n${stdout}${stderr}`);
    }
  }
});
