import { checkConfigName } from '../../common/domain/config-file-rules.ts';
import { FirecampError } from '../../common/domain/errors.ts';
import { listAt, textAt } from './field-reader.ts';
import type { FieldFault } from './file-fault.ts';
import { templateFaults } from './template-faults.ts';

/**
 * Bytes of a config file as its record keeps it. DynamoDB takes items of 400 KB, names included (DynamoDB developer guide, "Service,
 * account, and table quotas"); the rest of the record needs far less than 4 KB. ConfigMaps would take more; one bound serves both.
 */
const maxRecordBytes = (400 - 4) * 1024;

/** Names that are no plain file names, contents too large for a record, and what is wrong with `{{…}}` in them. */
export function configFileFaults(value: unknown): FieldFault[] {
  return listAt(value, 'configFiles').flatMap((_file, index) => {
    const name = textAt(value, 'configFiles', index, 'name');
    const content = textAt(value, 'configFiles', index, 'content');
    return [...nameFault(name, index), ...contentFault(content, index), ...templateFaults(value, content, index)];
  });
}

function nameFault(name: string | undefined, index: number): FieldFault[] {
  if (name === undefined) return [];
  try {
    // The init container refuses the same names; better here than on the node.
    checkConfigName(name);
    return [];
  } catch (error) {
    if (!(error instanceof FirecampError)) throw error;
    return [{ path: ['configFiles', index, 'name'], atKey: false, message: error.message }];
  }
}

function contentFault(content: string | undefined, index: number): FieldFault[] {
  const bytes = content === undefined ? 0 : Buffer.byteLength(JSON.stringify(content));
  if (bytes <= maxRecordBytes) return [];
  const message = `has ${bytes} bytes as a record keeps it: at most ${maxRecordBytes} fit in one`;
  return [{ path: ['configFiles', index, 'content'], atKey: false, message }];
}
