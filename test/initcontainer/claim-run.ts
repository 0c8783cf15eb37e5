import { InterruptedError } from '../../common/domain/errors.ts';
import { type ClaimResult, claimMember } from '../../initcontainer/claim-member.ts';
import { type ClaimConfig, readClaimConfig } from '../../initcontainer/config.ts';
import { memberEnv, type World, type WorldNode } from '../fakes/world.ts';

/** The configuration of a claim by the pod of that number. */
function claimConfig(pod: number, env: Readonly<Record<string, string>> = {}): ClaimConfig {
  return readClaimConfig([], memberEnv(pod, env)).values;
}

export interface Run {
  readonly done: Promise<ClaimResult>;
  /** SIGTERM. */
  interrupt(): void;
}

/** The init container of the pod of that number, run on a node. */
export function startClaim(
  world: World,
  node: WorldNode = world.a,
  pod = 1,
  env: Readonly<Record<string, string>> = {},
): Run {
  const interrupt = new AbortController();
  const deadline = new AbortController();
  const config = claimConfig(pod, env);
  world.clock.after(config.claimTimeoutSeconds * 1000, () =>
    deadline.abort(new DOMException('timed out', 'TimeoutError')),
  );
  const signals = { interrupt: interrupt.signal, deadline: deadline.signal };
  return {
    done: claimMember(node.ports, config, signals),
    interrupt: () => interrupt.abort(new InterruptedError('claiming', 'SIGTERM')),
  };
}
