import type { ResourceDefinition } from '../definition/service-definition.ts';
import { cpuQuantity, memoryQuantity } from './quantity.ts';

/** An environment variable with a value, or with one of the pod's own fields. */
export type EnvVar =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly valueFrom: { readonly fieldRef: { apiVersion: string; fieldPath: string } } };

/** Where a volume of the pod appears in a container. */
export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
}

/** A container of a pod, with the fields that the API server would put in. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy: 'Always' | 'IfNotPresent';
  readonly terminationMessagePath: string;
  readonly terminationMessagePolicy: 'File';
  readonly resources: Readonly<Record<string, unknown>>;
  readonly env?: readonly EnvVar[];
  readonly volumeMounts?: readonly VolumeMount[];
  readonly [field: string]: unknown;
}

/** What every container has. A tag that moves (`latest`, or none) is pulled each time, as the API server would have it. */
export function containerBase(name: string, image: string) {
  const tag = /:([^/:@]+)(?:@|$)/.exec(image)?.[1];
  const moves = !image.includes('@') && (tag === undefined || tag === 'latest');
  return {
    name,
    image,
    imagePullPolicy: moves ? ('Always' as const) : ('IfNotPresent' as const),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File' as const,
  };
}

/** A literal variable. */
export function value(name: string, text: string): EnvVar {
  return { name, value: text };
}

/** A variable with a field of the pod (downward API). */
export function podField(name: string, fieldPath: string): EnvVar {
  return { name, valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } };
}

/** Requests and limits; 0 is none. A limit without a reservation is a reservation of as much, as the API server would have it. */
export function resourcesOf(wanted: ResourceDefinition): Record<string, unknown> {
  const limits = amounts(wanted.maxCpuUnits, wanted.maxMemMb);
  const requests = amounts(wanted.reserveCpuUnits || wanted.maxCpuUnits, wanted.reserveMemMb || wanted.maxMemMb);
  return { ...named('limits', limits), ...named('requests', requests) };
}

function amounts(cpuUnits: number, memoryMb: number): Record<string, string> {
  return {
    ...(cpuUnits === 0 ? {} : { cpu: cpuQuantity(cpuUnits) }),
    ...(memoryMb === 0 ? {} : { memory: memoryQuantity(memoryMb) }),
  };
}

function named(name: string, found: Record<string, string>): Record<string, unknown> {
  return Object.keys(found).length === 0 ? {} : { [name]: found };
}
