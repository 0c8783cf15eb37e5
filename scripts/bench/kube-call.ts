import type { CountedCall } from './counts.ts';

/** What is known of a request to the API server. */
export interface KubeRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly contentType: string;
}

/** The request in the words of RBAC (Kubernetes documentation, "Authorization", request verbs); an apply and a dry run are told apart from a patch. */
export function kubeCall(request: KubeRequest): CountedCall {
  const { pathname, searchParams } = new URL(request.path, 'https://api');
  const resource = resourceOf(pathname);
  if (resource === undefined) return { service: 'API server', operation: `get ${pathname}` };
  const verb = verbOf(request, resource.named, searchParams);
  const dryRun = searchParams.has('dryRun') ? ' (dry run)' : '';
  return { service: 'API server', operation: `${verb} ${resource.name}${dryRun}` };
}

function resourceOf(pathname: string): { readonly name: string; readonly named: boolean } | undefined {
  const rest = /^\/(?:api\/v1|apis\/[^/]+\/[^/]+)\/(.+)$/.exec(pathname)?.[1]?.split('/');
  if (rest === undefined) return undefined;
  // /namespaces/x is the namespace itself, /namespaces/x/pods are the pods in it.
  const [name = '', object, subresource] = rest[0] === 'namespaces' && rest.length > 2 ? rest.slice(2) : rest;
  return { name: subresource === undefined ? name : `${name}/${subresource}`, named: object !== undefined };
}

function verbOf({ method, contentType }: KubeRequest, named: boolean, query: URLSearchParams): string {
  if (method === 'GET') return named ? 'get' : query.has('watch') ? 'watch' : 'list';
  if (method === 'PATCH') return contentType.includes('apply-patch') ? 'apply' : 'patch';
  if (method === 'DELETE') return named ? 'delete' : 'deletecollection';
  return method === 'POST' ? 'create' : 'update';
}
