import type { RowWrite } from '../batch-table.ts';

/**
 * What one TransactWriteItems takes: 100 items, together 4 MB (DynamoDB API reference, TransactWriteItems). The megabyte left is for what
 * DynamoDB counts beside the values.
 */
const limits = { items: 100, bytes: 3_000_000 };

/** Splits writes into transactions, in their order. */
export function transactionParts(writes: readonly RowWrite[]): RowWrite[][] {
  const parts: RowWrite[][] = [];
  let bytes = 0;
  for (const write of writes) {
    const size = sizeOf(write);
    const last = parts.at(-1);
    if (last && last.length < limits.items && bytes + size <= limits.bytes) {
      last.push(write);
      bytes += size;
    } else {
      parts.push([write]);
      bytes = size;
    }
  }
  return parts;
}

/** A version holds the compared values of the item as it is. */
function sizeOf(write: RowWrite): number {
  const texts = [...Object.values(write.key), ...('version' in write ? [write.version] : [])];
  if ('attributes' in write) texts.push(...Object.entries(write.attributes).flat());
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
