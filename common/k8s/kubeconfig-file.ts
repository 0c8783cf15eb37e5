import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { FirecampError } from '../domain/errors.ts';
import { isText, recordOf } from './live-object.ts';

/** A part of a kubeconfig, and the file it stands in: its relative paths start there. */
export interface KubeconfigEntry {
  readonly file: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Several files read as one: of two entries with one name the first counts, as it does for kubectl. */
export interface Kubeconfig {
  readonly files: readonly string[];
  readonly currentContext: string | undefined;
  readonly clusters: ReadonlyMap<string, KubeconfigEntry>;
  readonly contexts: ReadonlyMap<string, KubeconfigEntry>;
  readonly users: ReadonlyMap<string, KubeconfigEntry>;
}

/** A fault of a kubeconfig, in words that name the file. */
export function kubeconfigFault(message: string, cause?: unknown): FirecampError {
  return new FirecampError('FC-K8S-003', message, { cause });
}

/** @throws {FirecampError} FC-K8S-003 when one of the files is missing or is no kubeconfig. */
export async function readKubeconfig(files: readonly string[]): Promise<Kubeconfig> {
  const clusters = new Map<string, KubeconfigEntry>();
  const contexts = new Map<string, KubeconfigEntry>();
  const users = new Map<string, KubeconfigEntry>();
  let currentContext: string | undefined;
  for (const file of files) {
    const config = await readOne(file);
    collect(config['clusters'], 'cluster', file, clusters);
    collect(config['contexts'], 'context', file, contexts);
    collect(config['users'], 'user', file, users);
    const current = config['current-context'];
    if (currentContext === undefined && isText(current)) currentContext = current;
  }
  return { files, currentContext, clusters, contexts, users };
}

/** The text of `<field>-data` (base64), or of the file that `<field>` names. */
export async function textOrFile(entry: KubeconfigEntry, field: string): Promise<string | undefined> {
  const data = entry.value[`${field}-data`];
  if (isText(data)) return Buffer.from(data, 'base64').toString('utf8');
  const path = pathIn(entry, field);
  if (path === undefined) return undefined;
  return await readFile(path, 'utf8').catch((cause: unknown) => {
    throw kubeconfigFault(`The ${field} ${path} that the kubeconfig ${entry.file} names cannot be read.`, cause);
  });
}

/** The path in a field, from the folder of its kubeconfig. */
export function pathIn(entry: KubeconfigEntry, field: string): string | undefined {
  const path = entry.value[field];
  return isText(path) ? resolve(dirname(entry.file), path) : undefined;
}

async function readOne(file: string): Promise<Readonly<Record<string, unknown>>> {
  let config: unknown;
  try {
    config = parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const fault = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT' ? 'does not exist' : undefined;
    // Not the words of the YAML parser: they show lines of the file, and those may be credentials.
    throw kubeconfigFault(`The kubeconfig ${file} ${fault ?? 'cannot be read as YAML'}.`);
  }
  if (recordOf(config)['kind'] === 'Config') return recordOf(config);
  throw kubeconfigFault(`The file ${file} is no kubeconfig: its kind is not Config.`);
}

function collect(list: unknown, part: string, file: string, into: Map<string, KubeconfigEntry>): void {
  for (const item of Array.isArray(list) ? list : []) {
    const { name, [part]: value } = recordOf(item);
    if (isText(name) && !into.has(name)) into.set(name, { file, value: recordOf(value) });
  }
}
