import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A folder whose content becomes a layer. Modes are set and never left to the umask, since they are part of the layer's digest. */
export class LayerFolder {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  async folder(path: string): Promise<void> {
    const parts = path.split('/').filter((part) => part !== '');
    for (let i = 0; i <= parts.length; i++) {
      const at = join(this.root, ...parts.slice(0, i));
      await mkdir(at, { recursive: true });
      await chmod(at, 0o755);
    }
  }

  async copy(source: string, path: string, mode: number): Promise<void> {
    await this.folder(dirname(path));
    await copyFile(source, join(this.root, path));
    await chmod(join(this.root, path), mode);
  }

  async write(path: string, content: string): Promise<void> {
    await this.folder(dirname(path));
    await writeFile(join(this.root, path), content);
    await chmod(join(this.root, path), 0o644);
  }
}
