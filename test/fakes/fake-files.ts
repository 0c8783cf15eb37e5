import type { CallOptions } from '../../common/ports/call-options.ts';
import type { AddressFileFinding, ClaimFile, MemberFiles, WantedFile } from '../../common/ports/member-files.ts';
import type { Script } from './script.ts';

/** The volume of one member and the run directory of its pod. */
export class FakeFiles implements MemberFiles {
  readonly configs = new Map<string, WantedFile>();
  staticIp: AddressFileFinding = { kind: 'missing' };
  claim: ClaimFile | { readonly fault: string } | undefined;
  readonly #script: Script;

  constructor(script: Script) {
    this.#script = script;
  }

  configDigest(name: string, _mode: number | undefined, { signal }: CallOptions) {
    return this.#script.call('files.configDigest', name, signal, () => undefined);
  }

  writeConfig(file: WantedFile, { signal }: CallOptions) {
    return this.#script.call('files.writeConfig', file.name, signal, () => {
      const before = this.configs.get(file.name);
      this.configs.set(file.name, file);
      return before?.content !== file.content || before.mode !== file.mode;
    });
  }

  readStaticIp({ signal }: CallOptions) {
    return this.#script.call('files.readStaticIp', '', signal, () => this.staticIp);
  }

  writeStaticIp(ip: string, { signal }: CallOptions) {
    const write = () => {
      this.staticIp = { kind: 'address', ip };
    };
    return this.#script.call('files.writeStaticIp', ip, signal, write);
  }

  removeStaticIp({ signal }: CallOptions) {
    return this.#script.call('files.removeStaticIp', '', signal, () => {
      this.staticIp = { kind: 'missing' };
    });
  }

  readClaim({ signal }: CallOptions) {
    return this.#script.call('files.readClaim', '', signal, () => this.claim);
  }

  writeClaim(claim: Omit<ClaimFile, 'waiterId'>, { signal }: CallOptions) {
    const write = () => {
      this.claim = { ...claim, waiterId: '' };
    };
    return this.#script.call('files.writeClaim', `epoch ${claim.epoch}`, signal, write);
  }

  removeClaim({ signal }: CallOptions) {
    return this.#script.call('files.removeClaim', '', signal, () => {
      this.claim = undefined;
    });
  }
}
