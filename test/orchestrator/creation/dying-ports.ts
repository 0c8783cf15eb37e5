import type { OrchestratorPorts } from '../../../common/ports/orchestrator-ports.ts';

const writes = new Set([
  ...['writeAll', 'create', 'update', 'delete', 'replace', 'apply', 'change', 'tag', 'unassign'],
  ...['attach', 'detach', 'deleteOnTermination'],
]);

/**
 * Ports whose process dies right after its first write, or the one of that number: the write is done, and nobody hears of it. `died` says
 * what the write was, once it was.
 */
export function dyingAfterWrite(
  ports: OrchestratorPorts,
  number = 1,
): { readonly ports: OrchestratorPorts; died(): string | undefined } {
  let dead: string | undefined;
  let written = 0;
  const die = () => {
    throw new Error('died');
  };
  const wrap = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: readonly unknown[]) => {
          if (dead !== undefined) return die();
          const result: unknown = Reflect.apply(member, target, args);
          if (!writes.has(String(name)) || isNothing(String(name), args)) return result;
          return Promise.resolve(result).then((outcome) => {
            if (!wrote(String(name), outcome)) return outcome;
            written += 1;
            if (written < number) return outcome;
            dead ??= `${String(name)} ${aboutWhat(args[0])}`;
            return die();
          });
        };
      },
    });
  const { store, kube, volumes, zones, heldAddresses, nodeInterfaces } = ports;
  const aws = { volumes: wrap(volumes), zones: wrap(zones), heldAddresses: wrap(heldAddresses) };
  const wrapped = { store: wrap(store), kube: wrap(kube), ...aws, nodeInterfaces: wrap(nodeInterfaces) };
  return { ports: { ...ports, ...wrapped }, died: () => dead };
}

/** A batch in which every record was met as it stands has written nothing. */
function wrote(name: string, outcome: unknown): boolean {
  if (name !== 'writeAll' || !Array.isArray(outcome)) return true;
  return outcome.some((one: unknown) => typeof one === 'object' && one !== null && 'done' in one);
}

/** An empty batch and a dry run write nothing. */
function isNothing(name: string, args: readonly unknown[]): boolean {
  if (name === 'writeAll') return Array.isArray(args[0]) && args[0].length === 0;
  const options = args.at(-1);
  return typeof options === 'object' && options !== null && Reflect.get(options, 'dryRun') === true;
}

/** Of the first thing that is written. */
function aboutWhat(subject: unknown): string {
  const first: unknown = Array.isArray(subject) ? subject[0] : subject;
  if (typeof first !== 'object' || first === null) return String(first);
  const { op = '', kind, name = '' } = { kind: '', ...first } as { op?: unknown; kind: unknown; name?: unknown };
  return `${op} ${typeof kind === 'string' ? kind : JSON.stringify(kind)} ${name}`.trim();
}
