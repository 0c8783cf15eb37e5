import type { CallOptions } from './call-options.ts';

/** A config file as it shall be on the member's volume. */
export interface WantedFile {
  readonly name: string;
  readonly mode: number;
  readonly content: string;
}

/** The claim as the waiting process of the stop container reads it from the run directory. */
export interface ClaimFile {
  readonly address: string;
  readonly epoch: number;
  readonly interfaceId: string;
  readonly mac: string;
  readonly podUid: string;
  /** The waiting process that was there when the claim was made; empty when there was none. */
  readonly waiterId: string;
}

/** What a file that should hold an address was found to be. */
export type AddressFileFinding =
  | { readonly kind: 'address'; readonly ip: string }
  | { readonly kind: 'missing' }
  /** A fault in words: empty, a newline, not an IPv4 address, a symbolic link, unreadable. */
  | { readonly kind: 'unusable'; readonly fault: string };

/**
 * The files on the member's data volume (which the main container can write: never trusted) and in the run directory (a memory
 * volume shared by the claim and stop containers). Writes are atomic: temporary name, sync, rename; they never follow a symbolic
 * link. Rejects with `FirecampError` FC-FIL-001 or FC-FIL-002.
 */
export interface MemberFiles {
  /** Hex MD5 of the config file's present content when its mode is right too; undefined when it is absent or differs in mode. */
  configDigest(name: string, mode: number | undefined, options: CallOptions): Promise<string | undefined>;
  /** Writes the file unless it has this content and mode already; says whether it wrote. */
  writeConfig(file: WantedFile, options: CallOptions): Promise<boolean>;
  readStaticIp(options: CallOptions): Promise<AddressFileFinding>;
  writeStaticIp(ip: string, options: CallOptions): Promise<void>;
  /** Removes the static IP file; absent is fine. */
  removeStaticIp(options: CallOptions): Promise<void>;
  /** undefined when there is none, a fault in words when it cannot be used. */
  readClaim(options: CallOptions): Promise<ClaimFile | { readonly fault: string } | undefined>;
  /** Takes the waiter's id from the run directory and writes it with the claim. */
  writeClaim(claim: Omit<ClaimFile, 'waiterId'>, options: CallOptions): Promise<void>;
  removeClaim(options: CallOptions): Promise<void>;
}
