import {
  CreateSubnetCidrReservationCommand,
  CreateVolumeCommand,
  DeleteSubnetCidrReservationCommand,
  DeleteVolumeCommand,
} from '@aws-sdk/client-ec2';
import { FirecampError } from '../domain/errors.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { CloudAccess, DryRunRequest } from '../ports/cloud-access.ts';
import { awsWrite } from './aws-call.ts';
import { malformedReply, serviceCodeOf } from './aws-errors.ts';
import type { AwsClients } from './clients.ts';
import { ec2Tags } from './ec2-tags.ts';
import type { WireOptions } from './request-handler.ts';

/** EC2's DryRun as `CloudAccess`; see there for what it promises. */
export class Ec2DryRun implements CloudAccess {
  readonly #aws: Pick<AwsClients, 'ec2' | 'credentials'>;

  constructor(aws: Pick<AwsClients, 'ec2' | 'credentials'>) {
    this.#aws = aws;
  }

  async mayI(request: DryRunRequest, options: CallOptions): Promise<'allowed' | 'denied'> {
    const call = { action: request.action, signal: options.signal };
    try {
      await awsWrite(this.#aws.credentials, call, (wire) => this.#send(request, wire));
    } catch (error) {
      // EC2 API reference, "Common query parameters", DryRun: the answer is always an error.
      if (serviceCodeOf(error) === 'DryRunOperation') return 'allowed';
      if (error instanceof FirecampError && error.code === 'FC-AWS-001') return 'denied';
      throw error;
    }
    throw malformedReply(call, 'it answers a dry run as if it had done it');
  }

  #send(request: DryRunRequest, wire: WireOptions): Promise<unknown> {
    const ec2 = this.#aws.ec2.write;
    switch (request.action) {
      case 'ec2:CreateVolume': {
        const input = { AvailabilityZone: request.zone, Size: 1, VolumeType: 'gp3', DryRun: true } as const;
        return ec2.send(
          new CreateVolumeCommand({ ...input, TagSpecifications: ec2Tags('volume', request.tags) }),
          wire,
        );
      }
      case 'ec2:DeleteVolume':
        return ec2.send(new DeleteVolumeCommand({ VolumeId: request.volumeId, DryRun: true }), wire);
      case 'ec2:CreateSubnetCidrReservation': {
        const input = {
          SubnetId: request.subnetId,
          Cidr: request.cidr,
          ReservationType: 'explicit',
          DryRun: true,
        } as const;
        const tags = ec2Tags('subnet-cidr-reservation', request.tags);
        return ec2.send(new CreateSubnetCidrReservationCommand({ ...input, TagSpecifications: tags }), wire);
      }
      case 'ec2:DeleteSubnetCidrReservation': {
        const input = { SubnetCidrReservationId: request.reservationId, DryRun: true };
        return ec2.send(new DeleteSubnetCidrReservationCommand(input), wire);
      }
    }
  }
}
