import {
  CreateSubnetCidrReservationCommand,
  DeleteSubnetCidrReservationCommand,
  DescribeVolumesCommand,
} from '@aws-sdk/client-ec2';
import { ec2Tags } from '../../../common/aws/ec2-tags.ts';
import { FirecampError } from '../../../common/domain/errors.ts';
import { cidrContains, numberToIpv4, parseCidr } from '../../../common/domain/ipv4.ts';
import { answerTo } from '../answer.ts';
import { assign, unassign } from '../interfaces.ts';
import { runTag } from '../marks.ts';
import type { AddressPlace, Place } from '../place.ts';
import { createVolume } from '../volumes.ts';
import { all, done, type Rule, refusedAs, same } from './rule.ts';

function reserve({ aws, runId, subnet, signal }: Place, Cidr: string) {
  const request = new CreateSubnetCidrReservationCommand({
    SubnetId: subnet.id,
    Cidr,
    ReservationType: 'explicit',
    TagSpecifications: ec2Tags('subnet-cidr-reservation', { [runTag]: runId }),
  });
  const call = { action: 'ec2:CreateSubnetCidrReservation', signal };
  return answerTo(call, () => aws.clients.ec2.write.send(request, { abortSignal: signal }));
}

function unreserve({ aws, signal }: Place, SubnetCidrReservationId: string) {
  const request = new DeleteSubnetCidrReservationCommand({ SubnetCidrReservationId });
  const call = { action: 'ec2:DeleteSubnetCidrReservation', signal };
  return answerTo(call, () => aws.clients.ec2.write.send(request, { abortSignal: signal }));
}

/** EBS volumes and reserved ranges of the subnet. */
export const resourceRules: readonly Rule<AddressPlace>[] = [
  {
    says: 'a volume asked for again with its client token is the same volume; with another size it is refused',
    source: 'EC2 API reference, "Ensuring idempotency in Amazon EC2 API requests"',
    async check(place) {
      const [first, again] = [await createVolume(place), await createVolume(place)];
      const ids = [first, again].map((answer) => ('said' in answer ? (answer.said.VolumeId ?? '') : 'none'));
      const other = refusedAs('IdempotentParameterMismatch', await createVolume(place, { Size: 2 }));
      return all(done(first), same('the second time', [ids[0] ?? ''], [ids[1] ?? '']), other);
    },
  },
  {
    says: 'of a volume that is not there, EC2 says that it is not found',
    source: 'EC2 API reference, "Error codes"',
    async check({ aws, signal }) {
      const request = new DescribeVolumesCommand({ VolumeIds: ['vol-0123456789abcdef0'] });
      const call = { action: 'ec2:DescribeVolumes', signal };
      const answer = await answerTo(call, () => aws.clients.ec2.read.send(request, { abortSignal: signal }));
      return refusedAs('InvalidVolume.NotFound', answer);
    },
  },
  {
    says: 'a range of the subnet is reserved once; its addresses are assigned by name; deleted twice it is not found',
    source: 'VPC user guide, "Subnet CIDR reservations"; the codes are not published',
    async check(place) {
      const range = await freeRange(place);
      const made = await reserve(place, range);
      if ('refused' in made) return done(made);
      const id = made.said.SubnetCidrReservation?.SubnetCidrReservationId ?? '';
      const again = refusedAs('InvalidParameterValue', await reserve(place, range));
      const ip = range.replace(/\/.*/, '');
      const named = done(await assign(place, place.a.id, [ip], false));
      if (named.held) await unassign(place, place.a.id, [ip]);
      const deleted = done(await unreserve(place, id));
      const twice = refusedAs('InvalidSubnetCidrReservationID.NotFound', await unreserve(place, id));
      return all(done(made), again, named, deleted, twice);
    },
  },
];

/** Sixteen addresses of the subnet that nobody holds or has reserved, the last such range. @throws FirecampError where there is none. */
async function freeRange({ aws, subnet, signal }: Place): Promise<string> {
  const [taken, reserved] = [
    await aws.subnets.taken(subnet.id, { signal }),
    await aws.subnets.reservations(subnet.id, { signal }),
  ];
  const network = parseCidr(subnet.cidr);
  // AWS keeps addresses of the first and of the last range.
  for (let first = (network?.first ?? 0) + (network?.size ?? 0) - 32; first > (network?.first ?? 0); first -= 16) {
    const range = `${numberToIpv4(first)}/28`;
    const others = [...reserved.map(({ cidr }) => cidr), ...taken.prefixes];
    const free = !taken.addresses.some((ip) => cidrContains(range, ip)) && !others.some((cidr) => overlap(cidr, range));
    if (free) return range;
  }
  throw new FirecampError('FC-AWS-004', `In ${subnet.id} no sixteen addresses are free of use and reservations.`);
}

function overlap(one: string, other: string): boolean {
  const firstOf = (cidr: string) => cidr.replace(/\/.*/, '');
  return cidrContains(one, firstOf(other)) || cidrContains(other, firstOf(one));
}
