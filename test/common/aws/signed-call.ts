import { awsConfigFrom } from '../../../common/aws/aws-config.ts';
import { openAws } from '../../../common/aws/open-aws.ts';

/** A program that makes one signed call with what its environment gives it, and prints where its credentials came from. */
const aws = openAws(awsConfigFrom(process.env));
aws.addresses
  .describe(process.argv[2] ?? '', { signal: AbortSignal.timeout(20_000) })
  .then((found) => process.stdout.write(`${found?.id}\n${aws.clients.credentials.source}\n`))
  .finally(() => aws.close());
