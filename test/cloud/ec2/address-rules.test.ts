import fc from 'fast-check';
import t from 'tap';
import { ManualClock } from '../clock.ts';
import { demoTopology } from '../demo-topology.ts';
import type { CloudRequest } from '../service.ts';
import { addressTimeline } from './address-timeline.ts';
import { createEc2 } from './ec2-service.ts';
import { Ec2State } from './ec2-state.ts';

const nodes = ['eni-00000000000000001', 'eni-00000000000000002', 'eni-00000000000000003'];
const addresses = ['10.0.1.200', '10.0.1.201', '10.0.2.200', '10.0.1.11', '10.0.1.12', '10.0.1.4', '10.0.1.1'];

interface CallStep {
  readonly kind: 'call';
  readonly action: string;
  readonly eni: number;
  readonly ips: readonly number[];
  readonly reassign: boolean;
}

type Step = CallStep | { readonly kind: 'stranger' } | { readonly kind: 'kill' };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('call' as const),
      action: fc.constantFrom('AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses'),
      eni: fc.nat(nodes.length - 1),
      ips: fc.array(fc.nat(addresses.length - 1), { minLength: 1, maxLength: 3 }),
      reassign: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'stranger' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'kill' as const }) },
);

function request(fields: Record<string, string>): CloudRequest {
  const body = new URLSearchParams(fields).toString();
  return { method: 'POST', url: new URL('http://ec2.invalid/'), headers: {}, body, principal: undefined };
}

function apply(state: Ec2State, service: ReturnType<typeof createEc2>, step: Step): void {
  if (step.kind === 'stranger') state.launchStranger('subnet-0000000000000000a');
  else if (step.kind === 'kill') state.killInstance('i-00000000000000001');
  else call(state, service, step);
}

function call(state: Ec2State, service: ReturnType<typeof createEc2>, step: CallStep): void {
  const ips = step.ips.map((n, i) => [`PrivateIpAddress.${i + 1}`, addresses[n] ?? ''] as const);
  const fields = { Action: step.action, NetworkInterfaceId: nodes[step.eni] ?? '', ...Object.fromEntries(ips) };
  const reassign = step.action === 'AssignPrivateIpAddresses' && { AllowReassignment: String(step.reassign) };
  const before = snapshot(state);
  const reply = service.handle(request({ ...fields, ...reassign }), step.action);
  if (reply.status !== 200 && snapshot(state) !== before) throw new Error('a refused call changed something');
}

const snapshot = (state: Ec2State): string =>
  JSON.stringify(state.interfaces().map((item) => [item.id, item.addresses]));

/** Everything that must hold after each step, whatever came before. */
function faults(state: Ec2State): string[] {
  const held = state.interfaces().flatMap((item) => item.addresses.map((ip) => ({ ip, item })));
  const found = held
    .filter(({ ip, item }) => state.holderOf(ip) !== item.id)
    .map(({ ip, item }) => `${ip} is on ${item.id}, its holder is ${state.holderOf(ip)}`);
  for (const { ip, item } of held) {
    if (held.filter((other) => other.ip === ip).length > 1) found.push(`${ip} is held twice`);
    if (!ip.startsWith(item.subnetId.endsWith('a') ? '10.0.1.' : '10.0.2.')) found.push(`${ip} is outside its subnet`);
    if (item.addresses.length > state.addressLimit(item)) found.push(`${item.id} has more than its limit`);
  }
  for (const ip of new Set(state.events.map((move) => move.ip))) {
    const last = addressTimeline(state.events, ip).at(-1)?.holder;
    if (last !== state.holderOf(ip)) found.push(`the log says ${last} holds ${ip}, not ${state.holderOf(ip)}`);
  }
  return found;
}

t.test(
  'whatever calls and launches come, each address has at most one holder, and a refused call changes nothing',
  async (test) => {
    const property = fc.property(fc.array(anyStep, { maxLength: 25 }), (steps) => {
      const state = new Ec2State(demoTopology(), new ManualClock(0));
      const service = createEc2(state);
      for (const done of steps) {
        apply(state, service, done);
        const found = faults(state);
        if (found.length > 0) throw new Error(found.join('; '));
      }
    });
    test.doesNotThrow(() => fc.assert(property, { numRuns: 300 }));
  },
);

t.test('moves with AllowReassignment never let a third party in between', async (test) => {
  const moves = fc.array(fc.nat(1), { minLength: 1, maxLength: 20 });
  const property = fc.property(moves, (targets) => {
    const state = new Ec2State(demoTopology(), new ManualClock(0));
    const service = createEc2(state);
    // A launch that comes in the very moment of a move would get an address that is free then.
    state.onAddressChange(() => {
      if (state.holderOf('10.0.1.200') === undefined) throw new Error('the address was free');
    });
    for (const n of targets)
      apply(state, service, { kind: 'call', action: 'AssignPrivateIpAddresses', eni: n, ips: [0], reassign: true });
    return state.holderOf('10.0.1.200') === nodes[targets.at(-1) ?? 0];
  });
  test.doesNotThrow(() => fc.assert(property, { numRuns: 100 }));
});
