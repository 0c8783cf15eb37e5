import type { MemberPorts } from '../ports/member-ports.ts';
import { type RoutedInterface, sourceRouteFor } from './source-route.ts';

/** Puts the address on the host's link, with the routing its interface needs. Idempotent. */
export async function attachToHost(
  ports: Pick<MemberPorts, 'host'>,
  ip: string,
  one: RoutedInterface,
  options: { readonly lifetimeSeconds: number; readonly announce: boolean; readonly signal: AbortSignal },
): Promise<void> {
  const { signal } = options;
  await ports.host.attach(ip, one.linkName, options.lifetimeSeconds, { signal });
  const route = sourceRouteFor(ip, one);
  if (route) await ports.host.addSourceRoute(route, { signal });
  else await ports.host.removeSourceRoutes(ip, { signal });
  if (options.announce) await ports.host.announce(ip, one.linkName, { signal });
}

/** Takes exactly this address, and the routing made for it, off the host. Says whether the address was there. */
export async function detachFromHost(
  ports: Pick<MemberPorts, 'host'>,
  ip: string,
  signal: AbortSignal,
): Promise<boolean> {
  const wasThere = await ports.host.detach(ip, { signal });
  await ports.host.removeSourceRoutes(ip, { signal });
  return wasThere;
}
