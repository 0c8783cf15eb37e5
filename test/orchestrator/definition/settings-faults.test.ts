import { test } from 'tap';
import { claimSettings } from '../../../initcontainer/config.ts';
import { programSettings, whyRefused } from '../../../orchestrator/definition/program-settings.ts';
import { statefulSet } from '../../../orchestrator/manifests/stateful-set.ts';
import { releaseSettings } from '../../../stopcontainer/config.ts';
import { containerOf } from '../manifests/parts.ts';
import { cluster, facts, redis } from '../manifests/sample-service.ts';
import { faultLines, fileWith, read } from './read.ts';

const withSettings = (...lines: string[]) =>
  fileWith({}, ['settings:', ...lines.map((line) => `  ${line}`), ''].join('\n'));

test('a service file sets the variables of its containers', async (t) => {
  const text = withSettings('AWS_ENDPOINT_URL: https://vpce.example.com', 'FIRECAMP_CLAIM_TIMEOUT: "60"');
  const settings = { AWS_ENDPOINT_URL: 'https://vpce.example.com', FIRECAMP_CLAIM_TIMEOUT: '60' };
  t.strictSame(read(text).settings, settings);
  t.strictSame(read(text).env, {}, 'and not those of the main container');
});

test('all faults of settings are told at once, each where it stands, with what the program allows', async (t) => {
  const text = withSettings(
    'LOG_LEVEL: loud',
    'FIRECAMP_WATCH_INTERVAL: 5',
    'CLUSTER: other',
    'POD_UID: x',
    'AWS_SECRET_ACCESS_KEY: wJalrXUtnFEMI',
    'AWS_ENDPOINT: https://a.example.com',
    'AWS_ENDPOINT_URL: ""',
    'FIRECAMP_DNS_SERVERS: ns.example.com',
  );
  t.match(faultLines(text), [
    /^7:14 settings\.LOG_LEVEL: "loud" is not allowed: "debug" or "info" or "warn" or "error"$/,
    /^8:28 settings\.FIRECAMP_WATCH_INTERVAL: this value is not allowed: text; put quotes around it$/,
    /^9:3 settings\.CLUSTER: is not set here: the field cluster says it$/,
    /^10:3 settings\.POD_UID: is not set here: firecamp sets it in each pod itself$/,
    /^11:3 settings\.AWS_SECRET_ACCESS_KEY: is not set here: credentials do not belong into a service file: give a role/,
    /^12:3 settings\.AWS_ENDPOINT: is not set here: did you mean AWS_ENDPOINT_URL\?$/,
    /^13:21 settings\.AWS_ENDPOINT_URL: an empty text is not allowed: an http or https URL$/,
    /^14:25 settings\.FIRECAMP_DNS_SERVERS: "ns\.example\.com" is not allowed: IPv4 addresses/,
  ]);
  t.notMatch(faultLines(text).join(), /wJalr/, 'the value of a credential is not repeated');
  t.match(faultLines(withSettings('HTTP_PROXY: http://a')), [/HTTP_PROXY: is not set here: there are .*LOG_LEVEL, /]);
});

test('settings that the programs take one by one and that fail together are faults', async (t) => {
  const fips = ['AWS_ENDPOINT_URL_STS: https://sts.example.com', 'AWS_USE_FIPS_ENDPOINT: "true"'];
  t.match(faultLines(withSettings(...fips)), [/^8:26 .*"true" does not go with AWS_ENDPOINT_URL_STS: write such/]);
  t.match(faultLines(withSettings('FIRECAMP_WATCH_INTERVAL: "60"', 'FIRECAMP_ADDRESS_LIFETIME: "119"')), [
    /^8:30 settings\.FIRECAMP_ADDRESS_LIFETIME: .* drops the address after 119 s, .* renews it each 60 s only/,
  ]);
  t.strictSame(faultLines(withSettings('FIRECAMP_WATCH_INTERVAL: "60"')), [], 'the default lifetime is long enough');
  t.match(faultLines(withSettings('FIRECAMP_CLAIM_TIMEOUT: "29"', 'FIRECAMP_RELEASE_TIMEOUT: "9"')), [
    /^7:27 settings\.FIRECAMP_CLAIM_TIMEOUT: 29 s is too short: a claim waits 5 s after .* at least 30$/,
    /^8:29 settings\.FIRECAMP_RELEASE_TIMEOUT: 9 s is too short: a release .* with less than 5 s left; .* at least 10$/,
  ]);
  t.match(faultLines(withSettings('FIRECAMP_CLAIM_TIMEOUT: "4"')), [
    /"4" is not allowed: a whole number from 5 to 3600$/,
  ]);
  const shortest = withSettings('FIRECAMP_CLAIM_TIMEOUT: "30"', 'FIRECAMP_RELEASE_TIMEOUT: "10"');
  t.strictSame(faultLines(shortest), [], 'the shortest that leave time to work');
  const blind = withSettings('AWS_EC2_METADATA_DISABLED: "true"');
  t.match(faultLines(`${blind}staticIp: true\ndataVolume: {sizeGb: 1}\n`), [
    /^7:30 settings\.AWS_EC2_METADATA_DISABLED: "true" does not go with staticIp: .* instance metadata/,
  ]);
  t.strictSame(faultLines(`${blind}registerDns: true\n`), [], 'a DNS name alone needs no instance metadata');
  const stateless = `${withSettings('LOG_LEVEL: debug')}type: stateless\n`;
  t.match(faultLines(stateless), [/^6:1 settings: is for stateful services only$/]);
});

test('each variable that a program reads, or that a pod is given, is settable or refused with a reason', async (t) => {
  const read = Object.values({ ...claimSettings, ...releaseSettings }).flatMap((setting) =>
    'env' in setting ? [setting.env] : [],
  );
  const testMode = statefulSet({ ...redis, testMode: true, settings: {} }, facts, cluster);
  const given = (containerOf(testMode, 'memberinit-redis').env ?? []).map(({ name }) => name);
  for (const name of read) t.not(programSettings.has(name), whyRefused(name) !== undefined, name);
  for (const name of given) t.ok(whyRefused(name), `${name} is firecamp's to set`);
});
