import { FirecampError } from './errors.ts';

/** The file of the member's address in the config folder: the bare address, no newline, mode 0600 (FireCamp's own name for it). */
export const staticIpFileName = 'firecamp-service-staticip';

/** Largest config file: a record's item holds 400 KB in DynamoDB and 1 MiB in etcd, so this leaves room and still bounds a read. */
export const maxConfigBytes = 4 * 1024 * 1024;

/** NAME_MAX is 255 bytes (limits.h); the temporary name is 31 longer: two dots, the mark and 16 digits. */
const maxNameBytes = 255 - 31;

/** Throws FC-FIL-002 unless the name, which comes from a record, is a plain file name of the config folder. */
export function checkConfigName(name: string): void {
  const fault = faultOfName(name);
  if (fault === undefined) return;
  throw new FirecampError('FC-FIL-002', `The config file name ${JSON.stringify(name)} is refused: ${fault}.`, {
    fields: { file: name },
  });
}

/** Throws FC-FIL-002 unless the mode is a whole number from 0 to 0777: no set-user-ID, set-group-ID or sticky bit from a record. */
export function checkConfigMode(name: string, mode: number): void {
  if (Number.isInteger(mode) && mode >= 0 && mode <= 0o777) return;
  throw new FirecampError(
    'FC-FIL-002',
    `The mode ${mode} of the config file "${name}" is not one of 0 to 0777 (511).`,
    {
      fields: { file: name, mode },
    },
  );
}

/** A config file that a record asks for. */
interface ConfigFile {
  readonly name: string;
  readonly mode: number;
  readonly content: string;
}

/** Throws FC-FIL-002 unless the file may be written as the record has it. */
export function checkConfigFile(file: ConfigFile): void {
  checkConfigName(file.name);
  checkConfigMode(file.name, file.mode);
  if (Buffer.byteLength(file.content) <= maxConfigBytes) return;
  throw new FirecampError('FC-FIL-002', `The config file "${file.name}" is larger than ${maxConfigBytes} bytes.`);
}

function faultOfName(name: string): string | undefined {
  if (name === '' || name === '.' || name === '..') return 'it names no file';
  if (name.includes('/')) return 'it has a slash';
  if (name.includes('\0')) return 'it has a NUL';
  if (name === staticIpFileName) return 'it is the name of the static IP file';
  if (/^\..+\.firecamp-tmp-/.test(name)) return 'it is the name of a temporary file';
  if (Buffer.byteLength(name) > maxNameBytes) return `it is longer than ${maxNameBytes} bytes`;
  return undefined;
}
