import { createHash } from 'node:crypto';
import manifest from '../../package.json' with { type: 'json' };
import { shippedNode } from '../build/node-package.ts';
import { runTool } from '../build/run-tool.ts';
import { ownArchitecture } from '../rig/architecture.ts';
import type { DebianPackage } from '../rig/debian-packages.ts';
import type { BundledPackage } from './bundled-packages.ts';

interface Component {
  readonly type: 'application' | 'library' | 'platform';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
  readonly licenses?: readonly { readonly expression: string }[];
  readonly components?: readonly Component[];
}

/**
 * A bill of materials, CycloneDX 1.6 (ECMA-424) as JSON, without time and place, so that the same content has the same bill.
 *
 * What is really in an image: the npm packages that left code in the bundle, Node and what is compiled into it, Debian's packages.
 * @param name of the image, or of the images that have all layers in common.
 */
export async function bill(
  name: 'member' | 'cli',
  npm: readonly BundledPackage[],
  debian: readonly DebianPackage[],
): Promise<string> {
  const components = [await nodeComponent(), ...npm.map(npmComponent), ...debian.map(debianComponent)];
  return `${JSON.stringify(document(name, components), undefined, 2)}\n`;
}

function document(name: string, components: readonly Component[]) {
  const described: Component = {
    type: 'application',
    'bom-ref': `firecamp-${name}`,
    name: name === 'cli' ? 'firecamp' : 'firecamp-initcontainer, firecamp-stopcontainer',
    version: manifest.version,
    licenses: [{ expression: manifest.license }],
  };
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify([described, components]))}`,
    version: 1,
    metadata: { component: described },
    components,
    dependencies: [{ ref: described['bom-ref'], dependsOn: components.map((one) => one['bom-ref']) }],
  };
}

/** RFC 9562, version 8: made of a digest of the content. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function npmComponent({ name, version, license }: BundledPackage): Component {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    ...(license === undefined ? {} : { licenses: [{ expression: license }] }),
  };
}

function debianComponent({ name, version, architecture }: DebianPackage): Component {
  const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}`;
  return { type: 'library', 'bom-ref': purl, name, version, purl };
}

/** What Node was linked with, in its own words: those of the Node that runs here, which is of the same version as the shipped one. */
async function nodeComponent(): Promise<Component> {
  const versions: Record<string, string> = JSON.parse(
    await runTool(await shippedNode(ownArchitecture()), ['-p', 'JSON.stringify(process.versions)']),
  );
  const { node = '', modules: _abi, napi: _api, cldr: _c, tz: _t, unicode: _u, ...linked } = versions;
  const inside = Object.entries(linked).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    type: 'platform',
    'bom-ref': `pkg:generic/node@${node}`,
    name: 'node',
    version: node,
    purl: `pkg:generic/node@${node}`,
    licenses: [{ expression: 'MIT' }],
    components: inside.map(([name, version]) => ({
      type: 'library',
      'bom-ref': `node/${name}`,
      name,
      version,
    })),
  };
}
