import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { textAt } from '../definition/field-reader.ts';

/** Names whose values are nobody else's business; wider than for logs, as the names are a service's own. */
const secretName = /secret|token|pass|pwd|credential|auth|private|key|session|cookie|salt/i;
const hidden = '[redacted]';

/** Carries the object once more, as text. */
const appliedBefore = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object without what may hold a secret, and without what only the API server needs. */
export function redactObject(live: LiveObject): unknown {
  return walk(live, '');
}

/** A definition or another value of ours, by the same rules. */
export function redactValue(value: unknown): unknown {
  return walk(value, '');
}

function walk(value: unknown, name: string): unknown {
  if (Array.isArray(value)) {
    if (name === 'args' || name === 'command') return redactArguments(value);
    if (name === 'configFiles') return value.map(redactFile);
    return value.map((item) => (name === 'env' ? redactVariable(item) : walk(item, name)));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'managedFields' && key !== appliedBefore)
      .map(([key, item]) => [key, name === 'env' ? redactNamed(key, item) : walk(item, key)]),
  );
}

/** A definition from the records has its files by reference. */
function redactFile(file: unknown): unknown {
  return textAt(file, 'content') === undefined || typeof file !== 'object' ? file : { ...file, content: hidden };
}

/** A variable of a container: its name says whether its value is one. */
function redactVariable(variable: unknown): unknown {
  const name = textAt(variable, 'name') ?? '';
  return textAt(variable, 'value') === undefined
    ? walk(variable, '')
    : { name, value: redactNamed(name, textAt(variable, 'value')) };
}

function redactNamed(name: string, value: unknown): unknown {
  return secretName.test(name) && value !== '' ? hidden : value;
}

/** `--requirepass x`, `--token=x`. A script given to a shell is one long argument, and is left out whole when it speaks of a secret. */
function redactArguments(values: readonly unknown[]): unknown[] {
  return values.map((value, index) => {
    if (typeof value !== 'string') return value;
    const before = values[index - 1];
    if (typeof before === 'string' && /^-/.test(before) && !before.includes('=') && secretName.test(before))
      return hidden;
    const [, flag] = /^(-[^=\s]+)=/.exec(value) ?? [];
    if (flag !== undefined) return secretName.test(flag) ? `${flag}=${hidden}` : value;
    return /\s/.test(value) && secretName.test(value) ? hidden : value;
  });
}
