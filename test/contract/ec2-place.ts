import type { EC2Client } from '@aws-sdk/client-ec2';
import type { Test } from 'tap';

/** A place to run one case in: an account with nothing in its way. */
export interface Ec2Place {
  readonly client: EC2Client;
  readonly vpcId: string;
  /** 10.0.1.0/24, with three free slots at least on each interface and nothing else in it */
  readonly subnetId: string;
  /** two interfaces of the subnet, each the primary one of a running m5.large */
  readonly nodes: readonly [Ec2Node, Ec2Node];
}

export interface Ec2Node {
  readonly interfaceId: string;
  readonly instanceId: string;
  readonly primaryIp: string;
}

/** One thing that the documentation promises. */
export interface Ec2Case {
  readonly title: string;
  readonly run: (t: Test, place: Ec2Place) => Promise<void>;
}
