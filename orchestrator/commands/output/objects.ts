import type { KubeObject } from '../../manifests/kube-object.ts';
import { asJson, asYaml } from './print.ts';

/** Objects as kubectl reads them, a YAML document each. */
export function asYamlDocuments(objects: readonly KubeObject[]): string {
  return objects.map((object) => `---\n${asYaml(object)}`).join('');
}

/** Objects as one JSON document that kubectl reads. */
export function asList(objects: readonly KubeObject[]): string {
  return asJson({ apiVersion: 'v1', kind: 'List', items: objects });
}
