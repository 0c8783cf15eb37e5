import fc from 'fast-check';
import { test } from 'tap';
import { readServiceFile } from '../../../orchestrator/definition/read-service-file.ts';
import type { ServiceDefinition } from '../../../orchestrator/definition/service-definition.ts';
import { definitionDifferences, differenceText } from '../../../orchestrator/records/definition-differences.ts';
import { fromStoredDefinition, toStoredDefinition } from '../../../orchestrator/records/stored-definition.ts';
import { bare, redis, stateless } from '../manifests/sample-service.ts';

/** As the record's codec has it: JSON, and no undefined. */
function throughRecord(definition: ServiceDefinition): ServiceDefinition {
  const ids = definition.configFiles.map(({ name, mode }) => ({
    name,
    mode,
    templateId: `id-of-${name}`,
    templateMd5: '',
  }));
  const json: unknown = JSON.parse(JSON.stringify(toStoredDefinition(definition, ids)));
  const contents = new Map(definition.configFiles.map(({ name, content }) => [`id-of-${name}`, content]));
  return fromStoredDefinition(json as Record<string, unknown>, contents);
}

test('a definition is read from the record as it was written, every field of it', async (t) => {
  const configFiles = [
    { name: 'a.conf', mode: 0o640, content: '{{member.name}}\n' },
    { name: 'b.conf', mode: 0, content: '' },
  ];
  const zones = ['us-east-1a'];
  for (const one of [{ ...redis, configFiles }, { ...bare, zones }, stateless])
    t.strictSame(throughRecord(one), one, one.name);
  const text = 'cluster: c\nname: least\nreplicas: 1\nzones: [us-west-2-lax-1a]\nimage: i\n';
  const least = readServiceFile(text, { file: 'f', release: '1.2.3' });
  t.strictSame(throughRecord(least), least, 'what a file leaves out is not filled in a second time');
});

test('a definition that was stored before there was a field for the name in Kubernetes has the cluster there', async (t) => {
  const { kubernetesCluster: _none, ...stored } = toStoredDefinition(redis, []);
  t.strictSame(fromStoredDefinition(stored, new Map()), { ...redis, kubernetesCluster: redis.cluster });
});

test('a record that holds no definition of this version is refused, with all that is wrong', async (t) => {
  const stored = toStoredDefinition(redis, []);
  const cases: [Record<string, unknown>, RegExp][] = [
    [{ ...stored, version: 2 }, /version is 2, and this firecamp knows version 1/],
    [{ ...stored, replicas: 'three', colour: 'red' }, /replicas "three" is not allowed.*|colour is not a field/],
    [{ ...stored, configFiles: 'none' }, /configFiles is no list/],
    [{ ...stored, configFiles: [{ name: 'a' }] }, /an entry without name, mode, templateId or templateMd5/],
    [{ ...stored, configFiles: [{ name: 'a', mode: 1, templateId: 'x', templateMd5: '' }] }, /no template x of a/],
    [{}, /version is undefined/],
  ];
  for (const [record, message] of cases) {
    t.throws(() => fromStoredDefinition(record, new Map()), { code: 'FC-REC-002', message }, String(message));
  }
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...Object.keys(stored)), fc.jsonValue()), (changed) => {
      try {
        fromStoredDefinition({ ...stored, ...changed }, new Map());
        return true;
      } catch (error) {
        return Reflect.get(error as object, 'code') === 'FC-REC-002';
      }
    }),
  );
});

test('tells in which fields two definitions differ, and no secrets', async (t) => {
  const [client, bus] = redis.ports;
  if (client === undefined || bus === undefined || redis.dataVolume === undefined)
    throw new Error('the sample has changed');
  const was = { ...redis, configFiles: [{ name: 'a', mode: 1, content: 'secret' }] };
  const is: ServiceDefinition = {
    ...was,
    zones: ['us-east-1a'],
    ports: [{ ...bus, declared: true }, client, { ...client, name: 'new', containerPort: 1 }],
    env: { ...was.env, LANG: 'secret' },
    dataVolume: { ...redis.dataVolume, sizeGb: 2048, iops: undefined },
    journalVolume: undefined,
    configFiles: [
      { name: 'a', mode: 2, content: 'another secret' },
      { name: 'b', mode: 1, content: 'secret' },
    ],
  };
  const texts = definitionDifferences(was, is).map(differenceText);
  t.strictSame(texts.sort(), [
    'configFiles[a].content: another value',
    'configFiles[a].mode: 1 before, 2 now',
    'configFiles[b]: not there before',
    'dataVolume.iops: 4000 before, none now',
    'dataVolume.sizeGb: 1024 before, 2048 now',
    'env.LANG: another value',
    'journalVolume: {"mountPath":"/journal","volumeType":"io2","sizeGb":10,"iops":1000,"encrypted... before, none now',
    'ports[bus].declared: false before, true now',
    'ports[new]: none before, {"name":"new","containerPort":1,"isServicePort":true,"declared":true} now',
    'zones: ["us-east-1a","us-east-1b","us-east-1c"] before, ["us-east-1a"] now',
  ]);
  t.strictSame(definitionDifferences(was, structuredClone(was)), []);
});
