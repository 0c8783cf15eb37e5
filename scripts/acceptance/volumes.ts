import { CreateVolumeCommand, type CreateVolumeRequest } from '@aws-sdk/client-ec2';
import { ec2Tags } from '../../common/aws/ec2-tags.ts';
import { answerTo } from './answer.ts';
import { runTag } from './marks.ts';
import type { Place } from './place.ts';

/** Asks for the run's volume, always with the same client token; the smallest there is unless told otherwise. */
export function createVolume({ aws, runId, subnet, signal }: Place, more: Partial<CreateVolumeRequest> = {}) {
  const request = new CreateVolumeCommand({
    AvailabilityZone: subnet.zone,
    Size: 1,
    VolumeType: 'gp3',
    ClientToken: `firecamp-acceptance-${runId}`,
    TagSpecifications: ec2Tags('volume', { [runTag]: runId }),
    ...more,
  });
  const call = { action: 'ec2:CreateVolume', signal };
  return answerTo(call, () => aws.clients.ec2.write.send(request, { abortSignal: signal }));
}
