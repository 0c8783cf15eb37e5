import type { Progress } from '../operation.ts';

/** Tells a wait when it begins and when it is for something else, not at every look. */
export function tellOnce(progress: Progress): Progress {
  let last = '';
  return (event) => {
    const words = `${event.step}: ${event.state} ${event.detail}`;
    if (words !== last) progress(event);
    last = words;
  };
}
