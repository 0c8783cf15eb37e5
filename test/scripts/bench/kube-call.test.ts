import { test } from 'tap';
import { kubeCall } from '../../../scripts/bench/kube-call.ts';

test('names a request to the API server as RBAC does', (t) => {
  const named = (method: string, path: string, contentType = '') => kubeCall({ method, path, contentType }).operation;
  t.equal(named('GET', '/api/v1/nodes?limit=500'), 'list nodes');
  t.equal(named('GET', '/api/v1/namespaces/kube-system'), 'get namespaces');
  t.equal(named('GET', '/api/v1/namespaces/a/pods?watch=true'), 'watch pods');
  t.equal(named('GET', '/api/v1/namespaces/a/pods/b/log?tailLines=5'), 'get pods/log');
  t.equal(named('POST', '/api/v1/namespaces/a/configmaps'), 'create configmaps');
  t.equal(named('PUT', '/apis/apps/v1/namespaces/a/statefulsets/b'), 'update statefulsets');
  t.equal(named('DELETE', '/api/v1/persistentvolumes/b'), 'delete persistentvolumes');
  t.equal(named('DELETE', '/api/v1/namespaces/a/pods'), 'deletecollection pods');
  const apply = 'application/apply-patch+yaml';
  t.equal(named('PATCH', '/api/v1/namespaces/a/services/b?dryRun=All', apply), 'apply services (dry run)');
  t.equal(named('PATCH', '/api/v1/namespaces/a/services/b', 'application/merge-patch+json'), 'patch services');
  t.equal(named('GET', '/version'), 'get /version');
  t.end();
});
