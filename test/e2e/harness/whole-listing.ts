import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { defaultPrincipal } from '../../cloud/topology.ts';
import { everyObject, wholeAccount } from '../../orchestrator/removal/everything.ts';
import type { OrchestratorWorld } from '../../orchestrator/world.ts';
import { cluster, nodeName, type World } from './world.ts';

/** All that a service could leave behind: in the account, in both stores, in the namespace, on the hosts. */
export async function wholeListing(world: World, place: Pick<OrchestratorWorld, 'cloud' | 'kube' | 'namespace'>) {
  const [objects, items, hosts] = await Promise.all([everyObject(place), everyItem(), everyHost(world)]);
  return { account: wholeAccount(place), objects, items, hosts };
}

/** Every item of the cluster's table. */
async function everyItem(): Promise<string[]> {
  const client = new DynamoDBClient({ region: 'us-east-1', credentials: defaultPrincipal });
  const { Items = [] } = await client.send(
    new ScanCommand({ TableName: `${cluster}-firecamp-table`, ConsistentRead: true }),
  );
  client.destroy();
  return Items.map((item) => JSON.stringify(item)).sort();
}

/** Addresses and rules of every node. */
async function everyHost({ cloud: { topology }, fabric }: World): Promise<string[]> {
  const asked = topology.instances.flatMap(({ id }) => {
    const node = nodeName(topology, id);
    return [['-o', '-4', 'addr'], ['rule']].map(async (words) => {
      const { stdout } = await fabric.run(node, ['ip', ...words], { PATH: process.env['PATH'] });
      return `${node} ${words.join(' ')}: ${stdout}`;
    });
  });
  return await Promise.all(asked);
}
