import { FirecampError } from '../common/domain/errors.ts';
import type { OrchestratorPorts } from '../common/ports/orchestrator-ports.ts';

/** Where services live and how their records are kept. */
export interface OrchestratorSettings {
  /** FireCamp's name of the cluster. */
  readonly cluster: string;
  readonly namespace: string;
  readonly dbType: 'clouddb' | 'k8sdb';
  /** Tag of the init and stop container images. */
  readonly release: string;
}

/** How far a step is. */
export interface ProgressEvent {
  /** What is being done, the same words at each event of it: `create volumes`. */
  readonly step: string;
  /** The member it is about; undefined for the service as a whole. */
  readonly member?: string;
  readonly state: 'started' | 'waiting' | 'done' | 'failed';
  /** More for a person: a count, an id, what is being waited for. */
  readonly detail?: string;
}

/** Told about each step as it happens. Never throws, never waits. */
export type Progress = (event: ProgressEvent) => void;

/** `client`: nothing is sent that could write. `server`: the API server checks the objects and keeps nothing; AWS and records as with `client`. */
export type DryRun = 'none' | 'client' | 'server';

/** What an operation did, or with a dry run would do, to one thing. */
export interface Change {
  readonly action: 'create' | 'update' | 'delete' | 'keep';
  /** `StatefulSet`, `volume`, `address`, `DNS record`, `record` … */
  readonly kind: string;
  /** Its name or id; of something not made yet what it is for. */
  readonly name: string;
  /** What is different, or why it is kept. */
  readonly detail?: string;
}

/** What every operation is given. */
export interface Operation {
  readonly settings: OrchestratorSettings;
  readonly ports: OrchestratorPorts;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly dryRun: DryRun;
}

/** Runs a step and tells its beginning and its end. */
export async function step<T>(
  { progress }: Pick<Operation, 'progress'>,
  about: Pick<ProgressEvent, 'step' | 'member'>,
  run: () => Promise<T>,
): Promise<T> {
  progress({ ...about, state: 'started' });
  try {
    const result = await run();
    progress({ ...about, state: 'done' });
    return result;
  } catch (error) {
    progress({ ...about, state: 'failed', ...(error instanceof FirecampError && { detail: error.code }) });
    throw error;
  }
}
