import { test } from 'tap';
import { inClusterConfig } from '../../../common/k8s/in-cluster.ts';

test('finds the API server of a pod, IPv6 address included', async (t) => {
  const at = (host: string) => inClusterConfig({ KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: '443' });
  t.match(at('10.96.0.1'), { server: 'https://10.96.0.1:443', tokenFile: /serviceaccount\/token$/ });
  t.equal(at('fd00::1').server, 'https://[fd00::1]:443');
});

test('says that this is no pod where the variables are missing', async (t) => {
  t.throws(() => inClusterConfig({ KUBERNETES_SERVICE_HOST: '10.96.0.1' }), { code: 'FC-CFG-001', exitCode: 2 });
});
