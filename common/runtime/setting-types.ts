import { isIpv4 } from '../domain/ipv4.ts';
import type { Setting } from './settings.ts';

type Names = Pick<Setting<unknown>, 'env' | 'flag' | 'help'>;

/** Text of this form; `allowed` says the form in words. */
export function text(names: Names, allowed: string, pattern: RegExp): Setting<string> {
  return { ...names, allowed, parse: (given) => (pattern.test(given) ? given : undefined) };
}

/** The same, not required. */
export function optional<T>(setting: Setting<T>): Setting<T | undefined> {
  return { ...setting, otherwise: undefined };
}

/** The same with a default. */
export function withDefault<T>(setting: Setting<T>, otherwise: T): Setting<T> {
  return { ...setting, otherwise };
}

/** One of these words. */
export function oneOf<const W extends readonly string[]>(names: Names, words: W): Setting<W[number]> {
  return {
    ...names,
    allowed: words.map((word) => `"${word}"`).join(' or '),
    parse: (given) => words.find((word) => word === given),
  };
}

/** `true` or `false`; false when not given. */
export function yesNo(names: Names): Setting<boolean> {
  return {
    ...names,
    allowed: '"true" or "false"',
    parse: (given) => (given === 'true' ? true : given === 'false' ? false : undefined),
    otherwise: false,
    bare: true,
  };
}

/** A whole number in the range, in the unit that the help names. */
export function wholeNumber(names: Names, min: number, max: number): Setting<number> {
  return {
    ...names,
    allowed: `a whole number from ${min} to ${max}`,
    parse: (given) => {
      if (!/^\d{1,16}$/.test(given)) return undefined;
      const value = Number(given);
      return value >= min && value <= max ? value : undefined;
    },
  };
}

/** IPv4 addresses with commas between them. */
export function addressList(names: Names): Setting<readonly string[]> {
  return {
    ...names,
    allowed: 'IPv4 addresses (with :port where it is not 53) separated by commas',
    parse: (given) => {
      const parts = given.split(',').map((part) => part.trim());
      return parts.every((part) => isIpv4(part.replace(/:\d{1,5}$/, ''))) ? parts : undefined;
    },
    otherwise: [],
  };
}

/** An absolute path. */
export function absolutePath(names: Names): Setting<string> {
  return text(names, 'an absolute path', /^\/[^\0]*$/);
}

/** An http or https URL. */
export function httpUrl(names: Names): Setting<string> {
  return url(names, 'an http or https URL', /^https?:\/\//);
}

/** An https URL, for what is never asked without TLS. */
export function httpsUrl(names: Names): Setting<string> {
  return url(names, 'an https URL', /^https:\/\//);
}

function url(names: Names, allowed: string, scheme: RegExp): Setting<string> {
  return { ...names, allowed, parse: (given) => (scheme.test(given) && URL.canParse(given) ? given : undefined) };
}
