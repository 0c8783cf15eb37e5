import { DeleteTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { OrchestratorAws } from '../../common/aws/open-orchestrator-aws.ts';
import type { StaticIpRecord } from '../../common/domain/records.ts';
import { systemClock } from '../../common/runtime/system-clock.ts';
import { tableName } from '../../common/store/clouddb/item-layout.ts';
import { dynamoDbBatchStore } from '../../common/store/clouddb/open-batches.ts';
import { answerTo, refusal } from './answer.ts';
import { clusterName } from './marks.ts';

/** The store of the run's own table; `prepare` makes the table. */
export function openStore(aws: OrchestratorAws, runId: string) {
  return dynamoDbBatchStore(aws.clients, clusterName(runId), { clock: systemClock, random: Math.random });
}

/** An address record with nothing in it but its address. */
export function newRecord(runId: string, ip: string, zone = 'a'): StaticIpRecord {
  return {
    ip,
    revision: 1n,
    serviceUuid: runId.repeat(4),
    zone,
    instanceId: '',
    interfaceId: '',
    pastInterfaceIds: [],
    owner: undefined,
    unknown: {},
  };
}

/** Whether the run's table is there. @throws FirecampError when it cannot be told. */
export async function hasTable(aws: OrchestratorAws, runId: string, signal: AbortSignal): Promise<boolean> {
  const request = new DescribeTableCommand({ TableName: tableName(clusterName(runId)) });
  const call = { action: 'dynamodb:DescribeTable', signal };
  const answer = await answerTo(call, () => client(aws).send(request, { abortSignal: signal }));
  if ('said' in answer) return answer.said.Table?.TableStatus !== 'DELETING';
  if (answer.refused.code === 'ResourceNotFoundException') return false;
  throw refusal(call.action, answer.refused);
}

/** Asks for the deletion of the run's table; one that is not there is fine. @throws FirecampError */
export async function deleteTable(aws: OrchestratorAws, runId: string, signal: AbortSignal): Promise<void> {
  const request = new DeleteTableCommand({ TableName: tableName(clusterName(runId)) });
  const call = { action: 'dynamodb:DeleteTable', signal };
  const answer = await answerTo(call, () => client(aws).send(request, { abortSignal: signal }));
  if ('refused' in answer && answer.refused.code !== 'ResourceNotFoundException')
    throw refusal(call.action, answer.refused);
}

function client({ clients }: OrchestratorAws): DynamoDBClient {
  return new DynamoDBClient({
    region: clients.region,
    credentials: clients.credentials.provider(),
    requestHandler: clients.requestHandler,
    maxAttempts: 1,
  });
}
