import type { LayerSize } from './oci-layout.ts';

/** Bytes that the images of a member's two containers may take together, compressed, what they share counted once. */
export const memberBudget = 36_000_000;

/** What a node has to fetch for a member, compressed with zstd. */
export function memberSize(layers: readonly LayerSize[]): number {
  const ofMembers = layers.filter(({ images }) => images.some((name) => name !== 'firecamp'));
  return ofMembers.reduce((sum, { zstd }) => sum + zstd, 0);
}

/** A table of the layers, and a line that says whether the budget is kept. */
export function sizesText(layers: readonly LayerSize[]): string {
  const rows = layers.map(({ digest, plain, gzip, zstd, images }) => [
    digest.slice(7, 19),
    megabytes(plain),
    megabytes(gzip),
    megabytes(zstd),
    images.join(', '),
  ]);
  const table = [['layer', 'as it is', 'gzip', 'zstd', 'in'], ...rows];
  const member = memberSize(layers);
  const verdict = member <= memberBudget ? 'within' : 'MORE THAN';
  const lines = table.map(([layer = '', ...cells]) =>
    [layer.padEnd(12), ...cells.map((cell, i) => (i < 3 ? cell.padStart(9) : cell))].join('  '),
  );
  return `${lines.join('\n')}\nboth containers of a member, shared layers once: ${megabytes(member)} MB, ${verdict} the budget of ${megabytes(memberBudget)} MB\n`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2);
}
