import { DescribeNetworkInterfacesCommand } from '@aws-sdk/client-ec2';
import { systemClock } from '../../../common/runtime/system-clock.ts';
import { answerTo } from '../answer.ts';
import { createInterface, describeById, describedInterface, freshAddress } from '../interfaces.ts';
import type { AddressPlace, Place } from '../place.ts';
import { interfaceThing } from '../things.ts';
import { createVolume } from '../volumes.ts';
import { timeUntil } from '../wait.ts';
import { all, done, type Finding, type Rule, refusedAs, same } from './rule.ts';

const describeReference = 'EC2 API reference, DescribeNetworkInterfaces';
const lookPace = { everyMs: 500, atMostMs: 30_000 };
const errorCodes = 'EC2 API reference, "Error codes"';

/** The interfaces that a filter finds, once they are those wanted or the longest wait is over. */
async function found(
  place: Place,
  name: string,
  values: readonly string[],
  wanted: readonly string[],
): Promise<Finding> {
  let ids: string[] = [];
  const look = async () => {
    const answer = await describe(place, name, values);
    ids = 'said' in answer ? (answer.said.NetworkInterfaces ?? []).map((one) => one.NetworkInterfaceId ?? '') : [];
    return [...ids].sort().join() === [...wanted].sort().join();
  };
  await timeUntil(look, systemClock.monotonic(), lookPace, place.signal);
  return same(`found by ${name}`, wanted, ids);
}

function describe({ aws, signal, subnet }: Place, Name: string, Values: readonly string[]) {
  const Filters = [
    { Name, Values: [...Values] },
    { Name: 'vpc-id', Values: [subnet.vpcId] },
  ];
  const request = new DescribeNetworkInterfacesCommand({ Filters });
  const call = { action: 'ec2:DescribeNetworkInterfaces', signal };
  return answerTo(call, () => aws.clients.ec2.read.send(request, { abortSignal: signal }));
}

/** Describing, making and deleting interfaces; and dry runs. */
export const interfaceRules: readonly Rule<AddressPlace>[] = [
  {
    says: 'the filter addresses.private-ip-address finds the holder of a secondary address, and of a primary one',
    source: describeReference,
    async check(place) {
      const ip = await freshAddress(place);
      const filter = 'addresses.private-ip-address';
      return all(
        await found(place, filter, [ip], [place.a.id]),
        await found(place, filter, [ip, place.b.primaryIp], [place.a.id, place.b.id]),
      );
    },
  },
  {
    says: 'the filter mac-address finds the interface',
    source: describeReference,
    check: (place) => found(place, 'mac-address', [place.b.mac], [place.b.id]),
  },
  {
    says: 'a filter that does not exist is refused',
    source: `${errorCodes}; the code is not published`,
    async check(place) {
      return refusedAs('InvalidParameterValue', await describe(place, 'no-such-filter', ['x']));
    },
  },
  {
    says: 'an interface cannot be made on an address that is held',
    source: errorCodes,
    async check(place) {
      const ip = await freshAddress(place);
      return refusedAs('InvalidIPAddress.InUse', await createInterface(place, { PrivateIpAddress: ip }));
    },
  },
  {
    says: 'of an interface that was deleted, EC2 says that it is not found',
    source: errorCodes,
    async check(place) {
      const made = await createInterface(place);
      const id = 'said' in made ? (made.said.NetworkInterface?.NetworkInterfaceId ?? '') : '';
      await describedInterface(place, id);
      await interfaceThing(place.aws, id).remove(place.signal);
      let described = await describeById(place, id);
      const gone = async () => {
        described = await describeById(place, id);
        return 'refused' in described;
      };
      await timeUntil(gone, systemClock.monotonic(), lookPace, place.signal);
      return all(done(made), refusedAs('InvalidNetworkInterfaceID.NotFound', described));
    },
  },
  {
    says: 'a dry run of what is permitted is refused with DryRunOperation',
    source: errorCodes,
    check: async (place) => refusedAs('DryRunOperation', await createVolume(place, { DryRun: true })),
  },
];
