import { type FileFault, ServiceFileError } from '../../../orchestrator/definition/file-fault.ts';
import { type ReadOptions, readServiceFile } from '../../../orchestrator/definition/read-service-file.ts';

/** The fields that every service file needs, one a line, in this order. */
export const least = {
  cluster: 'demo',
  name: 'redis',
  replicas: '3',
  zones: '[us-east-1a, us-east-1b]',
  image: 'redis:8',
} as const;

/** A service file of the least, with these lines in place of the fields they name, and `more` after them. */
export function fileWith(changed: Readonly<Partial<Record<keyof typeof least, string>>>, more = ''): string {
  const lines = Object.entries({ ...least, ...changed }).map(([field, value]) => `${field}: ${value}\n`);
  return lines.join('') + more;
}

/** What `readServiceFile` makes of it. */
export function read(text: string, flags: ReadOptions['flags'] = {}) {
  return readServiceFile(text, { file: 'svc.yaml', release: '1.2.3', flags });
}

/** Every fault of a file; none when it can be read. */
export function faultsOf(text: string, flags: ReadOptions['flags'] = {}): readonly FileFault[] {
  try {
    read(text, flags);
    return [];
  } catch (error) {
    if (error instanceof ServiceFileError) return error.faults;
    throw error;
  }
}

/** As `faultsOf`, in words: `4:11 replicas: …`. */
export function faultLines(text: string, flags: ReadOptions['flags'] = {}): string[] {
  return faultsOf(text, flags).map(({ line, column, field, message }) => `${line}:${column} ${field}: ${message}`);
}
