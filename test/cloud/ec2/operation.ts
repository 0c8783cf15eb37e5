import type { Ec2State } from './ec2-state.ts';
import type { QueryParams } from './query-params.ts';

/** One operation: changes the state or throws an Ec2Error and changes nothing; returns what stands inside the reply's root element. */
export type Operation = (state: Ec2State, params: QueryParams) => string;

export type Operations = Readonly<Record<string, Operation>>;
