import { test } from 'tap';
import { preparedTags } from '../../../common/domain/prepared-interface.ts';
import type { AttachableInterface, InterfaceAttachment } from '../../../common/ports/node-interfaces.ts';
import { nextStep } from '../../../orchestrator/nodes/next-step.ts';

const ours = preparedTags({ cluster: 'demo', instanceId: 'i-1' });

/** An interface in the members' subnet; attached where a device is given. */
function one(id: string, deviceIndex?: number, more: Partial<AttachableInterface & InterfaceAttachment> = {}) {
  const { networkCard = 0, status = 'attached', deleteOnTermination = true, ...rest } = more;
  const attached = { id: `attach-${id}`, instanceId: 'i-1', networkCard, status, deleteOnTermination };
  const made: AttachableInterface = {
    ...{ id, mac: '', subnetId: 'subnet-1', vpcId: 'vpc-1', zone: 'a', primaryIp: '10.0.0.9', addresses: ['10.0.0.9'] },
    ...{ prefixCount: 0, tags: ours, securityGroups: [] },
    instanceId: deviceIndex === undefined ? undefined : 'i-1',
    deviceIndex,
    attachment: deviceIndex === undefined ? undefined : { ...attached, deviceIndex },
    ...rest,
  };
  return made;
}

const primary = one('primary', 0, { tags: {} });
const cni = (deviceIndex: number, more = {}) => one(`cni-${deviceIndex}`, deviceIndex, { tags: {}, ...more });

test('what comes next follows from what EC2 shows', async (t) => {
  const loose = one('a');
  const cases: readonly (readonly [string, AttachableInterface[], AttachableInterface[], object])[] = [
    ['nothing of ours: one is made', [primary], [], { do: 'create' }],
    ['made, not attached: the next free device', [primary, cni(1)], [loose], { do: 'attach', deviceIndex: 2 }],
    ['a gap in the devices is used', [primary, cni(2)], [loose], { do: 'attach', interfaceId: 'a', deviceIndex: 1 }],
    ['devices of another card do not count', [primary, cni(1, { networkCard: 1 })], [loose], { deviceIndex: 1 }],
    [
      'attached by somebody else: theirs to decide what becomes of it',
      [primary, one('a', 1, { deleteOnTermination: false })],
      [],
      { do: 'nothing' },
    ],
    ['full: nothing can be attached', [primary, cni(1), cni(2)], [], { do: 'refuse' }],
    ['full: what waits is an orphan', [primary, cni(1), cni(2)], [loose], { do: 'discard', interfaceId: 'a' }],
    ['two were made: one is too many', [primary], [loose, one('b')], { do: 'discard', interfaceId: 'b' }],
    [
      'one serves: the other is too many',
      [primary, one('b', 1)],
      [loose, one('b', 1)],
      { do: 'discard', interfaceId: 'a' },
    ],
    ['another subnet’s is left alone', [primary], [one('a', undefined, { subnetId: 'subnet-2' })], { do: 'create' }],
    [
      'a member’s address is never given up',
      [primary, one('b', 1)],
      [one('a', undefined, { addresses: ['10.0.0.9', '10.0.8.1'] }), one('b', 1)],
      { do: 'nothing', found: { id: 'b' } },
    ],
    [
      'it is being attached',
      [primary, one('a', 1, { status: 'attaching' })],
      [one('a', 1)],
      { do: 'wait', status: 'attaching' },
    ],
    [
      'it is being detached: it can be attached again then',
      [primary, one('a', 1, { status: 'detaching' })],
      [one('a', 1, { status: 'detaching' })],
      { do: 'wait', status: 'detaching' },
    ],
    [
      'a launch template made one',
      [primary, one('lt', 1, { tags: { 'node.k8s.amazonaws.com/no_manage': 'true' } })],
      [],
      { do: 'nothing' },
    ],
    ['the primary one never serves', [one('primary', 0)], [], { do: 'create' }],
  ];
  for (const [what, attached, prepared, wanted] of cases) {
    t.match(nextStep({ attached, prepared }, 'subnet-1', 3), wanted, what);
  }
  const untied = one('a', 1, { deleteOnTermination: false });
  t.match(nextStep({ attached: [primary, untied], prepared: [untied] }, 'subnet-1', 3), {
    do: 'tieToInstance',
    attachmentId: 'attach-a',
  });
  t.match(nextStep({ attached: [primary, cni(1), cni(2)], prepared: [loose] }, 'subnet-1', undefined), {
    deviceIndex: 3,
  });
});
