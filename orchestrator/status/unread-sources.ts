import type { Layer } from './layer.ts';
import { notAsked, type Observations } from './observations.ts';

/** A source that could not be read. */
interface UnreadSource {
  readonly source: string;
  /** Which of the layers that are compared it tells of. */
  readonly layer: Layer;
  readonly why: string;
}

/** The sources that could not be read. What was not asked because of another’s silence is left out: that one stands for it. */
export function unreadSources(seen: Observations): UnreadSource[] {
  const sources = [
    { source: 'Records', layer: 'record', observed: seen.records },
    { source: 'Address records', layer: 'record', observed: seen.addresses },
    { source: 'StatefulSet or Deployment', layer: 'kubernetes', observed: seen.workload },
    { source: 'Pods', layer: 'kubernetes', observed: seen.pods },
    { source: 'EC2 (who holds the addresses)', layer: 'ec2', observed: seen.holders },
    { source: 'Route 53', layer: 'dns', observed: seen.names },
  ] as const;
  return sources.flatMap(({ source, layer, observed }) => {
    if (!('unknown' in observed) || observed.unknown === notAsked) return [];
    return [{ source, layer, why: observed.unknown }];
  });
}
