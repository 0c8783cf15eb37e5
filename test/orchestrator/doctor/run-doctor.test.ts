import t, { test } from 'tap';
import type { CheckReport } from '../../../orchestrator/doctor/check-report.ts';
import { type DoctorOptions, runDoctor } from '../../../orchestrator/doctor/run-doctor.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { redisIn } from '../creation/sample-definition.ts';
import { fleetTopology } from '../fleet-topology.ts';
import { addFleet, apiOnly, type OrchestratorWorld, orchestratorWorld } from '../world.ts';
import { csiDriver, troubles } from './troubles.ts';

/** There is no zone yet, and the others cannot be asked about. */
const alwaysSkipped = ['FC-CHK-011', 'FC-CHK-015', 'FC-CHK-016'];

if (await needs(t, 'kube-apiserver')) {
  const kube = await apiOnly(t);
  await addFleet(kube, fleetTopology({ cluster: 'demo', reservationTags: undefined }));
  await kube.admin('POST', '/apis/storage.k8s.io/v1/csidrivers', csiDriver);

  const healthyWorld = async (test: Parameters<typeof orchestratorWorld>[0], options = {}) => {
    const world = await orchestratorWorld(test, kube, options);
    const { instances } = world.cloud.ec2;
    for (const [id, one] of instances) instances.set(id, { ...one, metadataHopLimit: 2 });
    return world;
  };
  const doctor = (world: OrchestratorWorld, options: DoctorOptions = {}) =>
    runDoctor(world.operation(), { service: redisIn(world.settings), sourceTimeoutMs: 5_000, ...options });

  const healthy = new Map<string, string>();

  test('finds nothing wrong where nothing is, and says of the rest why it is not asked', async (t) => {
    const world = await healthyWorld(t);
    const reports = await doctor(world);
    for (const { id, result } of reports) healthy.set(id, result);
    t.same(
      reports.filter(({ result }) => result !== 'pass').map(({ id, result }) => [id, result]),
      alwaysSkipped.map((id) => [id, 'skip']),
    );
    t.same(
      [...new Set(reports.map(({ id }) => id))],
      reports.map(({ id }) => id),
      'each id is there once',
    );
    for (const one of reports) t.match(one, { found: /./, expected: /./, page: `docs/reference/codes/${one.id}.md` });
    t.match(found(reports, 'FC-NET-004'), /us-east-1a: 128 of 128, for 1; us-east-1b/);
    t.match(found(reports, 'FC-ENI-004'), /us-east-1a: 18 on 2 of 2 nodes, for 1/);
    const sent = world.cloud.calls.all(({ operation }) => !/^(Describe|Get|List)/.test(operation));
    t.same(
      sent.filter(({ params }) => params['DryRun'] !== 'true').map(({ operation }) => operation),
      [],
      'nothing was changed',
    );
    t.ok(sent.length > 0, 'permissions were asked about');
  });

  for (const { id, title, cause, also = [], service = {}, ...expected } of troubles) {
    test(`tells ${title} (${id}), and no longer once it is mended`, async (t) => {
      const world = await healthyWorld(t);
      const options = { service: redisIn(world.settings, service) };
      const mend = await cause(world);
      const ill = await doctor(world, options);
      const told = ill.find((one) => one.id === id);
      t.match(told, { result: expected.result, found: expected.found, remedy: expected.remedy ?? /./ });
      const different = ill.filter((one) => one.result !== healthy.get(one.id)).map((one) => one.id);
      t.same(
        different.filter((one) => one !== id && !also.includes(one)),
        [],
        'nothing else is touched',
      );
      const undo = await mend();
      const well = (await doctor(world, options)).find((one) => one.id === id);
      t.equal(well?.result, healthy.get(id), well?.found ?? 'it was not told');
      // Where mending was adding something, it goes with the test.
      if (typeof undo === 'function') await undo();
    });
  }
}

function found(reports: readonly CheckReport[], id: string): string | undefined {
  return reports.find((one) => one.id === id)?.found;
}
