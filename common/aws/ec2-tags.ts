import type { ResourceType, Tag, TagSpecification } from '@aws-sdk/client-ec2';

/** The tags of something that EC2 describes. */
export function tagsFromWire(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key: key, Value: value }) => [key ?? '', value ?? '']));
}

/** Tags that a new resource has from its first moment, so that no crash leaves it without an owner. */
export function ec2Tags(type: ResourceType, tags: Readonly<Record<string, string>>): TagSpecification[] {
  return [{ ResourceType: type, Tags: Object.entries(tags).map(([key, value]) => ({ Key: key, Value: value })) }];
}
