/** `npm run cloud`: the simulated AWS account alone, for another program or another language's SDK. */
import { once } from 'node:events';
import { startCloud } from '../test/cloud/cloud.ts';
import { HELP } from './cloud/help.ts';
import { type CloudArguments, readArguments } from './cloud/options.ts';
import { UsageError } from './cloud/usage-error.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readArguments(args);
    if (options === 'help') process.stdout.write(HELP);
    else await runUntilSignal(options);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\nnpm run cloud -- --help tells the options.\n`);
    return 2;
  }
}

async function runUntilSignal(options: CloudArguments): Promise<void> {
  const { limits } = options;
  const cloud = await startCloud(options.topology, {
    host: options.host,
    ports: options.ports,
    latency: options.latency,
    visibilityDelayMs: options.visibilityDelayMs,
    imdsLagMs: options.imdsLagMs,
    dnsCache: options.dnsCache,
    ...(limits === undefined ? {} : { ec2Limits: true, route53: { limits } }),
  });
  cloud.route53.insyncMs = options.insyncMs;
  cloud.route53.busyMs = options.zoneBusyMs;
  const stop = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  process.stdout.write(`${JSON.stringify(cloud.endpoints)}\n`);
  await stop;
  await cloud.close();
}
