import { type ChildProcess, type Serializable, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** Whether this machine lets us make network namespaces, and if not, the system's own words. */
export type NamespaceUse = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** Set in the process that runs inside, so that the re-executed script knows it has arrived. */
const marker = 'FIRECAMP_RIG_NAMESPACE';

/** tmpfs over /run: `ip netns add` binds its names in /run/netns, which an ordinary user cannot make on the machine itself. */
const setUp = 'mount -t tmpfs tmpfs /run && mkdir -p /run/netns && ip link set dev lo up';

/** Root makes the namespaces directly; anybody else inside a user namespace of its own, in which it is root. */
function unshareArguments(): string[] {
  const asRoot = process.getuid?.() === 0;
  return [...(asRoot ? [] : ['--user', '--map-root-user']), '--net', '--mount'];
}

/** Tries what `enterNamespace` needs, in a namespace that is gone afterwards. */
export function canUseNamespaces(): NamespaceUse {
  const probe = `${setUp} && ip netns add probe && ip link add probe0 type veth peer name probe1 netns probe`;
  const run = spawnSync('unshare', [...unshareArguments(), 'sh', '-c', probe], { encoding: 'utf8', timeout: 20_000 });
  if (run.status === 0) return { ok: true };
  const words = run.error?.message ?? run.stderr.trim();
  return { ok: false, why: `cannot make network namespaces: ${words === '' ? `exit status ${run.status}` : words}` };
}

/** Whether this process is the one that `enterNamespace` started. */
function isInsideNamespace(): boolean {
  return process.env[marker] !== undefined;
}

/**
 * Runs the current script again in a fresh network and mount namespace (and user namespace, unless run by root) and ends this
 * process with its exit status; returns in the new process only. Where namespaces cannot be had it returns the reason.
 * Call it before anything prints or listens; for a tap test that means before tap is imported.
 * Everything that the new process starts with `Fabric.exec` dies with it, and it with this process, however that ends.
 */
export async function enterNamespace(argv: readonly string[] = process.argv.slice(1)): Promise<NamespaceUse> {
  if (isInsideNamespace()) return { ok: true };
  const use = canUseNamespaces();
  if (!use.ok) return use;
  const mortal = ['setpriv', '--pdeathsig', 'KILL', '--'];
  const command = [
    // Twice: entering a user namespace changes credentials, and with that the kernel forgets the first one (prctl(2)). Without
    // a process in between, which `unshare --fork` would be: it ignores the signals that are passed on to it.
    ...[...mortal, 'unshare', ...unshareArguments()],
    ...['sh', '-c', `${setUp} && exec ${mortal.join(' ')} "$0" "$@"`, process.execPath, ...process.execArgv, ...argv],
  ];
  const child = spawn(command[0] ?? '', command.slice(1), {
    // A parent that talks with us over Node's channel (tap does: deadlines) shall talk with the new process.
    stdio: process.send === undefined ? 'inherit' : ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [marker]: '1' },
  });
  passMessages(child);
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, forward);
  const [code, signal]: unknown[] = await once(child, 'exit');
  process.exit(typeof code === 'number' ? code : signal === 'SIGINT' ? 130 : 1);
}

function passMessages(child: ChildProcess): void {
  if (process.send === undefined) return;
  child.on('message', (message) => process.send?.(message));
  process.on('message', (message) => {
    // Gone already when it has ended or hung up.
    if (child.connected && isSendable(message)) child.send(message);
  });
}

function isSendable(message: unknown): message is Serializable {
  return message !== undefined && message !== null && typeof message !== 'function' && typeof message !== 'symbol';
}
