import { type Requirement, requirements } from '../rig/requirements.ts';
import { RigUnavailableError } from '../rig/unavailable.ts';

/**
 * Makes the real parts ready before any test waits for one; the first time that takes minutes. One that cannot be had here is said, and the
 * tests that need it leave themselves out by name, or fail with CI=true.
 */
export async function prepareParts(): Promise<void> {
  for (const name of Object.keys(requirements) as Requirement[]) {
    try {
      await requirements[name]();
    } catch (error) {
      if (!(error instanceof RigUnavailableError)) throw error;
      console.error(`${name} cannot be had here: ${error.message}`);
    }
  }
}
