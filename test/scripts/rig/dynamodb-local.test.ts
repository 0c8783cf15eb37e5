import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { test } from 'tap';
import { startDynamoDbLocal } from '../../../scripts/rig/dynamodb-local.ts';
import { needs } from '../../../scripts/rig/requirements.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

test('DynamoDB Local keeps one set of tables for all regions, and two of them do not meet', async (t) => {
  if (!(await needs(t, 'dynamodb-local'))) return;
  const [one, two] = await Promise.all([startDynamoDbLocal(), startDynamoDbLocal()]);
  t.teardown(() => Promise.all([one.stop(), two.stop()]));
  const client = (endpoint: string, region: string) => {
    const made = new DynamoDBClient({ endpoint, region, credentials });
    t.teardown(() => made.destroy());
    return made;
  };
  await client(one.url, 'us-east-1').send(
    new CreateTableCommand({
      TableName: 'things',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'k', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'k', KeyType: 'HASH' }],
    }),
  );
  t.match(await client(one.url, 'eu-west-1').send(new ListTablesCommand()), { TableNames: ['things'] });
  t.match(await client(two.url, 'us-east-1').send(new ListTablesCommand()), { TableNames: [] });
});
