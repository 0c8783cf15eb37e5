import type { ServiceDefinition } from '../definition/service-definition.ts';
import { containerBase, resourcesOf, value } from './container.ts';
import type { KubeObject } from './kube-object.ts';
import { memberServiceAccount, namespaced, serviceLabels } from './names.ts';
import { podBase, runsAs } from './pod-base.ts';
import type { ServiceFacts } from './service-facts.ts';

/** A task of a service that runs once, such as its initialisation. */
export interface TaskDefinition {
  /** `init` is FireCamp's. */
  readonly type: string;
  readonly image: string;
  /** In place of the image's entry point; empty: the image's. */
  readonly command?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Name and id of a service's task. */
export function taskName(service: string, taskType: string): string {
  return `${service}-${taskType}`;
}

/** The Job `<service>-<task type>`: tried three times in all, and gone with its pods an hour after its end. */
export function taskJob(service: ServiceDefinition, facts: ServiceFacts, task: TaskDefinition): KubeObject {
  const name = taskName(service.name, task.type);
  const env = Object.entries(task.env).map(([key, text]) => value(key, text));
  // Not the members' own selector label: a task's pods are neither members nor endpoints.
  const { 'firecamp-servicename': _member, ...shared } = serviceLabels(service, facts);
  const labels = { ...shared, 'firecamp-taskservice': service.name, 'firecamp-tasktype': task.type };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { ...namespaced(service, facts, name), labels },
    spec: {
      backoffLimit: 2,
      completionMode: 'NonIndexed',
      completions: 1,
      manualSelector: false,
      parallelism: 1,
      podReplacementPolicy: 'TerminatingOrFailed',
      suspend: false,
      template: {
        metadata: { labels },
        spec: {
          ...podBase,
          // A stateless service has no account of its own in the namespace.
          ...(service.type === 'stateful' ? runsAs(memberServiceAccount) : {}),
          automountServiceAccountToken: false,
          containers: [
            {
              ...containerBase(name, task.image),
              ...(task.command !== undefined && task.command.length > 0 ? { command: task.command } : {}),
              ...(env.length > 0 ? { env } : {}),
              resources: resourcesOf(service.resources),
            },
          ],
          dnsPolicy: 'ClusterFirst',
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 30,
        },
      },
      ttlSecondsAfterFinished: 3600,
    },
  };
}
