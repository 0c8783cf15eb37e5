import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bundle } from '../build/bundle.ts';
import { type BundleLimits, cliBundleLimits } from '../build/check-bundle.ts';
import type { Built } from '../build/ensure-built.ts';
import { nodePackage } from '../build/node-package.ts';
import type { Architecture } from '../rig/architecture.ts';
import { type DebianPackage, debianPackages } from '../rig/debian-packages.ts';
import { type BundledPackage, bundledPackages } from './bundled-packages.ts';
import { commonLicence, commonLicencesFolder, commonLicencesIn } from './common-licences.ts';
import {
  certificatesFile,
  mountPoints,
  networkPackages,
  networkPrograms,
  ownSystemFiles,
  systemPackages,
} from './contents.ts';
import { LayerFolder } from './layer-folder.ts';
import { librariesOf } from './libraries.ts';
import { licenceTexts } from './licences.ts';
import { bill } from './sbom.ts';

/** The executables that go into the images, all for one architecture. */
export interface Programs extends Built {
  readonly arch: Architecture;
  readonly cli: string;
}

const root = resolve(import.meta.dirname, '..', '..');
const billPath = '/usr/share/firecamp/sbom.cdx.json';

/**
 * Fills an empty folder with what the Dockerfile copies. The same programs and the same Debian packages give the same content.
 * @throws {RigUnavailableError} where Debian's packages cannot be had.
 */
export async function assembleContext(folder: string, programs: Programs): Promise<void> {
  const { arch, initcontainer, stopcontainer, cli } = programs;
  const system = await debianPackages(systemPackages, arch);
  const network = await debianPackages(networkPackages, arch);
  const systemFolder = new LayerFolder(join(folder, 'system'));
  const networkFolder = new LayerFolder(join(folder, 'network'));
  await systemLayer(systemFolder, system, [initcontainer, cli]);
  await networkLayer(networkFolder, network, system);
  await noteDebianLicences(arch, [systemFolder, system], [networkFolder, network]);

  const member = new LayerFolder(join(folder, 'member'));
  const inMember = await npmPackagesOf('scripts/build/entry.ts');
  await member.copy(initcontainer, '/firecamp-initcontainer', 0o755);
  await member.copy(stopcontainer, '/firecamp-stopcontainer', 0o755);
  await member.write(billPath, await bill('member', inMember, [...system, ...network]));
  await noteLicences(member, arch, inMember);

  const commandLine = new LayerFolder(join(folder, 'cli'));
  const inCli = await npmPackagesOf('scripts/build/cli-entry.ts', cliBundleLimits);
  await commandLine.copy(cli, '/firecamp', 0o755);
  await commandLine.write(billPath, await bill('cli', inCli, system));
  await noteLicences(commandLine, arch, inCli);
}

async function npmPackagesOf(entry: string, limits?: BundleLimits): Promise<BundledPackage[]> {
  return bundledPackages(root, (await bundle(root, entry, limits)).parts);
}

/** Ours, that of Node with what is linked into it, and those of the bundled packages, where Debian has those of its own. */
async function noteLicences(layer: LayerFolder, arch: Architecture, npm: readonly BundledPackage[]): Promise<void> {
  const own = await readFile(join(root, 'LICENSE'), 'utf8');
  const node = await readFile(join(await nodePackage(arch), 'LICENSE'), 'utf8');
  await layer.write('/usr/share/doc/firecamp/copyright', own);
  await layer.write('/usr/share/doc/firecamp/npm-packages', await licenceTexts(root, npm));
  await layer.write('/usr/share/doc/node/copyright', node);
}

async function systemLayer(
  layer: LayerFolder,
  packages: readonly DebianPackage[],
  executables: readonly string[],
): Promise<void> {
  for (const path of mountPoints) await layer.folder(path);
  for (const [path, content] of Object.entries(ownSystemFiles)) await layer.write(path, content);
  for (const { path, source } of await librariesOf(executables, packages)) await layer.copy(source, path, 0o755);
  await layer.write(certificatesFile, await certificates(packages));
  await noteForScanners(layer, packages);
}

async function networkLayer(
  layer: LayerFolder,
  packages: readonly DebianPackage[],
  below: readonly DebianPackage[],
): Promise<void> {
  const programs = networkPrograms.map((file) => ({ ...file, at: join(filesOf(file.package, packages), file.source) }));
  for (const { at, target } of programs) await layer.copy(at, target, 0o755);
  for (const { path, source, from } of await librariesOf(
    programs.map(({ at }) => at),
    [...below, ...packages],
  )) {
    if (packages.includes(from)) await layer.copy(source, path, 0o755);
  }
  await noteForScanners(layer, packages);
}

function filesOf(name: string, packages: readonly DebianPackage[]): string {
  const found = packages.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no package ${name} in this layer (scripts/images/contents.ts)`);
  return found.files;
}

/** All of Mozilla's authorities in one file, which the package itself would make when it is installed. */
async function certificates(packages: readonly DebianPackage[]): Promise<string> {
  const folder = join(filesOf('ca-certificates', packages), 'usr', 'share', 'ca-certificates', 'mozilla');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.crt')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.map((text) => `${text.trimEnd()}\n`).join('');
}

/** Scanners read the packages of an image without dpkg out of status.d. */
async function noteForScanners(layer: LayerFolder, packages: readonly DebianPackage[]): Promise<void> {
  for (const { name, control } of packages) await layer.write(`/var/lib/dpkg/status.d/${name}`, control);
}

/** The licences ask for their text. Layers from the lowest up: what a lower one has, those above it do not repeat. */
async function noteDebianLicences(
  arch: Architecture,
  ...layers: readonly (readonly [LayerFolder, readonly DebianPackage[]])[]
): Promise<void> {
  const baseFiles = filesOf('base-files', await debianPackages(['base-files'], arch));
  const below = new Set<string>();
  for (const [layer, packages] of layers) {
    const copyrights: string[] = [];
    for (const { name, files } of packages) {
      const copyright = await copyrightOf(join(files, 'usr', 'share', 'doc', name));
      if (copyright === undefined) continue;
      await layer.write(`/usr/share/doc/${name}/copyright`, copyright);
      copyrights.push(copyright);
    }
    for (const name of commonLicencesIn(copyrights)) {
      if (below.has(name)) continue;
      await layer.write(`${commonLicencesFolder}/${name}`, await commonLicence(baseFiles, name));
      below.add(name);
    }
  }
}

/** The text; nothing for packages whose documents are a link to those of another one, which is among the packages too. */
async function copyrightOf(folder: string): Promise<string | undefined> {
  if ((await lstat(folder)).isSymbolicLink()) return undefined;
  return readFile(join(folder, 'copyright'), 'utf8');
}
