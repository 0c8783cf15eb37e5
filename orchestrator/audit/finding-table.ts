import type { ErrorCode } from '../../common/domain/error-catalogue.ts';
import type { Layer } from '../status/layer.ts';

interface Entry {
  readonly layer: Layer;
  /** What should be, in general words; a finding says it of its own member. */
  readonly expected: string;
  /** How the difference can come about. */
  readonly cause: string;
  /** What the guard may do about it; undefined: never anything. */
  readonly mended?: string;
}

const lateRequest =
  'A request to EC2 took effect after its sender had died, given up or been paused between its last check and sending it';

/** Every finding there is. A code of another family stands for the same condition there. Once released a code is a promise. */
export const findingTable = {
  'FC-AUD-001': {
    layer: 'ec2',
    expected: 'the interface that the record names has the address',
    cause: `${lateRequest}: an Assign of an older claim, or a hand-back; or somebody moved it by hand.`,
    mended: 'assigns the address to the record’s interface, where the record’s owner is a living pod',
  },
  'FC-AUD-002': {
    layer: 'ec2',
    expected: 'the interface that the record names has the address',
    cause: `${lateRequest}: an Unassign of an older release; or the interface was deleted with its instance, or somebody took it off by hand.`,
    mended: 'assigns the address to the record’s interface, where the record’s owner is a living pod',
  },
  'FC-ENI-001': {
    layer: 'ec2',
    expected: 'nobody has the address, or an interface of this cluster',
    cause:
      'It was assigned by somebody else, out of a range that is not reserved, or the tag of the interface was taken away.',
  },
  'FC-ENI-002': {
    layer: 'ec2',
    expected: 'the address is a secondary one, which can move',
    cause:
      'An instance or interface was started with it as its primary address: the range is not reserved, or it was asked for by name.',
  },
  'FC-AUD-003': {
    layer: 'ec2',
    expected: 'nobody has an address that no pod owns, or the interface that its record names',
    cause: `${lateRequest}: \`released\` does not prove that no older Assign was still in flight.`,
  },
  'FC-AUD-004': {
    layer: 'record',
    expected: 'a record for each member that there should be, and one for its address',
    cause:
      'Creating, scaling or deleting was cut off; the StatefulSet was scaled by other means; or the record was deleted by hand.',
  },
  'FC-AUD-005': {
    layer: 'record',
    expected: 'a claim ends within seconds, and the record says owned',
    cause:
      'The init container died or was paused in the middle of its claim, or waits for something; its log says for what.',
  },
  'FC-AUD-006': {
    layer: 'record',
    expected: 'a release ends within seconds, and the record says released',
    cause: 'The stop container was killed in the middle of the release, or EC2 gave no definite answer.',
  },
  'FC-AUD-007': {
    layer: 'kubernetes',
    expected: 'the record names the member’s pod as owner once the pod runs',
    cause: 'The pod’s claim has not begun or is refused; or its init container was taken out, or runs with TESTMODE.',
  },
  'FC-AUD-008': {
    layer: 'record',
    expected: 'the record of a running pod says owned',
    cause: 'The stop container was told that its pod was over and it was not, or somebody changed the record by hand.',
  },
  'FC-AUD-009': {
    layer: 'kubernetes',
    expected: 'the record’s owner is the member’s pod',
    cause:
      'The pod was deleted by force, or its node died, so that no stop container released; and no new pod has come.',
  },
  'FC-AUD-010': {
    layer: 'kubernetes',
    expected: 'no pod of the member is newer than the one that Kubernetes shows',
    cause: 'The API server’s answer is old (a restored or partitioned etcd), or the record was changed by hand.',
  },
  'FC-AUD-011': {
    layer: 'dns',
    expected: 'the member’s name leads to its address, and to no other',
    cause: 'Somebody deleted the A record, or the claim could not reach Route 53 and went on without.',
    mended: 'creates the record, where no claim is under way',
  },
  'FC-AUD-012': {
    layer: 'dns',
    expected: 'the member’s name leads to its address, and to no other',
    cause:
      'Somebody changed the A record; or an older pod’s change came after a newer one’s, where the name follows the node.',
    mended: 'changes the record by compare-and-set, where no claim is under way',
  },
  'FC-DNS-002': {
    layer: 'dns',
    expected: 'the member’s name is a plain A record',
    cause: 'Somebody else keeps this name in Route 53, as an alias, a CNAME or with a routing policy.',
  },
  'FC-AUD-013': {
    layer: 'record',
    expected: 'records for each service that has a StatefulSet',
    cause: 'A deletion was cut off, the records are in another database than was looked at, or somebody deleted them.',
  },
  'FC-AUD-014': {
    layer: 'record',
    expected: 'a service’s record and its attributes',
    cause: 'Creating or deleting the service was cut off.',
  },
  'FC-AUD-015': {
    layer: 'kubernetes',
    expected: 'a StatefulSet or Deployment for each service that has records',
    cause:
      'Creating or deleting the service was cut off, or somebody deleted the StatefulSet; addresses and volumes are kept for it.',
  },
  'FC-AUD-016': {
    layer: 'kubernetes',
    expected: 'the same number of members in records and Kubernetes',
    cause: 'The StatefulSet was scaled by other means than firecamp, an autoscaler perhaps; or scaling was cut off.',
  },
  'FC-AUD-017': {
    layer: 'record',
    expected: 'a service is created or deleted within the hour',
    cause: 'The command that did it was cut off, or waits.',
  },
  'FC-AUD-018': {
    layer: 'ec2',
    expected: 'each address in the cluster’s ranges that its interfaces have is a member’s',
    cause: `${lateRequest}, after the member had been given up; or records were deleted by hand.`,
  },
  'FC-AUD-019': {
    layer: 'record',
    expected: 'a member for each address record',
    cause: 'Deleting or scaling down was cut off between the member’s record and its address’s.',
  },
  'FC-AUD-020': {
    layer: 'record',
    expected: 'each layer answers',
    cause: 'The network, the permissions of whoever runs this, or the service itself; the reason is told.',
  },
} as const satisfies Partial<Record<ErrorCode, Entry>>;

/** The code of a finding. */
export type FindingCode = keyof typeof findingTable;

/** What is known of a code. */
export function findingEntry(code: FindingCode): Entry {
  return findingTable[code];
}
