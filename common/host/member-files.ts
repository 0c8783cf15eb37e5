import { createHash } from 'node:crypto';
import {
  checkConfigFile,
  checkConfigMode,
  checkConfigName,
  maxConfigBytes,
  staticIpFileName,
} from '../domain/config-file-rules.ts';
import { FirecampError } from '../domain/errors.ts';
import { isIpv4 } from '../domain/ipv4.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { AddressFileFinding, ClaimFile, MemberFiles, WantedFile } from '../ports/member-files.ts';
import { removeFile, writeAtomically } from './atomic-file.ts';
import { formatClaim, parseClaim, parseWaiterId } from './claim-file.ts';
import { describeFileError, errnoOf, fileError, throwIfAborted } from './file-error.ts';
import { type ReadFile, SafeDirectory, UnusableFileError } from './safe-directory.ts';

const claimName = 'claim';
const waiterName = 'waiter';
const privateMode = 0o600;
const maxSmallFileBytes = 64 * 1024;

/** Where the member's files are. */
export interface MemberFolders {
  /** The config folder on the data volume, e.g. `/data/conf`; made when it is missing. */
  readonly configDir: string;
  /** The memory volume that the claim and stop containers share, e.g. `/run/firecamp`. */
  readonly runDir: string;
}

/**
 * The member's files on real file systems. The config folder belongs to the main container as much as to us, so a link, a pipe, a
 * folder or a giant file found in it is reported or replaced, never followed or waited for, and a config folder that is itself a
 * symbolic link is refused. Writes of one instance go one after another.
 */
export class HostMemberFiles implements MemberFiles {
  readonly #folders: MemberFolders;
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(folders: MemberFolders) {
    this.#folders = folders;
  }

  async configDigest(name: string, mode: number | undefined, options: CallOptions): Promise<string | undefined> {
    checkConfigName(name);
    if (mode !== undefined) checkConfigMode(name, mode);
    const present = await this.#readConfig(name, options);
    if (present === undefined || (mode !== undefined && present.mode !== mode)) return undefined;
    return createHash('md5').update(present.content).digest('hex');
  }

  async writeConfig(file: WantedFile, options: CallOptions): Promise<boolean> {
    checkConfigFile(file);
    const content = Buffer.from(file.content, 'utf8');
    const present = await this.#readConfig(file.name, options);
    if (present?.mode === file.mode && present.content.equals(content)) return false;
    await this.#write(this.#folders.configDir, file.name, file.mode, content, options);
    return true;
  }

  async readStaticIp(options: CallOptions): Promise<AddressFileFinding> {
    try {
      const present = await readIn(this.#folders.configDir, staticIpFileName, maxSmallFileBytes, options);
      return present === undefined ? { kind: 'missing' } : judgeStaticIp(present.content.toString('utf8'));
    } catch (error) {
      if (error instanceof UnusableFileError) return { kind: 'unusable', fault: error.message };
      if (errnoOf(error) === undefined) throw error;
      return { kind: 'unusable', fault: `it cannot be read: ${describeFileError(error)}` };
    }
  }

  async writeStaticIp(ip: string, options: CallOptions): Promise<void> {
    if (!isIpv4(ip)) throw new FirecampError('FC-FIL-002', `"${ip}" is not an IPv4 address for the static IP file.`);
    await this.#write(this.#folders.configDir, staticIpFileName, privateMode, ip, options);
  }

  async removeStaticIp(options: CallOptions): Promise<void> {
    await this.#remove(this.#folders.configDir, staticIpFileName, options);
  }

  async readClaim(options: CallOptions): Promise<ClaimFile | { readonly fault: string } | undefined> {
    try {
      const present = await readIn(this.#folders.runDir, claimName, maxSmallFileBytes, options);
      return present === undefined ? undefined : parseClaim(present.content.toString('utf8'));
    } catch (error) {
      if (error instanceof UnusableFileError) return { fault: error.message };
      if (errnoOf(error) === undefined) throw error;
      return { fault: `it cannot be read: ${describeFileError(error)}` };
    }
  }

  async writeClaim(claim: Omit<ClaimFile, 'waiterId'>, options: CallOptions): Promise<void> {
    const text = formatClaim({ ...claim, waiterId: await this.#waiterId(options) });
    await this.#write(this.#folders.runDir, claimName, privateMode, text, options);
  }

  async removeClaim(options: CallOptions): Promise<void> {
    await this.#remove(this.#folders.runDir, claimName, options);
  }

  async #waiterId(options: CallOptions): Promise<string> {
    try {
      const present = await readIn(this.#folders.runDir, waiterName, maxSmallFileBytes, options);
      return present === undefined ? '' : parseWaiterId(present.content.toString('utf8'));
    } catch (error) {
      if (error instanceof UnusableFileError) return '';
      throw fileError('read', `${this.#folders.runDir}/${waiterName}`, error);
    }
  }

  // Something unusable in the file's place is the same as nothing there: the write replaces it.
  async #readConfig(name: string, options: CallOptions): Promise<ReadFile | undefined> {
    try {
      return await readIn(this.#folders.configDir, name, maxConfigBytes, options);
    } catch (error) {
      if (error instanceof UnusableFileError) return undefined;
      throw fileError('read', `${this.#folders.configDir}/${name}`, error);
    }
  }

  async #write(dir: string, name: string, mode: number, content: string | Buffer, options: CallOptions): Promise<void> {
    await this.#inTurn(async () => {
      await using folder = await SafeDirectory.openOrMake(dir, options.signal);
      await writeAtomically(folder, { name, mode, content }, options.signal);
    });
  }

  async #remove(dir: string, name: string, options: CallOptions): Promise<void> {
    await this.#inTurn(async () => {
      throwIfAborted(options.signal, dir);
      const opened = await SafeDirectory.open(dir).catch((error: unknown) => {
        if (errnoOf(error) === 'ENOENT') return undefined;
        throw fileError('open the folder', dir, error);
      });
      if (opened === undefined) return;
      await using folder = opened;
      await removeFile(folder, name, options.signal);
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#lastWrite.then(work, work);
    this.#lastWrite = turn.catch(() => {});
    return turn;
  }
}

async function readIn(dir: string, name: string, limit: number, options: CallOptions): Promise<ReadFile | undefined> {
  throwIfAborted(options.signal, `${dir}/${name}`);
  const opened = await SafeDirectory.open(dir).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (opened === undefined) return undefined;
  await using folder = opened;
  return await folder.read(name, limit);
}

function judgeStaticIp(text: string): AddressFileFinding {
  if (text === '') return { kind: 'unusable', fault: 'it is empty' };
  if (isIpv4(text)) return { kind: 'address', ip: text };
  // Readers of the file take it whole: with a newline in it they would fail.
  if (isIpv4(text.trim())) return { kind: 'unusable', fault: 'there is white space or a newline around the address' };
  return { kind: 'unusable', fault: 'it is not an IPv4 address' };
}
