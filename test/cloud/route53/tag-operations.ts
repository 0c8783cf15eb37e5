import { type Answer, type Call, requestBody } from './call.ts';
import { invalidInput, noSuchHostedZone } from './failure.ts';
import type { XmlTree } from './xml.ts';

/** Source: Route 53 API reference, ChangeTagsForResource. */
export function changeTags(call: Call): Answer {
  const tags = tagsOf(call, call.ids[0] ?? '');
  const body = requestBody(call);
  for (const tag of body.list('AddTags', 'Tag')) {
    const key = tag.text('Key');
    if (!key) throw invalidInput('Invalid request: a Tag needs a Key');
    tags.set(key, tag.text('Value') ?? '');
  }
  for (const key of body.list('RemoveTagKeys', 'Key')) tags.delete(key.own() ?? '');
  return { tree: {} };
}

/** Source: Route 53 API reference, ListTagsForResource. */
export function listTags(call: Call): Answer {
  return { tree: { ResourceTagSet: tagTree(call, call.ids[0] ?? '') } };
}

/** Source: Route 53 API reference, ListTagsForResources (up to ten resources). */
export function listTagsOfMany(call: Call): Answer {
  const ids = requestBody(call)
    .list('ResourceIds', 'ResourceId')
    .map((node) => node.own() ?? '');
  if (ids.length === 0 || ids.length > 10) throw invalidInput('Invalid request: one to ten ResourceIds');
  return { tree: { ResourceTagSets: { ResourceTagSet: ids.map((id) => tagTree(call, id)) } } };
}

function tagTree(call: Call, zoneId: string): XmlTree {
  const tags = [...tagsOf(call, zoneId)].map(([key, value]) => ({ Key: key, Value: value }));
  return { ResourceType: 'hostedzone', ResourceId: zoneId, Tags: { Tag: tags } };
}

function tagsOf({ state }: Call, zoneId: string): Map<string, string> {
  if (state.zone(zoneId) === undefined) throw noSuchHostedZone(zoneId);
  return state.tags(zoneId);
}
