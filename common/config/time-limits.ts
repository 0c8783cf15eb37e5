import { wholeNumber, withDefault } from '../runtime/setting-types.ts';

/** How long a claim may take; the init container's. */
export const claimTimeout = withDefault(
  wholeNumber(
    {
      env: 'FIRECAMP_CLAIM_TIMEOUT',
      flag: 'timeout',
      help: 'Seconds after which the claim ends with exit code 4; kubelet then runs it again.',
    },
    5,
    3600,
  ),
  180,
);

/** How long a release may take; the stop container's. */
export const releaseTimeout = withDefault(
  wholeNumber(
    {
      env: 'FIRECAMP_RELEASE_TIMEOUT',
      flag: 'timeout',
      help: 'Seconds the release may take at most; less when the pod’s grace period ends earlier.',
    },
    1,
    3600,
  ),
  20,
);
