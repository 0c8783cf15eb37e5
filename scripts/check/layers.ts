/** What the files of one layer may import. */
export interface Layer {
  readonly name: string;
  /** Paths from the repository's root that belong to it. */
  readonly files: RegExp;
  /** Names of the layers it may import from, itself included where that is allowed. */
  readonly uses: readonly string[];
  /** Whether Node's built-in modules may be imported. */
  readonly node?: boolean;
  /** Packages that may be imported; none when absent. */
  readonly packages?: RegExp;
}

const adapters = ['aws', 'k8s', 'store', 'host'];
const decisions = ['domain', 'ports', 'runtime', 'config'];
const useCases = [...decisions, 'address'];
const everyPackage = /./;

/**
 * The layers, the first that matches a file being its own. Data flows one way: environment, config, use case, ports, adapters; only wiring and
 * the programs' `main.ts` know adapters, and the programs never know each other.
 */
export const layers: readonly Layer[] = [
  { name: 'manifest', files: /^package\.json$/, uses: [] },
  { name: 'domain', files: /^common\/domain\//, uses: ['domain'] },
  { name: 'ports', files: /^common\/ports\//, uses: ['domain', 'ports'] },
  { name: 'runtime', files: /^common\/runtime\//, uses: ['domain', 'ports', 'runtime', 'manifest'], node: true },
  { name: 'config', files: /^common\/config\//, uses: ['domain', 'runtime', 'config'] },
  { name: 'address', files: /^common\/address\//, uses: useCases },
  adapter('aws', [], /^(@aws-sdk|@smithy)\/|^fast-xml-parser$/),
  adapter('k8s', [], /^yaml$/),
  adapter('store', ['aws', 'k8s'], /^@aws-sdk\/client-dynamodb$/),
  adapter('host', [], undefined),
  { name: 'wiring', files: /^common\/wiring\//, uses: [...decisions, ...adapters, 'wiring'], node: true },
  { name: 'service definition', files: /^orchestrator\/definition\/service-definition\.ts$/, uses: [] },
  {
    name: 'definition',
    files: /^orchestrator\/definition\//,
    uses: ['domain', 'config', 'service definition', 'definition'],
    packages: /^(ajv\/dist\/2020\.js|yaml)$/,
  },
  { name: 'manifests', files: /^orchestrator\/manifests\//, uses: ['service definition', 'manifests'] },
  ...program('initcontainer'),
  ...program('stopcontainer'),
  {
    name: 'commands',
    files: /^orchestrator\/commands\//,
    uses: ['domain', 'ports', 'runtime', 'definition', 'service definition', 'manifests', 'orchestrator', 'commands'],
    node: true,
    packages: /^(commander|yaml|cli-table3|fflate|diff)$/,
  },
  {
    name: 'orchestrator main',
    files: /^orchestrator\/main\.ts$/,
    uses: [...useCases, ...adapters, 'wiring', 'orchestrator', 'commands'],
    node: true,
    packages: /^commander$/,
  },
  {
    name: 'orchestrator',
    files: /^orchestrator\//,
    uses: [...useCases, 'service definition', 'definition', 'manifests', 'orchestrator'],
  },
  { name: 'scripts', files: /^scripts\//, uses: ['anything'], node: true, packages: everyPackage },
  { name: 'test', files: /^test\//, uses: ['anything'], node: true, packages: everyPackage },
];

function adapter(name: string, others: readonly string[], packages: RegExp | undefined): Layer {
  const uses = ['domain', 'ports', 'runtime', name, ...others];
  return { name, files: new RegExp(`^common/${name}/`), uses, node: true, ...(packages ? { packages } : {}) };
}

/** A program's `main.ts` wires and ends; everything else in its folder is a use case, which may know the program's pure parts. */
function program(name: string, parts: readonly string[] = [], packages?: RegExp): Layer[] {
  const main = `${name} main`;
  return [
    {
      name: main,
      files: new RegExp(`^${name}/main\\.ts$`),
      uses: [...useCases, ...adapters, 'wiring', name, ...parts],
      node: true,
      ...(packages ? { packages } : {}),
    },
    { name, files: new RegExp(`^${name}/`), uses: [...useCases, name, ...parts] },
  ];
}
