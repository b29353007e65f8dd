// Run by Node.js beside node_modules of the SDK for JavaScript v3: plain client, document client, paginator, streams.
// Prints one JSON line.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(pathToFileURL(process.env.MODULES_FOLDER + '/here.js'));
const dynamodb = require('@aws-sdk/client-dynamodb');
const streams = require('@aws-sdk/client-dynamodb-streams');
const lib = require('@aws-sdk/lib-dynamodb');

const place = { endpoint: process.env.AWS_ENDPOINT_URL, region: process.env.AWS_REGION };
const client = new dynamodb.DynamoDBClient(place);
const documents = lib.DynamoDBDocumentClient.from(client);

await client.send(new dynamodb.CreateTableCommand({
  TableName: 'sdk3',
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }, { AttributeName: 'sk', AttributeType: 'N' }],
  BillingMode: 'PAY_PER_REQUEST',
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
}));
await dynamodb.waitUntilTableExists({ client, maxWaitTime: 30 }, { TableName: 'sdk3' });
await client.send(new dynamodb.PutItemCommand({
  TableName: 'sdk3', Item: { pk: { S: 'raw' }, sk: { N: '1' }, bytes: { B: Uint8Array.from([0, 255]) } },
}));
const raw = await client.send(new dynamodb.GetItemCommand({
  TableName: 'sdk3', Key: { pk: { S: 'raw' }, sk: { N: '1' } },
}));
const puts = [...Array(25).keys()].map((n) => ({
  PutRequest: { Item: { pk: 'a', sk: n, nested: { list: [1, 'two', null, true] }, set: new Set(['x', 'y']) } },
}));
await documents.send(new lib.BatchWriteCommand({ RequestItems: { sdk3: puts } }));
const one = await documents.send(new lib.GetCommand({ TableName: 'sdk3', Key: { pk: 'a', sk: 3 } }));
let paged = 0;
const query = { TableName: 'sdk3', KeyConditionExpression: 'pk = :a', ExpressionAttributeValues: { ':a': 'a' } };
for await (const page of lib.paginateQuery({ client: documents, pageSize: 4 }, query)) paged += page.Count;
const updated = await documents.send(new lib.UpdateCommand({
  TableName: 'sdk3', Key: { pk: 'a', sk: 3 }, UpdateExpression: 'SET n = if_not_exists(n, :z) + :one',
  ExpressionAttributeValues: { ':z': 41, ':one': 1 }, ReturnValues: 'ALL_NEW',
}));
let refused;
try {
  await documents.send(new lib.PutCommand({
    TableName: 'sdk3', Item: { pk: 'a', sk: 3 }, ConditionExpression: 'attribute_not_exists(pk)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  }));
} catch (error) {
  refused = [error instanceof dynamodb.ConditionalCheckFailedException, error.Item.n.N, error.$metadata.httpStatusCode];
}
const described = await client.send(new dynamodb.DescribeTableCommand({ TableName: 'sdk3' }));
const reader = new streams.DynamoDBStreamsClient(place);
const arn = described.Table.LatestStreamArn;
const stream = await reader.send(new streams.DescribeStreamCommand({ StreamArn: arn }));
const { ShardIterator } = await reader.send(new streams.GetShardIteratorCommand({
  StreamArn: arn, ShardId: stream.StreamDescription.Shards[0].ShardId, ShardIteratorType: 'TRIM_HORIZON',
}));
const { Records } = await reader.send(new streams.GetRecordsCommand({ ShardIterator }));
console.log(JSON.stringify({
  bytes: [...raw.Item.bytes.B], nested: one.Item.nested, set: [...one.Item.set].sort(), paged, n: updated.Attributes.n,
  refused, records: Records.length, created: described.Table.CreationDateTime instanceof Date,
}));
