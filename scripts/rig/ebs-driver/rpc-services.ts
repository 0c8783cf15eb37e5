import { join } from 'node:path';
import type { ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const files = ['csi.proto', 'registration.proto'].map((name) => join(import.meta.dirname, name));
const loaded = loadSync(files, { defaults: true, enums: String });

/** A gRPC service of csi.proto or registration.proto, by its full name: `csi.v1.Node`. Messages have their fields in camel case. */
export function rpcService(name: string): ServiceDefinition {
  const found = loaded[name];
  // Messages and enums are in there too, and those have a format.
  if (found === undefined || 'format' in found) throw new Error(`${files.join(' and ')} have no service ${name}`);
  return found as ServiceDefinition;
}
