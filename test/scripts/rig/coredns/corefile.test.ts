import { test } from 'tap';
import { corefile } from '../../../../scripts/rig/coredns/corefile.ts';

const base = { host: '10.0.0.2', port: 53, refreshSeconds: 2 };

test('serves each hosted zone and the cluster’s Services on one address, and nothing else', (t) => {
  const hostedZones = [
    { id: 'Z1', name: 'demo-firecamp.com' },
    { id: 'Z2', name: 'prod-firecamp.com.' },
  ];
  t.equal(
    corefile({ ...base, hostedZones, kubeconfig: '/tmp/the "admin"/kubeconfig' }),
    `demo-firecamp.com.:53 {
    bind 10.0.0.2
    errors
    route53 demo-firecamp.com.:Z1 {
        refresh 2s
    }
}
prod-firecamp.com.:53 {
    bind 10.0.0.2
    errors
    route53 prod-firecamp.com.:Z2 {
        refresh 2s
    }
}
cluster.local.:53 {
    bind 10.0.0.2
    errors
    kubernetes cluster.local {
        kubeconfig "/tmp/the \\"admin\\"/kubeconfig"
        ttl 5
    }
}
`,
  );
  t.end();
});

test('serves no Services where there is no cluster', (t) => {
  t.notMatch(corefile({ ...base, hostedZones: [{ id: 'Z1', name: 'a.com' }] }), 'kubernetes');
  t.end();
});
