import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { numberAt, textAt } from '../definition/field-reader.ts';

/** Annotation of a stopped StatefulSet or Deployment: its replicas from before. No manifest has it, so no apply touches it. */
const stoppedFromAnnotation = 'firecamp.io/stopped-from';

/**
 * The replicas that a stopped service had; undefined when it is not stopped. The annotation counts only while there are none: whoever has
 * given it replicas since, by whatever means, has started it.
 */
export function stoppedFrom(live: LiveObject): number | undefined {
  if (numberAt(live, 'spec', 'replicas') !== 0) return undefined;
  const text = textAt(live, 'metadata', 'annotations', stoppedFromAnnotation);
  return text !== undefined && /^[1-9]\d{0,4}$/.test(text) ? Number(text) : undefined;
}

/** The object with this many replicas; stopped, it remembers those that it had. */
export function withReplicas(live: LiveObject, replicas: number): LiveObject {
  const { annotations, ...metadata } = live.metadata;
  const { [stoppedFromAnnotation]: _earlier, ...others }: Readonly<Record<string, unknown>> = {
    ...asObject(annotations),
  };
  const before = numberAt(live, 'spec', 'replicas') ?? 1;
  const remembered = replicas === 0 && before > 0 ? { [stoppedFromAnnotation]: String(before) } : {};
  const spec = { ...asObject(live['spec']), replicas };
  return { ...live, metadata: { ...metadata, annotations: { ...others, ...remembered } }, spec };
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
