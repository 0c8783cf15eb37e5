import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { allowedText, shownValue } from './allowed-text.ts';
import type { FieldFault, FieldPath } from './file-fault.ts';
import { nearestName } from './nearest-name.ts';
import schema from './service-file.schema.json' with { type: 'json' };
import type { ServiceFile } from './service-file.ts';

const ajv = new Ajv2020({ allErrors: true, verbose: true, useDefaults: true });
ajv.addKeyword('x-allowed');
const validate = ajv.compile<ServiceFile>(schema);

/** Fills the schema's defaults into the value, in place, and says whether it is a service file; its faults when it is not. */
export function judgeBySchema(value: unknown): { readonly file?: ServiceFile; readonly faults: readonly FieldFault[] } {
  if (validate(value)) return { file: value, faults: [] };
  const faults = new Map<string, FieldFault>();
  for (const error of validate.errors ?? []) {
    const fault = faultOf(error);
    // A value can break several rules of one field; what is allowed says all of them at once.
    if (fault !== undefined && !faults.has(JSON.stringify(fault.path))) faults.set(JSON.stringify(fault.path), fault);
  }
  return { faults: [...faults.values()] };
}

function faultOf(error: ErrorObject): FieldFault | undefined {
  const path = pathOf(error.instancePath);
  const parent: Readonly<Record<string, unknown>> = error.parentSchema ?? {};
  const params: Readonly<Record<string, unknown>> = error.params;
  if (error.keyword === 'required') return missing(path, String(params['missingProperty']), parent);
  if (error.keyword === 'additionalProperties') return unknownField(path, String(params['additionalProperty']), parent);
  // The rule that the name broke comes as an error of its own.
  if (error.keyword === 'propertyNames') return undefined;
  if (error.propertyName !== undefined) {
    const message = `the name ${shownValue(error.propertyName)} is not allowed: ${allowedText(parent)}`;
    return { path: [...path, error.propertyName], atKey: true, message };
  }
  // Values of variables may be secrets.
  const shown =
    (path[0] === 'env' || path[0] === 'settings') && path.length > 1 ? 'this value' : shownValue(error.data);
  return { path, atKey: false, message: `${shown} is not allowed: ${allowedText(parent)}${hint(error)}` };
}

/** What people write without quotes and YAML takes for something else. */
function hint({ data, parentSchema }: ErrorObject): string {
  const isScalar = typeof data === 'number' || typeof data === 'boolean';
  return parentSchema?.['type'] === 'string' && isScalar ? '; put quotes around it' : '';
}

function missing(path: FieldPath, name: string, parent: Readonly<Record<string, unknown>>): FieldFault {
  const property = propertiesOf(parent)[name];
  return { path: [...path, name], atKey: true, message: `is missing: needed is ${allowedText(property ?? {})}` };
}

function unknownField(path: FieldPath, name: string, parent: Readonly<Record<string, unknown>>): FieldFault {
  const known = Object.keys(propertiesOf(parent));
  const meant = nearestName(name, known);
  const advice = meant === undefined ? `there are ${known.join(', ')}` : `did you mean ${meant}?`;
  return { path: [...path, name], atKey: true, message: `is not a field of a service file: ${advice}` };
}

function propertiesOf(
  parent: Readonly<Record<string, unknown>>,
): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const properties: unknown = parent['properties'];
  if (!isMapping(properties)) return {};
  return Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, isMapping(one) ? one : {}]));
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON Pointer (RFC 6901), its list indexes as numbers. */
function pathOf(pointer: string): FieldPath {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
