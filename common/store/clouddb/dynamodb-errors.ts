import { RequestFailedError } from '../../domain/errors.ts';
import { storeFailed, storeMissing } from '../store-errors.ts';

/** DynamoDB turned these away before it did anything, and takes them later (DynamoDB developer guide, "Error handling"). */
const later = new Set([
  'ProvisionedThroughputExceededException',
  'TransactionConflictException',
  'TransactionInProgressException',
]);

/**
 * The store's error for a failed DynamoDB call, which the AWS adapters have explained as far as all services are alike.
 *
 * @param reads - the call could change nothing.
 */
export function toStoreError(error: unknown, what: string, where: string, reads: boolean): unknown {
  if (!(error instanceof RequestFailedError)) return error;
  const name = error.cause instanceof Error ? error.cause.name : '';
  if (name === 'ResourceNotFoundException' || name === 'TableNotFoundException') return storeMissing(where, error);
  // Without credentials that AWS accepts the table was never asked: no policy would help.
  if (error.code === 'FC-AWS-005') return error;
  const denied = error.code === 'FC-AWS-001';
  const { retryAfterSeconds } = error;
  const facts = new RequestFailedError(error.code, error.message, {
    effect: reads ? 'none' : error.effect,
    transient: error.transient || later.has(name),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    cause: error,
  });
  return storeFailed(what, where, denied, facts);
}
