import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';

const root = join(import.meta.dirname, '..', '..', '..');

/** Every file of the project that these import, at whatever depth, types alone left out. */
function importedBy(...entries: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const open = [...entries];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const source = readFileSync(join(root, path), 'utf8');
    for (const [, target = ''] of source.matchAll(/^(?:import|export)(?! type)[^;]*? from '(\.[^']+\.ts)';/gms)) {
      open.push(join(path, '..', target));
    }
  }
  return seen;
}

test('the containers hold none of the orchestrator’s adapters', async (t) => {
  const adapters = importedBy('common/aws/open-orchestrator-aws.ts');
  const containers = importedBy('initcontainer/main.ts', 'stopcontainer/main.ts');
  t.ok(containers.has('common/aws/open-aws.ts'), 'the imports are followed');
  t.ok(adapters.has('common/aws/ec2-subnets.ts'));
  const own = [
    'open-orchestrator-aws',
    'ec2-instances',
    'ec2-interfaces',
    'ec2-held-addresses',
    'ec2-node-interfaces',
    'ec2-instance-types',
    'ec2-subnets',
    'ec2-volumes',
    'ec2-vpcs',
    'ec2-dry-run',
    'route53-zones',
    'route53-zone-reads',
    'ec2-tags',
    'all-pages',
  ];
  t.same(
    own.filter((name) => containers.has(`common/aws/${name}.ts`)),
    [],
  );
});

test('the containers hold nothing of the stores’ batches', async (t) => {
  const opened = ['clouddb', 'k8sdb'].map((store) => `common/store/${store}/open-batches.ts`);
  const batches = importedBy(...opened);
  const containers = importedBy('initcontainer/main.ts', 'stopcontainer/main.ts');
  const own = ['clouddb/transact', 'clouddb/dynamodb-batch-table', 'k8sdb/config-map-batch-table', 'table-batch-store'];
  const paths = own.map((name) => `common/store/${name}.ts`);
  t.strictSame(
    paths.filter((path) => !batches.has(path)),
    [],
  );
  t.strictSame(
    [...opened, ...paths].filter((path) => containers.has(path)),
    [],
  );
});
