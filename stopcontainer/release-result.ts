import type { FirecampError } from '../common/domain/errors.ts';

/** What a release came to. */
export type ReleaseResult =
  /** The record says `released`, host and files are tidied. */
  | { readonly kind: 'released'; readonly ip: string }
  /** Off the host; EC2's part is not known to be done. The next claim moves the address anyway. */
  | { readonly kind: 'incomplete'; readonly ip: string; readonly why: string; readonly error?: FirecampError }
  /** Nothing was released: the pod lives on, or the address is not ours; or there is none, as far as is known. */
  | { readonly kind: 'kept'; readonly ip: string | undefined; readonly why: string }
  /** Whether the pod is over could not be told: nothing was touched. */
  | { readonly kind: 'unknown'; readonly why: string; readonly error: FirecampError };
