import { FirecampError } from '../../common/domain/errors.ts';
import { fieldName } from './file-fault.ts';
import { judgeBySchema } from './schema-faults.ts';
import { semanticFaults } from './semantic-faults.ts';
import type { ServiceDefinition } from './service-definition.ts';

/**
 * Judges a definition by the rules of a service file: it may have been put together by a program, or by an update.
 * @throws FirecampError FC-CFG-001 with every fault, a line each
 */
export function judgeDefinition(definition: ServiceDefinition): void {
  const value = asFile(definition);
  const { faults } = judgeBySchema(structuredClone(value));
  const known = new Set(faults.map(({ path }) => fieldName(path)));
  const further = semanticFaults(value).filter(({ path }) => !known.has(fieldName(path)));
  const found = [...faults, ...further].map(({ path, message }) => `${fieldName(path)}: ${message}`);
  if (found.length === 0) return;
  const { name } = definition;
  const count = found.length === 1 ? 'a fault' : `${found.length} faults`;
  const message = `The definition of the service ${name} has ${count}; nothing was changed:\n${found.map((line) => `  ${line}`).join('\n')}`;
  throw new FirecampError('FC-CFG-001', message, { fields: { service: name, faults: found } });
}

/** As a service file says it: without what has no value, and modes in octal. */
function asFile({ configFiles, ...fields }: ServiceDefinition): unknown {
  const files = configFiles.map(({ mode, ...file }) => ({ ...file, mode: mode.toString(8).padStart(4, '0') }));
  const text = JSON.stringify({ ...fields, configFiles: files });
  return JSON.parse(text);
}
