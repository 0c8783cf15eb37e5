import { resourceType, tagsOf } from './authorized-resources.ts';
import { Ec2Error, invalidValue, missing } from './ec2-error.ts';
import type { Ec2State } from './ec2-state.ts';
import { filtered } from './filters.ts';
import type { Operations } from './operation.ts';
import { page } from './paging.ts';
import type { QueryParams } from './query-params.ts';
import { field, itemSet } from './xml-writer.ts';

/** CreateTags, DeleteTags and DescribeTags (EC2 API reference). */
export const tagOperations: Operations = {
  CreateTags(state, params) {
    const tags = params.tags();
    const targets = taggable(state, params);
    if (tags.size === 0) throw missing('tag');
    for (const key of tags.keys()) {
      // EC2 user guide, "Tag restrictions".
      if (key.toLowerCase().startsWith('aws:')) {
        throw invalidValue(
          `Value ( ${key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use`,
        );
      }
    }
    if (targets.some((target) => new Set([...target.keys(), ...tags.keys()]).size > 50)) {
      throw new Ec2Error('TagLimitExceeded', 'More than 50 tags on a resource');
    }
    for (const target of targets) for (const [key, value] of tags) target.set(key, value);
    return field('return', true);
  },

  DeleteTags(state, params) {
    const unwanted = params.structures('Tag').map((tag) => ({ key: tag.required('Key'), value: tag.text('Value') }));
    for (const target of taggable(state, params)) {
      // A value that is given must match; without tags all go.
      if (unwanted.length === 0) target.clear();
      for (const { key, value } of unwanted) if (value === undefined || target.get(key) === value) target.delete(key);
    }
    return field('return', true);
  },

  DescribeTags(state, params) {
    const ids = [state.vpcs, state.subnets, state.reservations, state.instances, state.volumes].flatMap((map) => [
      ...map.keys(),
    ]);
    // As of DescribeNetworkInterfaces: what was just made may not be there yet (EC2 developer guide, "Eventual consistency").
    const interfaces = state.interfaces().filter(({ visibleFrom }) => visibleFrom <= state.now());
    const all = [...ids, ...interfaces.map((item) => item.id)].flatMap((resourceId) =>
      [...(tagsOf(state, resourceId) ?? [])].map(([key, value]) => {
        const id = `${resourceId} ${key}`;
        return { id, resourceId, key, value, tags: new Map([[key, value]]) };
      }),
    );
    const found = filtered(all, params, {
      key: (item) => [item.key],
      'resource-id': (item) => [item.resourceId],
      'resource-type': (item) => [resourceType(item.resourceId)],
      value: (item) => [item.value],
    });
    const { items, nextToken } = page(found, params, { min: 5, max: 1000 });
    const tag = (item: (typeof all)[number]) =>
      field('resourceId', item.resourceId) +
      field('resourceType', resourceType(item.resourceId)) +
      field('key', item.key) +
      field('value', item.value);
    return itemSet('tagSet', items, tag) + nextToken;
  },
};

function taggable(state: Ec2State, params: QueryParams): Map<string, string>[] {
  return params.list('ResourceId').map((id) => {
    const tags = tagsOf(state, id);
    if (!tags) throw new Ec2Error('InvalidID', `The ID '${id}' is not valid`);
    return tags;
  });
}
