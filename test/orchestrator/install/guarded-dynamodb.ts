import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { isAllowed } from '../../cloud/iam-policy.ts';
import type { PolicyDocument } from '../../cloud/policy-document.ts';

/** DynamoDB Local asks no policy; this does so in front of it. */
export interface GuardedDynamoDb extends AsyncDisposable {
  readonly url: string;
  /** Actions that were allowed. */
  readonly used: ReadonlySet<string>;
  /** Those that were refused, with their keys. */
  readonly refused: readonly string[];
}

interface Asked {
  readonly action: string;
  readonly table: string;
  /** Partition keys of the items. */
  readonly keys: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

/** Forwards what the policy allows, and refuses the rest as DynamoDB does. */
export async function guardDynamoDb(
  target: string,
  policy: PolicyDocument,
  tableArn: (table: string) => string,
  host = '127.0.0.1',
): Promise<GuardedDynamoDb> {
  const used = new Set<string>();
  const refused: string[] = [];
  const mayPass = ({ action, table, keys }: Asked): boolean => {
    const context: Record<string, readonly string[]> = keys.length > 0 ? { 'dynamodb:LeadingKeys': keys } : {};
    const passes = isAllowed(policy, action, [{ arn: tableArn(table), context }]);
    if (passes) used.add(action);
    else refused.push(`${action} ${table} ${keys.join(' ')}`);
    return passes;
  };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    if (!askedFor(operation, JSON.parse(body) as Json).every(mayPass)) {
      const refusal = {
        __type: 'com.amazon.coral.service#AccessDeniedException',
        Message: `not authorized: ${operation}`,
      };
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(refusal));
      return;
    }
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
    const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    const answer = await fetch(target, { method: 'POST', headers: sent, body });
    const type = answer.headers.get('content-type') ?? 'application/x-amz-json-1.0';
    const crc = answer.headers.get('x-amz-crc32');
    response.writeHead(answer.status, { 'content-type': type, ...(crc !== null && { 'x-amz-crc32': crc }) });
    response.end(await answer.text());
  });
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://${host}:${port}`,
    used,
    refused,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What a request is authorised as; a transaction as the writes in it (DynamoDB developer guide, "Using IAM with DynamoDB transactions"). */
function askedFor(operation: string, body: Json): Asked[] {
  if (operation === 'TransactWriteItems') {
    return (body['TransactItems'] as Json[]).flatMap((item) =>
      Object.entries(item).map(([name, part]) => one(name === 'ConditionCheck' ? name : `${name}Item`, part as Json)),
    );
  }
  if (operation === 'BatchGetItem') {
    return Object.entries(body['RequestItems'] as Record<string, { Keys: Json[] }>).map(([table, { Keys }]) => ({
      ...{ action: 'dynamodb:BatchGetItem', table },
      keys: Keys.flatMap(partitionOf),
    }));
  }
  return [one(operation, body)];
}

function one(operation: string, body: Json): Asked {
  const keys = [body['Key'], body['Item']].flatMap((item) => partitionOf(item as Json | undefined));
  return { action: `dynamodb:${operation}`, table: String(body['TableName']), keys };
}

function partitionOf(item: Json | undefined): string[] {
  const key = item?.['PartitionKey'] as { readonly S?: string } | undefined;
  return key?.S === undefined ? [] : [key.S];
}
