import { DescribeVpcAttributeCommand, type DescribeVpcAttributeCommandOutput } from '@aws-sdk/client-ec2';
import type { CallOptions } from '../ports/call-options.ts';
import type { VpcDns, VpcService } from '../ports/vpcs.ts';
import { awsRead } from './aws-call.ts';
import { malformedReply } from './aws-errors.ts';
import type { AwsClients } from './clients.ts';

/** EC2 as `VpcService`; see there for what it promises. */
export class Ec2Vpcs implements VpcService {
  readonly #aws: Pick<AwsClients, 'ec2' | 'credentials'>;

  constructor(aws: Pick<AwsClients, 'ec2' | 'credentials'>) {
    this.#aws = aws;
  }

  async dns(vpcId: string, options: CallOptions): Promise<VpcDns> {
    const [enableDnsSupport, enableDnsHostnames] = await Promise.all([
      this.#attribute(vpcId, 'enableDnsSupport', (reply) => reply.EnableDnsSupport?.Value, options),
      this.#attribute(vpcId, 'enableDnsHostnames', (reply) => reply.EnableDnsHostnames?.Value, options),
    ]);
    return { enableDnsSupport, enableDnsHostnames };
  }

  /** One attribute a call (EC2 API reference, DescribeVpcAttribute). */
  async #attribute(
    vpcId: string,
    name: 'enableDnsSupport' | 'enableDnsHostnames',
    read: (reply: DescribeVpcAttributeCommandOutput) => boolean | undefined,
    options: CallOptions,
  ): Promise<boolean> {
    const call = { action: 'ec2:DescribeVpcAttribute', signal: options.signal };
    const request = new DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute: name });
    const reply = await awsRead(this.#aws.credentials, call, (wire) => this.#aws.ec2.read.send(request, wire));
    const value = read(reply);
    if (value === undefined) throw malformedReply(call, `it does not say ${name}`);
    return value;
  }
}
