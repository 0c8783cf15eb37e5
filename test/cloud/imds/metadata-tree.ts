/** The metadata as directories and values; a value may have several lines. */
export interface MetadataTree {
  readonly [name: string]: string | MetadataTree | undefined;
}

/**
 * The text at a path, or undefined where the service answers 404.
 *
 * A directory answers with one name a line, its subdirectories with a slash behind, with and without a slash at the end
 * of the path; a value has no slash behind it. Source: EC2 user guide, "Access instance metadata for an EC2 instance",
 * the examples. What a slash behind a value's path does is not published: it is 404 here, so that nothing relies on it.
 */
export function lookUp(tree: MetadataTree, path: string): string | undefined {
  let found: string | MetadataTree | undefined = tree;
  for (const name of path.split('/').filter((part) => part !== '')) {
    if (typeof found !== 'object' || !Object.hasOwn(found, name)) return undefined;
    found = found[name];
  }
  if (typeof found === 'string') return path.endsWith('/') ? undefined : found;
  return found === undefined ? undefined : listing(found);
}

function listing(tree: MetadataTree): string {
  return Object.entries(tree)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => (typeof value === 'object' ? `${name}/` : name))
    .join('\n');
}
