import type { ServiceDefinition } from '../definition/service-definition.ts';

/** A config file of a stored definition: its template is a ConfigFile record of its own. */
interface StoredConfigFile {
  readonly name: string;
  readonly mode: number;
  /** Id of the ConfigFile record that holds the template. */
  readonly templateId: string;
  /** Hex MD5 of the template. */
  readonly templateMd5: string;
}

/**
 * A service's definition as its ServiceAttr record keeps it: everything but what the record's key and FireCamp's own fields say once more,
 * and with config files by reference, since an item of DynamoDB has an end. Versioned, so that a later form can be told from this one.
 */
export interface StoredDefinition extends Omit<ServiceDefinition, 'configFiles'> {
  readonly version: 1;
  readonly configFiles: readonly StoredConfigFile[];
}
