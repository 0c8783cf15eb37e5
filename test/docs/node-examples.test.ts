import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateLaunchTemplateCommand, type CreateLaunchTemplateCommandInput, EC2Client } from '@aws-sdk/client-ec2';
import { type Test, test } from 'tap';
import { parse, parseAllDocuments } from 'yaml';
import { chooseInterface, type NodeInterface } from '../../common/domain/node-interfaces.ts';
import { preparedTags } from '../../common/domain/prepared-interface.ts';
import { instanceTypes } from '../cloud/ec2/instance-types.ts';

const folder = join(import.meta.dirname, '..', '..', 'docs');
const example = (name: string) => readFileSync(join(folder, 'examples', 'nodes', name), 'utf8');
const howTo = readFileSync(join(folder, 'how-to', 'nodes-with-vpc-cni.md'), 'utf8');

const subnetCidr = '10.0.1.0/24';

/** The interfaces of a node that was launched with these device indexes and tags on all of them. */
function launched(indexes: readonly number[], tags: Readonly<Record<string, string>>): NodeInterface[] {
  return indexes.map((deviceNumber) => ({
    id: `eni-${deviceNumber}`,
    mac: `02:00:00:00:00:0${deviceNumber}`,
    linkName: `ens${5 + deviceNumber}`,
    deviceNumber,
    subnetId: 'subnet-1',
    subnetCidr,
    vpcId: 'vpc-1',
    addresses: [`10.0.1.${10 + deviceNumber}`],
    prefixCount: 0,
    tags,
  }));
}

/** A claim under the VPC CNI takes the second interface, and the members' role may use it. */
function servesMembers(t: Test, interfaces: readonly NodeInterface[]): void {
  const wish = { ip: '10.0.1.200', cluster: 'prod', instanceId: 'i-1', vpcCniPossible: true };
  const chosen = chooseInterface(interfaces, wish);
  t.match(chosen, { deviceNumber: 1, tags: { 'firecamp-worker': 'prod' } });
}

/** Pods with addresses of the CNI on all interfaces but the members', and two on the host's network. */
function podsBesideMembers(instanceType: string): number {
  const { interfaces, addresses } = instanceTypes[instanceType] ?? { interfaces: 0, addresses: 0 };
  return (interfaces - 1) * (addresses - 1) + 2;
}

test('the launch template says nothing that EC2 does not know, and makes nodes for members', async (t) => {
  const template = JSON.parse(example('launch-template.json')) as CreateLaunchTemplateCommandInput;
  const sent = await sentFor(template);
  // What its model does not have the SDK leaves out.
  t.strictSame(sent.toSorted(), leaves(template).toSorted());
  const { NetworkInterfaces = [], TagSpecifications = [] } = template.LaunchTemplateData ?? {};
  const of = TagSpecifications.find(({ ResourceType: type }) => type === 'network-interface');
  const tags = Object.fromEntries((of?.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
  servesMembers(
    t,
    launched(
      NetworkInterfaces.map(({ DeviceIndex = -1 }) => DeviceIndex),
      tags,
    ),
  );
  t.ok(
    NetworkInterfaces.every((one) => one.SubnetId === undefined && one.DeleteOnTermination === true),
    'the group chooses the subnet, and nothing outlives the instance',
  );
});

/** What is read of Karpenter's objects. */
interface KarpenterObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly tags: Readonly<Record<string, string>>;
    readonly networkInterfaces: readonly {
      readonly networkCardIndex: number;
      readonly deviceIndex: number;
      readonly interfaceType: string;
    }[];
    readonly subnetSelectorTerms: readonly { readonly id: string }[];
    readonly kubelet: { readonly maxPods: number };
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: {
        readonly nodeClassRef: Readonly<Record<string, string>>;
        readonly requirements: readonly { readonly key: string; readonly values: readonly string[] }[];
      };
    };
  };
}

test('Karpenter’s example makes nodes for members of one subnet, with room for the pods that they have addresses for', async (t) => {
  const [nodeClass, pool, ...more] = parseAllDocuments(example('karpenter.yaml')).map((one) => {
    t.strictSame(one.errors, []);
    return one.toJS() as KarpenterObject;
  });
  t.strictSame(more, []);
  t.match(nodeClass, { apiVersion: 'karpenter.k8s.aws/v1', kind: 'EC2NodeClass' });
  t.match(pool, { apiVersion: 'karpenter.sh/v1', kind: 'NodePool' });
  const interfaces = nodeClass?.spec.networkInterfaces ?? [];
  t.ok(interfaces.every((one) => one.networkCardIndex === 0 && one.interfaceType === 'interface'));
  servesMembers(
    t,
    launched(
      interfaces.map(({ deviceIndex }) => deviceIndex),
      nodeClass?.spec.tags ?? {},
    ),
  );
  const { labels } = pool?.spec.template.metadata ?? {};
  t.strictSame([{ id: labels?.['firecamp-subnet'] }], nodeClass?.spec.subnetSelectorTerms);
  const { nodeClassRef, requirements = [] } = pool?.spec.template.spec ?? {};
  t.match(nodeClassRef, { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: nodeClass?.metadata.name });
  const types = requirements.find(({ key }) => key === 'node.kubernetes.io/instance-type')?.values ?? [];
  t.strictSame([nodeClass?.spec.kubelet.maxPods], types.map(podsBesideMembers), 'one type, and its pods');
});

test('the script of the user data can be run by bash, and tags as firecamp node prepare does', async (t) => {
  const script = example('attach-interface.sh');
  execFileSync('bash', ['-n'], { input: script });
  const pairs = script.matchAll(/\{Key=([^,]+),Value=([^}]+)\}/g);
  const tags = Object.fromEntries([...pairs].map(([, key = '', value = '']) => [key, value]));
  const { Name: _name, ...wanted } = preparedTags({ cluster: '$cluster', instanceId: '$instance' });
  t.strictSame(tags, wanted);
  servesMembers(t, [...launched([0], {}), ...launched([1], { ...tags, 'firecamp-worker': 'prod' })]);
});

test('the node config of the how-to leaves room for as many pods as there are addresses', async (t) => {
  const block = /```yaml\n(apiVersion: node\.eks\.aws.*?)```/s.exec(howTo)?.[1] ?? '';
  t.match(parse(block), {
    kind: 'NodeConfig',
    spec: { kubelet: { config: { maxPods: podsBesideMembers('m5.large') } } },
  });
});

/** The values in the request that the SDK would send. */
async function sentFor(input: CreateLaunchTemplateCommandInput): Promise<string[]> {
  const sent: string[] = [];
  const client = new EC2Client({
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
    requestHandler: {
      handle({ body }: { readonly body: string }) {
        const fields = [...new URLSearchParams(body)].filter(([name]) => !/^(Action|Version|ClientToken)$/.test(name));
        sent.push(...fields.map(([, value]) => value));
        throw new Error('sent');
      },
    },
  });
  await client.send(new CreateLaunchTemplateCommand(input)).catch(() => undefined);
  client.destroy();
  return sent;
}

function leaves(value: unknown): string[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [String(value)];
}
