import { mountPaths } from './semantic-faults.ts';
import type { ServiceDefinition, VolumeDefinition } from './service-definition.ts';
import type { ServiceFile, VolumeOfFile } from './service-file.ts';
import { regionOfZone } from './zone-region.ts';

/**
 * The service file as a definition: the defaults that depend on other fields are filled in. It has been found free of faults before.
 * @param release tag of the init and stop container images where the file names none.
 */
export function completeDefinition(file: ServiceFile, release: string): ServiceDefinition {
  return {
    ...file,
    zones: [...file.zones],
    ports: file.ports.map((port) => ({ ...port, declared: port.declared ?? !file.staticIp })),
    dataVolume: volume(file.dataVolume, mountPaths.dataVolume),
    journalVolume: volume(file.journalVolume, mountPaths.journalVolume),
    registerDns: file.registerDns ?? file.type === 'stateful',
    // Names in DNS know no case, and Kubernetes takes lower case only.
    domain: file.domain ?? `${file.cluster.toLowerCase()}-firecamp.com`,
    configFiles: file.configFiles.map(({ name, mode, content }) => ({ name, mode: Number.parseInt(mode, 8), content })),
    readiness: file.readiness,
    liveness: file.liveness,
    region: file.region ?? regionOfZone(file.zones[0] ?? '') ?? '',
    kubernetesCluster: file.kubernetesCluster ?? file.cluster,
    images: { org: file.images.org, release: file.images.release ?? release },
  };
}

function volume(given: VolumeOfFile | undefined, mountPath: string): VolumeDefinition | undefined {
  if (given === undefined) return undefined;
  const { iops, throughput, kmsKeyId } = given;
  return { ...given, mountPath: given.mountPath ?? mountPath, iops, throughput, kmsKeyId };
}
