import type { AuthorizedResource, ImpliedAction } from '../service.ts';
import type { Ec2State } from './ec2-state.ts';
import type { QueryParams } from './query-params.ts';

/** Parameters that name a resource an action is authorized on. */
const naming: readonly (readonly [parameter: string, type: string])[] = [
  ['NetworkInterfaceId', 'network-interface'],
  ['SubnetId', 'subnet'],
  ['InstanceId', 'instance'],
  ['VolumeId', 'volume'],
  ['SubnetCidrReservationId', 'subnet-cidr-reservation'],
  ['SecurityGroupId', 'security-group'],
];

/** Resource types that a creating action is authorized on as well, before there is one. */
const created: Readonly<Record<string, string>> = {
  CreateNetworkInterface: 'network-interface',
  CreateVolume: 'volume',
  RunInstances: 'instance',
};

/**
 * What a policy's Resource and Condition are matched against (Service Authorization Reference, "Actions, resources, and
 * condition keys for Amazon EC2"). Describe and Get actions have no resource. An action on several resources must be
 * allowed on each.
 */
export function authorizedResources(state: Ec2State, params: QueryParams, operation: string): AuthorizedResource[] {
  const request = requestContext(state, params);
  if (operation === 'DescribeVpcAttribute') return [resource(state, 'vpc', params.text('VpcId') ?? '*', request)];
  if (/^(Describe|Get)/.test(operation)) return [{ arn: '*', context: request }];
  const named = naming.flatMap(([parameter, type]) => {
    const ids = [params.text(parameter) ?? [], params.list(parameter)].flat();
    return ids.map((id) => resource(state, type, id, request));
  });
  const attached = attachedTo(state, params).map(([type, id]) => resource(state, type, id, request));
  const tagged = params.list('ResourceId').map((id) => resource(state, resourceType(id), id, request));
  const fresh = created[operation];
  const all = [...named, ...attached, ...tagged, ...(fresh ? [resource(state, fresh, '*', request)] : [])];
  return all.length > 0 ? all : [{ arn: '*', context: request }];
}

/**
 * What an attachment's id stands for: detaching, and changing an attachment, is authorized on the interface and on its instance (as in
 * amazon-vpc-cni-k8s, docs/iam-policy.md, "Scope-down IAM policy").
 */
function attachedTo(state: Ec2State, params: QueryParams): [type: string, id: string][] {
  const id = params.text('AttachmentId') ?? params.text('Attachment.AttachmentId');
  const item = state.interfaces().find(({ attachment }) => id !== undefined && attachment?.id === id);
  if (item?.attachment === undefined) return [];
  const instance: [string, string] = ['instance', item.attachment.instanceId];
  // A changed interface is named beside it.
  return params.text('NetworkInterfaceId') === undefined ? [['network-interface', item.id], instance] : [instance];
}

/**
 * Whoever makes something with tags must be allowed to tag it, by an action that knows what it is made by (EC2 user guide, "Grant
 * permission to tag Amazon EC2 resources during creation").
 */
export function tagsOnCreation(state: Ec2State, params: QueryParams, operation: string): ImpliedAction[] {
  const types = params.structures('TagSpecification').flatMap((item) => item.text('ResourceType') ?? []);
  const request = { ...requestContext(state, params), 'ec2:CreateAction': [operation] };
  return types.map((type) => ({ action: 'ec2:CreateTags', resources: [resource(state, type, '*', request)] }));
}

function resource(
  state: Ec2State,
  type: string,
  id: string,
  request: AuthorizedResource['context'],
): AuthorizedResource {
  const context: Record<string, readonly string[]> = { ...request };
  for (const [key, value] of tagsOf(state, id) ?? []) {
    context[`aws:ResourceTag/${key}`] = [value];
    context[`ec2:ResourceTag/${key}`] = [value];
  }
  const subnetId = state.interface(id)?.subnetId ?? id;
  const vpc = state.securityGroups.get(id) ?? state.subnets.get(subnetId)?.vpcId;
  if (vpc !== undefined) context['ec2:Vpc'] = [`arn:aws:ec2:${state.region}:${state.accountId}:vpc/${vpc}`];
  return { arn: `arn:aws:ec2:${state.region}:${state.accountId}:${type}/${id}`, context };
}

function requestContext(state: Ec2State, params: QueryParams): AuthorizedResource['context'] {
  const specified = params.structures('TagSpecification').flatMap((item) => [...item.tags()]);
  const tags = new Map([...params.tags(), ...specified]);
  const context: Record<string, readonly string[]> = {
    'ec2:Region': [state.region],
    'aws:RequestedRegion': [state.region],
  };
  for (const [key, value] of tags) context[`aws:RequestTag/${key}`] = [value];
  if (tags.size > 0) context['aws:TagKeys'] = [...tags.keys()];
  return context;
}

/** The tags of anything that has some, to read or to change; undefined when there is no such resource. */
export function tagsOf(state: Ec2State, id: string): Map<string, string> | undefined {
  const holder = [state.vpcs, state.subnets, state.reservations, state.instances, state.volumes].find((map) =>
    map.has(id),
  );
  return holder?.get(id)?.tags ?? state.interface(id)?.tags;
}

const types: readonly (readonly [prefix: string, type: string])[] = [
  ['eni-', 'network-interface'],
  ['subnet-', 'subnet'],
  ['scr-', 'subnet-cidr-reservation'],
  ['vpc-', 'vpc'],
  ['vol-', 'volume'],
  ['i-', 'instance'],
];

/** The resource type that an id's prefix tells. */
export function resourceType(id: string): string {
  return types.find(([prefix]) => id.startsWith(prefix))?.[1] ?? 'unknown';
}
