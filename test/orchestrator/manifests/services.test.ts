import { test } from 'tap';
import { clusterService, headlessService, staticMembers } from '../../../orchestrator/manifests/services.ts';
import { specOf } from './parts.ts';
import { facts, nothingKnown, redis, stateless } from './sample-service.ts';

test('peers find each other by the headless Service before they are ready, at every port', async (t) => {
  const spec = specOf(headlessService(redis, facts));
  t.match(spec, { clusterIP: 'None', publishNotReadyAddresses: true, selector: { 'firecamp-servicename': 'redis' } });
  t.match(spec['ports'], [{ name: 'client' }, { name: 'bus' }]);
});

test('static IPs are served by a Service without a selector, since a pod on the host network has its node’s address', async (t) => {
  const [service, slice, ...more] = staticMembers(redis, facts);
  t.strictSame(more, []);
  t.equal(service?.metadata.name, 'redis-members');
  t.notOk('selector' in (service ? specOf(service) : {}));
  t.match(slice, {
    kind: 'EndpointSlice',
    metadata: {
      labels: { 'kubernetes.io/service-name': 'redis-members', 'endpointslice.kubernetes.io/managed-by': 'firecamp' },
    },
    endpoints: [
      { addresses: ['10.0.0.21'], hostname: 'redis-0', zone: 'us-east-1a' },
      { addresses: ['10.0.1.21'], hostname: 'redis-1', zone: 'us-east-1b' },
      { addresses: ['10.0.2.21'], hostname: 'redis-2', zone: 'us-east-1c' },
    ],
  });
});

test('members without a static IP get no second Service', async (t) => {
  t.strictSame(staticMembers(redis, nothingKnown), []);
});

test('a stateless service is reached at the ports for clients only', async (t) => {
  const spec = specOf(clusterService(stateless, nothingKnown));
  t.match(spec['ports'], [{ name: 'client', port: 6379 }]);
  t.equal((spec['ports'] as unknown[]).length, 1);
  t.notOk('clusterIP' in spec, 'the API server gives it an address');
});
