/** What an instance type allows. */
export interface InstanceType {
  readonly interfaces: number;
  /** IPv4 addresses on each interface, the primary included */
  readonly addresses: number;
}

/** EC2 user guide, "Maximum IP addresses per network interface", for a spread of sizes. */
export const instanceTypes: Readonly<Record<string, InstanceType>> = {
  't3.micro': { interfaces: 2, addresses: 2 },
  't3.medium': { interfaces: 3, addresses: 6 },
  'm5.large': { interfaces: 3, addresses: 10 },
  'm5.xlarge': { interfaces: 4, addresses: 15 },
  'm5.4xlarge': { interfaces: 8, addresses: 30 },
};

/** undefined for a type that the table does not have */
export function addressesPerInterface(type: string): number | undefined {
  return Object.hasOwn(instanceTypes, type) ? instanceTypes[type]?.addresses : undefined;
}
