/** A hosted zone that CoreDNS serves. */
export interface ServedZone {
  /** e.g. `Z00000000000000DEMO1` */
  readonly id: string;
  /** e.g. `demo-firecamp.com`; with or without the trailing dot. */
  readonly name: string;
}

/** What CoreDNS serves, and where. */
export interface CorefileSettings {
  /** IPv4 address that it listens on, UDP and TCP. */
  readonly host: string;
  readonly port: number;
  readonly hostedZones: readonly ServedZone[];
  /** How often it asks Route 53 for all records of each zone; a change is seen at most so much later. */
  readonly refreshSeconds: number;
  /** File that says how to reach the API server whose Services it serves below `cluster.local`; none are served without. */
  readonly kubeconfig?: string;
}

/** Domain of the cluster's Services (kubelet's setting `clusterDomain`). */
export const clusterDomain = 'cluster.local';

/** How long a client may keep the address of a Service or a pod. */
const serviceTtlSeconds = 5;

/**
 * CoreDNS's configuration: one server for each zone, so that a name outside all of them is refused at once instead of being looked up
 * elsewhere. Access to Route 53 is not in it: the plugin takes that from the environment, as every AWS SDK does.
 *
 * Source: CoreDNS's manual, corefile(5), and the README of its plugins route53 and kubernetes.
 */
export function corefile(settings: CorefileSettings): string {
  const { hostedZones, refreshSeconds, kubeconfig } = settings;
  const route53 = hostedZones.map(({ id, name }) => {
    const zone = absolute(name);
    return server(settings, zone, `route53 ${zone}:${id}`, [`refresh ${refreshSeconds}s`]);
  });
  if (kubeconfig === undefined) return route53.join('');
  const lines = [`kubeconfig ${quoted(kubeconfig)}`, `ttl ${serviceTtlSeconds}`];
  return [...route53, server(settings, absolute(clusterDomain), `kubernetes ${clusterDomain}`, lines)].join('');
}

function server({ host, port }: CorefileSettings, zone: string, plugin: string, lines: readonly string[]): string {
  const inner = [`bind ${host}`, 'errors', `${plugin} {`, ...lines.map((line) => `    ${line}`), '}'];
  return `${zone}:${port} {\n${inner.map((line) => `    ${line}\n`).join('')}}\n`;
}

function absolute(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '\\"')}"`;
}
