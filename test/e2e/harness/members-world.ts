import { beginEndToEnd } from './begin.ts';

/** The nodes that these tests use: two plain ones, one with a second interface, one whose second interface is kept from the CNI. */
export const nodes = {
  plain: 'i-00000000000000001',
  other: 'i-00000000000000002',
  twoInterfaces: 'i-00000000000000004',
  cni: 'i-00000000000000005',
} as const;

/**
 * Begins a test file about members in service, as `beginEndToEnd`: one world for the file, in which the tests run side by side, each with a
 * service of its own.
 *
 * @returns undefined where the file is left out
 */
export async function beginWithMembers(file: string) {
  const begun = await beginEndToEnd(file);
  if (begun === undefined) return undefined;
  const { t, World, createService, TestPod } = begun;
  const { e2eTopology } = await import('./nodes.ts');
  const topology = e2eTopology();
  // Room for the addresses of many services on one interface.
  const instances = topology.instances.map((one) => (one.type === 'm5.large' ? { ...one, type: 'm5.4xlarge' } : one));
  const world = await World.start({
    topology: { ...topology, instances },
    kinds: { 'node-5': { vpcCni: true, snatOutside: '10.0.0.0/16', down: [1] } },
  });
  t.teardown(() => world[Symbol.asyncDispose]());
  // The product waits more than it computes.
  t.jobs = 4;
  const members = await import('./living-member.ts');
  const views = await import('./standing.ts');
  const { openWay: open } = await import('./way.ts');
  const openWay: typeof open = async (...parts) => {
    const way = await open(...parts);
    // A test that fails half-way must not keep the process from ending.
    t.teardown(() => way[Symbol.asyncDispose]());
    return way;
  };
  return { t, world, createService, TestPod, ...members, ...views, openWay };
}
