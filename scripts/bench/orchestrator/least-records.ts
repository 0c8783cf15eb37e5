import { batches, type LeastByCall, pages, perRequest, shape } from './limits.ts';
import type { OperationName, Sizes } from './sizes.ts';

/** What an operation does with records. */
interface RecordWork {
  readonly created: number;
  /** In place: states of the service, and of addresses. */
  readonly updated: number;
  readonly deleted: number;
  /** Services, members and so on; a list each. */
  readonly lists: number;
  readonly addressesRead: number;
}

const { recordsPerMember, serviceRecords, sharedFiles } = shape;

function workOf(operation: OperationName, { members, changed }: Sizes): RecordWork {
  const nothing = { created: 0, updated: 0, deleted: 0, lists: 1, addressesRead: 0 };
  const made = changed * recordsPerMember;
  switch (operation) {
    case 'create':
      // INITIALIZING and ACTIVE after CREATING; nothing is there to be listed but other services.
      return { ...nothing, created: made + serviceRecords + sharedFiles, updated: 2 };
    case 'create again':
      return { ...nothing, addressesRead: members };
    case 'status':
      return { ...nothing, addressesRead: members };
    case 'scale up':
      // One shared file names all members; the attributes say how many there are.
      return { ...nothing, created: made + 1, updated: 1, lists: 2, addressesRead: changed };
    case 'scale down':
      // A version of the shared file that nobody reads any more goes, too.
      return { ...nothing, created: 1, updated: 1 + changed, deleted: made + 1, lists: 2, addressesRead: changed };
    case 'delete':
      return {
        // An older version of the shared file is kept for members that run with it.
        ...{ created: 0, updated: 1 + changed, deleted: made + serviceRecords + sharedFiles + 1 },
        // Members, config files, devices, other services.
        ...{ lists: 4, addressesRead: changed },
      };
  }
}

/** The least calls about records. Their order, which lets a run that is cut off go on, costs more: what says what is meant goes first. */
export function leastRecordCalls(operation: OperationName, sizes: Sizes): LeastByCall {
  const { created, updated, deleted, lists, addressesRead } = workOf(operation, sizes);
  const gets = { count: operation === 'create' ? 1 : 2, why: 'service and attributes' };
  if (sizes.dbType === 'clouddb') {
    const why = `${perRequest.items} records a request; what follows on another state of the service, after it`;
    const states = operation === 'create' ? 2 : Math.sign(updated);
    const written = created + deleted + Math.max(0, updated - states);
    return {
      'DynamoDB GetItem': gets,
      'DynamoDB Query': { count: lists, why: 'a list of each kind, 1 MB a page' },
      'DynamoDB BatchGetItem': {
        count: batches(addressesRead, perRequest.items),
        why: `${perRequest.items} addresses a request`,
      },
      'DynamoDB TransactWriteItems': { count: batches(written, perRequest.items) + states, why },
    };
  }
  const perList = pages(sizes.members, perRequest.objects);
  return {
    'API server get configmaps': gets,
    'API server list configmaps': {
      count: lists * perList + (addressesRead > 0 ? perList : 0),
      why: `a list of each kind, ${perRequest.objects} a page`,
    },
    'API server create configmaps': { count: created, why: 'a record a request' },
    'API server patch configmaps': { count: updated, why: 'a record a request' },
    'API server delete configmaps': { count: deleted, why: 'a record a request' },
  };
}
