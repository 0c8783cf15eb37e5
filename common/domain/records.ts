/**
 * The records of a cluster, in domain form. Their layout in DynamoDB and ConfigMaps is FireCamp's
 * (`record-codec.ts`), so that both can read what the other wrote.
 *
 * `unknown` holds the JSON members that this version does not know, by JSON object (`Meta` or `Spec`): they are written back unchanged.
 */

/** JSON members found in a record and not known to this version; written back as they were read. */
export type UnknownFields = Readonly<Record<string, unknown>>;

export interface UnknownParts {
  readonly meta?: UnknownFields;
  readonly spec?: UnknownFields;
}

/** A block device name of the cluster (`/dev/xvdf` …) and the one service that has it. */
export interface DeviceRecord {
  readonly cluster: string;
  readonly deviceName: string;
  readonly serviceName: string;
}

export interface ServiceRecord {
  readonly cluster: string;
  readonly serviceName: string;
  /** 32 hex digits, no hyphens. */
  readonly serviceUuid: string;
}

/** A version of a config file; the content is in the ConfigFile record of that id. */
export interface ConfigId {
  readonly fileName: string;
  readonly fileId: string;
  /** Hex MD5 of the content: a change detector, not a protection. */
  readonly fileMd5: string;
  readonly unknown?: UnknownFields;
}

export interface ServiceVolume {
  readonly volumeType: string;
  readonly sizeGb: number;
  readonly iops: number;
  readonly encrypted: boolean;
  readonly unknown?: UnknownFields;
}

export interface ServiceVolumes {
  readonly primaryDeviceName: string;
  readonly primaryVolume: ServiceVolume;
  readonly journalDeviceName: string;
  readonly journalVolume: ServiceVolume;
  readonly unknown?: UnknownFields;
}

export interface Resources {
  readonly maxCpuUnits: number;
  readonly reserveCpuUnits: number;
  readonly maxMemMb: number;
  readonly reserveMemMb: number;
  readonly unknown?: UnknownFields;
}

export interface ServiceAttrRecord {
  readonly serviceUuid: string;
  readonly revision: bigint;
  /** ServiceMeta */
  readonly cluster: string;
  readonly serviceName: string;
  /** Nanoseconds since 1970: more digits than a number keeps. */
  readonly lastModified: bigint;
  readonly serviceType: string;
  /** `CREATING`, `INITIALIZING`, `ACTIVE`, `DELETING` or `DELETED`. */
  readonly status: string;
  /** ServiceSpec */
  readonly replicas: number;
  readonly resources: Resources;
  readonly registerDns: boolean;
  readonly domainName: string;
  readonly hostedZoneId: string;
  readonly requireStaticIp: boolean;
  readonly configs: readonly ConfigId[];
  readonly catalogServiceType: string;
  readonly volumes: ServiceVolumes;
  /**
   * The Kubernetes namespace that owns the service (our field `Namespace`); undefined in records of FireCamp.
   */
  readonly namespace: string | undefined;
  /** The definition that the service was made from (our field `Definition`), without its config files' contents; undefined in records of FireCamp. */
  readonly definition: Readonly<Record<string, unknown>> | undefined;
  readonly unknown: UnknownParts;
}

export interface MemberVolumes {
  readonly primaryVolumeId: string;
  readonly primaryDeviceName: string;
  readonly journalVolumeId: string;
  readonly journalDeviceName: string;
  readonly unknown?: UnknownFields;
}

export interface MemberRecord {
  readonly serviceUuid: string;
  readonly memberName: string;
  readonly revision: bigint;
  /** MemberMeta */
  readonly lastModified: bigint;
  /** `ACTIVE`, `PAUSE` or `Bad`. */
  readonly status: string;
  /** MemberSpec */
  readonly zone: string;
  readonly taskId: string;
  readonly containerInstanceId: string;
  readonly serverInstanceId: string;
  readonly volumes: MemberVolumes;
  /** Empty for a member without a static IP. */
  readonly staticIp: string;
  readonly configs: readonly ConfigId[];
  readonly unknown: UnknownParts;
}

export interface ConfigFileRecord {
  readonly serviceUuid: string;
  readonly fileId: string;
  readonly revision: bigint;
  readonly fileName: string;
  readonly lastModified: bigint;
  /** Permission bits as a number, e.g. 0o600. */
  readonly fileMode: number;
  readonly fileMd5: string;
  readonly content: string;
  readonly unknown: UnknownParts;
}

/**
 * Where a claim of the address stands. `claiming` and `releasing` say that requests to EC2 may be in flight;
 * `released` says that EC2 answered definitely; only `owned` is settled.
 */
export type ClaimState = 'claiming' | 'owned' | 'releasing' | 'released';

/** Who claimed an address: our additions to FireCamp's StaticIPSpec, which FireCamp ignores. */
export interface AddressOwner {
  readonly namespace: string;
  readonly podName: string;
  readonly podUid: string;
  /** The pod's creationTimestamp, RFC 3339 in UTC with whole seconds: the order among claimants. */
  readonly podCreatedAt: string;
  /** Grows by one with every claim, re-run and take-over of a release. */
  readonly epoch: number;
  readonly state: ClaimState;
  /** When the state was written, RFC 3339 with milliseconds, by the writer's clock: for people, never for decisions. */
  readonly changedAt: string;
  /** Duration of the claim's phases in milliseconds, by name; written with `owned`. */
  readonly phaseMillis: Readonly<Record<string, number>>;
  readonly unknown?: UnknownFields;
}

export interface StaticIpRecord {
  /** Dotted IPv4. */
  readonly ip: string;
  readonly revision: bigint;
  /** StaticIPSpec */
  readonly serviceUuid: string;
  readonly zone: string;
  readonly instanceId: string;
  readonly interfaceId: string;
  /**
   * Interfaces this record named before, newest first, at most `maxPastInterfaces`. A request that was in flight can leave the address on
   * one of them. One that stands here was this cluster's: EC2 ids are not known to be given a second time (AWS says nothing of it).
   */
  readonly pastInterfaceIds: readonly string[];
  /** undefined in a record that only FireCamp, or only the creation of the service, has written. */
  readonly owner: AddressOwner | undefined;
  readonly unknown: UnknownParts;
}

/** How many past interfaces a static IP record keeps. */
export const maxPastInterfaces = 8;

/** FireCamp's marks of an unset owner. */
export const unsetOwner = {
  taskId: 'defaultTaskID',
  containerInstanceId: 'defaultContainerInstanceID',
  serverInstanceId: 'defaultServerInstanceID',
} as const;

/** Every kind of record and its domain form. */
export interface RecordOf {
  readonly device: DeviceRecord;
  readonly service: ServiceRecord;
  readonly serviceAttr: ServiceAttrRecord;
  readonly member: MemberRecord;
  readonly configFile: ConfigFileRecord;
  readonly staticIp: StaticIpRecord;
}

export type RecordKind = keyof RecordOf;

/** What names one record of a kind. The cluster is the store's, so no key carries it. */
export interface KeyOf {
  readonly device: { readonly deviceName: string };
  readonly service: { readonly serviceName: string };
  readonly serviceAttr: { readonly serviceUuid: string };
  readonly member: { readonly serviceUuid: string; readonly memberName: string };
  readonly configFile: { readonly serviceUuid: string; readonly fileId: string };
  readonly staticIp: { readonly ip: string };
}
