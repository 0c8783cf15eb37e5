import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { findCycles } from './cycles.ts';
import { type Layer, layers } from './layers.ts';
import { type Import, importsOf, processUses } from './scan-source.ts';

/** Where a rule is broken, by what, and which rule. */
export interface Breach {
  /** Path from the root, with the line where there is one: `common/domain/x.ts:3`. */
  readonly where: string;
  readonly rule: string;
}

/** Every breach of the layering in these sources (path from the root, with slashes, to text), in order of path. */
export function findBreaches(sources: ReadonlyMap<string, string>): Breach[] {
  const graph = new Map<string, string[]>();
  const breaches: Breach[] = [];
  for (const [file, source] of [...sources].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const layer = layerOf(file);
    if (layer === undefined) {
      breaches.push({ where: file, rule: 'belongs to no layer; give its folder one in scripts/check/layers.ts' });
      continue;
    }
    const imports = importsOf(source);
    graph.set(
      file,
      imports.flatMap((one) => targetOf(file, one.specifier) ?? []),
    );
    for (const one of imports) {
      const rule = judgeImport(file, layer, one);
      if (rule !== undefined) breaches.push({ where: `${file}:${one.line}`, rule });
    }
    breaches.push(...judgeProcess(file, layer, source));
  }
  const cycles = findCycles(graph).map((cycle) => ({
    where: cycle[0] ?? '',
    rule: `import cycle: ${[...cycle, cycle[0]].join(' -> ')}`,
  }));
  return [...breaches, ...cycles];
}

function layerOf(file: string): Layer | undefined {
  return layers.find((layer) => layer.files.test(file));
}

/** The path from the root that a relative import leads to. */
function targetOf(file: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? posix.normalize(posix.join(posix.dirname(file), specifier)) : undefined;
}

function judgeImport(file: string, layer: Layer, one: Import): string | undefined {
  const free = layer.uses.includes('anything');
  if (one.dynamic && !free) return `import('${one.specifier}'): the single executable cannot load code later`;
  const target = targetOf(file, one.specifier);
  if (target === undefined) return judgePackage(layer, one.specifier);
  const other = layerOf(target);
  if (other === undefined) return `imports ${target}, which belongs to no layer`;
  if (free || layer.uses.includes(other.name)) return undefined;
  return `${layer.name} must not import ${other.name}: ${target}`;
}

function judgePackage(layer: Layer, specifier: string): string | undefined {
  if (isBuiltin(specifier))
    return layer.node ? undefined : `${layer.name} must not import Node’s modules: ${specifier}`;
  return layer.packages?.test(specifier) ? undefined : `${layer.name} must not import the package ${specifier}`;
}

/** The environment comes in as an argument, and the exit code goes out as a result: only scripts and tests touch the process. */
function judgeProcess(file: string, layer: Layer, source: string): Breach[] {
  if (layer.uses.includes('anything')) return [];
  return (['env', 'exit'] as const).flatMap((member) =>
    processUses(source, member).map((line) => ({
      where: `${file}:${line}`,
      rule: `${layer.name} must not touch process.${member}: the entry passes the environment in and takes the exit code`,
    })),
  );
}
