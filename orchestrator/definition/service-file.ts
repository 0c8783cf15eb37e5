/** A service file that its JSON Schema admits, with the schema's defaults filled in. What stays optional has a default that depends on other fields. */
export interface ServiceFile {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly type: 'stateful' | 'stateless';
  readonly replicas: number;
  readonly zones: readonly string[];
  readonly region?: string;
  readonly kubernetesCluster?: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly resources: {
    readonly maxCpuUnits: number;
    readonly reserveCpuUnits: number;
    readonly maxMemMb: number;
    readonly reserveMemMb: number;
  };
  readonly ports: readonly PortOfFile[];
  readonly dataVolume?: VolumeOfFile;
  readonly journalVolume?: VolumeOfFile;
  readonly staticIp: boolean;
  readonly registerDns?: boolean;
  readonly domain?: string;
  readonly configFiles: readonly { readonly name: string; readonly mode: string; readonly content: string }[];
  readonly readiness?: ProbeOfFile;
  readonly liveness?: ProbeOfFile;
  readonly dbType: 'clouddb' | 'k8sdb';
  readonly detachPolicy: 'detach' | 'keep';
  readonly terminationGracePeriodSeconds: number;
  readonly images: { readonly org: string; readonly release?: string };
  readonly settings: Readonly<Record<string, string>>;
  readonly testMode: boolean;
}

interface PortOfFile {
  readonly name: string;
  readonly containerPort: number;
  readonly isServicePort: boolean;
  readonly declared?: boolean;
}

/** A volume as the file has it. */
export interface VolumeOfFile {
  readonly mountPath?: string;
  readonly volumeType: string;
  readonly sizeGb: number;
  readonly iops?: number;
  readonly throughput?: number;
  readonly encrypted: boolean;
  readonly kmsKeyId?: string;
}

interface ProbeOfFile {
  readonly command: readonly string[];
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
}
