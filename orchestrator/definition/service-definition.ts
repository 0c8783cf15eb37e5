/** A port of a service. */
export interface PortDefinition {
  readonly name: string;
  readonly containerPort: number;
  /** Whether clients reach it by the service's name; the others are between members only. */
  readonly isServicePort: boolean;
  /**
   * Whether the member's pod declares it. On the host network a declared port becomes a host port, and two services of one port could
   * never share a node: declared only for members that bind all addresses.
   */
  readonly declared: boolean;
}

/** An EBS volume that each member has one of. */
export interface VolumeDefinition {
  readonly mountPath: string;
  /** `gp3`, `gp2`, `io1`, `io2`, `st1` or `sc1`. */
  readonly volumeType: string;
  readonly sizeGb: number;
  /** Total IOPS, where the type takes them. */
  readonly iops: number | undefined;
  /** MiB a second; gp3 only. */
  readonly throughput: number | undefined;
  readonly encrypted: boolean;
  readonly kmsKeyId: string | undefined;
}

/** Processor in thousandths of a core, memory in MiB; 0 means no limit. */
export interface ResourceDefinition {
  readonly maxCpuUnits: number;
  readonly reserveCpuUnits: number;
  readonly maxMemMb: number;
  readonly reserveMemMb: number;
}

/** A config file of the service; `{{…}}` in the content is replaced by each member's own values. */
export interface ConfigFileDefinition {
  readonly name: string;
  readonly mode: number;
  readonly content: string;
}

/** A command that says by its exit code whether the member is ready or alive. */
export interface ProbeDefinition {
  readonly command: readonly string[];
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
}

/** What a service shall be: the validated, complete form of a service file. Nothing in it is looked up or decided later. */
export interface ServiceDefinition {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly type: 'stateful' | 'stateless';
  readonly replicas: number;
  /** Availability zones; member n lives in zone n mod their number. */
  readonly zones: readonly string[];
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly resources: ResourceDefinition;
  readonly ports: readonly PortDefinition[];
  readonly dataVolume: VolumeDefinition | undefined;
  readonly journalVolume: VolumeDefinition | undefined;
  readonly staticIp: boolean;
  readonly registerDns: boolean;
  /** Default `<cluster>-firecamp.com`. */
  readonly domain: string;
  readonly configFiles: readonly ConfigFileDefinition[];
  readonly readiness: ProbeDefinition | undefined;
  readonly liveness: ProbeDefinition | undefined;
  readonly dbType: 'clouddb' | 'k8sdb';
  readonly detachPolicy: 'detach' | 'keep';
  readonly region: string;
  /** What the EBS CSI driver calls the cluster, in the tags of new volumes. Default: `cluster`. */
  readonly kubernetesCluster: string;
  readonly terminationGracePeriodSeconds: number;
  /** Organisation and tag of the init and stop container images. */
  readonly images: { readonly org: string; readonly release: string };
  /** Variables of the init and the stop container beyond those that firecamp gives them. */
  readonly settings: Readonly<Record<string, string>>;
  /** Pods change nothing and need neither AWS nor EC2 nodes. */
  readonly testMode: boolean;
}
