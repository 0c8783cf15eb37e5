/** One address that changed hands. `from` or `to` undefined: it was, or became, free. */
export interface AddressMove {
  /** the clock's time */
  readonly at: number;
  readonly vpcId: string;
  readonly ip: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** The addresses an interface had from a moment on; the primary first. */
interface Version {
  readonly at: number;
  readonly addresses: readonly string[];
}

/** What each interface had when, so that DescribeNetworkInterfaces and IMDS can lag behind, each by its own delay. */
export class AddressHistory {
  readonly #versions = new Map<string, Version[]>();

  record(interfaceId: string, at: number, addresses: readonly string[]): void {
    const versions = this.#versions.get(interfaceId) ?? [];
    versions.push({ at, addresses: [...addresses] });
    this.#versions.set(interfaceId, versions);
  }

  /** The addresses as they were at `at`; before the interface existed, those it began with. */
  at(interfaceId: string, at: number): readonly string[] {
    const versions = this.#versions.get(interfaceId) ?? [];
    return (versions.findLast((version) => version.at <= at) ?? versions[0])?.addresses ?? [];
  }
}
