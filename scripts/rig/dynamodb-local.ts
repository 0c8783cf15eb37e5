import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeOnce, rigCache, say, shortHash } from './cache.ts';
import { debianCommand } from './debian.ts';
import { freePorts } from './free-port.ts';
import { run, startProcess, waitUntilReady } from './processes.ts';

const pomFile = join(import.meta.dirname, 'dynamodb', 'pom.xml');

/** Amazon's own DynamoDB for one machine: the one to race writers against. */
export interface DynamoDbLocal {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * The folder of DynamoDB Local and its libraries, fetched with Maven once for this machine.
 *
 * @throws RigUnavailableError where there is no Maven and it cannot be installed.
 */
export async function dynamoDbLocalLibraries(): Promise<string> {
  const target = join(rigCache(), `dynamodb-local-${shortHash(await readFile(pomFile))}`);
  return makeOnce(target, async (folder) => {
    const maven = await debianCommand('mvn', 'maven');
    say('fetching DynamoDB Local with Maven');
    const libraries = join(folder, 'lib');
    await run(maven, ['-q', '-B', '-f', pomFile, 'dependency:copy-dependencies', `-DoutputDirectory=${libraries}`]);
    return libraries;
  });
}

/**
 * Starts DynamoDB Local with its data in memory. It takes any credentials, and keeps one set of tables for all regions.
 *
 * @throws RigUnavailableError where it or Java cannot be had.
 */
export async function startDynamoDbLocal(): Promise<DynamoDbLocal> {
  const libraries = await dynamoDbLocalLibraries();
  const java = await debianCommand('java', 'default-jre-headless');
  const folder = await mkdtemp(join(tmpdir(), 'firecamp-dynamodb-'));
  const [port] = await freePorts(1);
  // Tests are short: the small heap and the quick compiler start it in half the time.
  const jvm = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', `-Djava.library.path=${libraries}`];
  const main = 'com.amazonaws.services.dynamodbv2.local.main.ServerRunner';
  const options = ['-inMemory', '-sharedDb', '-disableTelemetry', '-port', `${port}`];
  const args = [...jvm, '-cp', join(libraries, '*'), main, ...options];
  const server = await startProcess(java, args, join(folder, 'log'), { cwd: folder });
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    // Any answer will do: it refuses a request that is not signed, but only once it serves.
    await waitUntilReady('DynamoDB Local', server, async () => (await fetch(url)).status > 0);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}
