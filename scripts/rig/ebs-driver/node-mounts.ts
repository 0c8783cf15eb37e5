/**
 * Mounts of one node, made by running commands in its mount namespace. Each may be repeated, as kubelet does after a failure or a
 * restart.
 */
export class NodeMounts {
  readonly #inNode: (argv: readonly string[]) => Promise<string>;

  /** @param inNode - runs a command on the node to its end; rejects with its words when it fails. */
  constructor(inNode: (argv: readonly string[]) => Promise<string>) {
    this.#inNode = inNode;
  }

  /** Shows the folder `source` at `target`, which is made where it is missing. */
  async bind(source: string, target: string, options: { readonly readOnly: boolean }): Promise<void> {
    const how = options.readOnly ? 'bind,ro' : 'bind';
    const script = 'mkdir -p -m 0750 "$2" && { mountpoint -q "$2" || mount -o "$3" "$1" "$2"; }';
    await this.#inNode(['sh', '-c', script, 'bind', source, target, how]);
  }

  /** Takes what is mounted there away; the folder stays. Fails while a process has something open in it. */
  async unmount(target: string): Promise<void> {
    await this.#inNode(['sh', '-c', 'if mountpoint -q "$1"; then umount "$1"; fi', 'unmount', target]);
  }

  /** Takes what is mounted there away, and the empty folder under it. */
  async unmountAndRemove(target: string): Promise<void> {
    await this.unmount(target);
    await this.#inNode(['sh', '-c', 'if [ -d "$1" ]; then rmdir "$1"; fi', 'remove', target]);
  }
}
