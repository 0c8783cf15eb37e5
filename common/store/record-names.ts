import type { KeyOf, RecordKind } from '../domain/records.ts';

const names: { readonly [K in RecordKind]: (key: KeyOf[K]) => string } = {
  device: ({ deviceName }) => `device ${deviceName}`,
  service: ({ serviceName }) => `service ${serviceName}`,
  serviceAttr: ({ serviceUuid }) => `attributes of service ${serviceUuid}`,
  member: ({ serviceUuid, memberName }) => `member ${memberName} of service ${serviceUuid}`,
  configFile: ({ serviceUuid, fileId }) => `config file ${fileId} of service ${serviceUuid}`,
  staticIp: ({ ip }) => `static IP record ${ip}`,
};

/** What a person calls the record. */
export function nameOf<K extends RecordKind>(kind: K, key: KeyOf[K]): string {
  return names[kind](key);
}
