import { FirecampError } from '../domain/errors.ts';
import { isIpv4, parseCidr } from '../domain/ipv4.ts';
import type { SourceRoute } from '../ports/host.ts';
import { isUsableTable } from './source-routes.ts';

/** IFNAMSIZ less its NUL; a name that begins with a hyphen would be read as an option. */
const linkNamePattern = /^[^\s/-][^\s/]{0,14}$/;

/** Throws FC-HST-001 unless it is an IPv4 address, without a prefix. */
export function checkAddress(ip: string): void {
  if (!isIpv4(ip)) throw new FirecampError('FC-HST-001', `"${ip}" is not an IPv4 address.`);
}

/** Throws FC-HST-001 unless a link can have that name. */
export function checkLinkName(name: string): void {
  if (!linkNamePattern.test(name)) throw new FirecampError('FC-HST-001', `"${name}" is not the name of a link.`);
}

/** Throws FC-HST-001 for anything that `ip` would refuse only halfway, or that would empty a table of everybody's. */
export function checkSourceRoute(route: SourceRoute): void {
  checkAddress(route.ip);
  checkAddress(route.gateway);
  checkLinkName(route.linkName);
  if (parseCidr(route.subnetCidr) === undefined) {
    throw new FirecampError('FC-HST-001', `"${route.subnetCidr}" is not an IPv4 network.`);
  }
  if (!isUsableTable(route.table)) {
    throw new FirecampError('FC-HST-001', `${route.table} cannot be the number of a routing table of our own.`);
  }
}

/** Throws FC-HST-001 unless the lifetime is a whole number of seconds from 1. */
export function checkLifetime(lifetimeSeconds: number): void {
  if (!Number.isInteger(lifetimeSeconds) || lifetimeSeconds < 1) {
    throw new FirecampError(
      'FC-HST-001',
      `A lifetime of ${lifetimeSeconds} s is not a whole number of seconds from 1.`,
    );
  }
}
