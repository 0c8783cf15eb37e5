import type { KubeVersion } from './service-facts.ts';

/** `1.34`, `v1.34.4` or, as EKS says it, `1.34+`; undefined for anything else. */
export function parseKubeVersion(text: string): KubeVersion | undefined {
  const [, major, minor] = /^v?(\d{1,3})\.(\d{1,3})(?:[.+-].*)?$/.exec(text) ?? [];
  return major === undefined || minor === undefined ? undefined : { major: Number(major), minor: Number(minor) };
}

/**
 * Whether an init container may stay beside the main container (feature SidecarContainers, on by default since 1.29; Kubernetes
 * documentation, "Sidecar Containers").
 */
export function hasNativeSidecars({ major, minor }: KubeVersion): boolean {
  return major > 1 || (major === 1 && minor >= 29);
}
