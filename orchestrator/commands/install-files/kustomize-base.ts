import type { KubeObject } from '../../manifests/kube-object.ts';
import { asYamlDocuments } from '../output/objects.ts';
import { asYaml } from '../output/print.ts';
import { written } from './write-files.ts';

/** A base for overlays, of one namespace: the same objects as YAML documents, and the list of the one file that they are in. */
export function kustomizeBase(objects: readonly KubeObject[]): ReadonlyMap<string, string> {
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: ['installation.yaml'],
  };
  return new Map([
    ['kustomization.yaml', `# ${written}\n${asYaml(kustomization)}`],
    ['installation.yaml', `# ${written}\n${asYamlDocuments(objects)}`],
  ]);
}
