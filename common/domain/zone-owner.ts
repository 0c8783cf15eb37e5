/** Which cluster a hosted zone was made for. */
interface ZoneOwner {
  /** FireCamp's name of the cluster. */
  readonly cluster: string;
  /** UID of the namespace kube-system: no two Kubernetes clusters have the same. */
  readonly clusterUid: string;
}

/** What a zone shows of whom it was made for. */
interface ZoneMarks {
  readonly callerReference: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** The tags of a zone that was made for the cluster. */
export function zoneTags({ cluster, clusterUid }: ZoneOwner): Readonly<Record<string, string>> {
  return { 'firecamp-cluster': cluster, 'firecamp-cluster-uid': clusterUid };
}

/**
 * The caller reference to make a zone with. Route 53 never takes one a second time, not even once its zone is deleted (saltstack/salt
 * issue 40655, Netflix/denominator pull request 356), so the cluster and the name alone would let a zone be made once only.
 *
 * @param creation what this one creation is known by in every run of it and no other is: the service's UUID
 */
export function zoneCallerReference({ clusterUid }: Pick<ZoneOwner, 'clusterUid'>, creation: string): string {
  return `firecamp/${clusterUid}/${creation}`;
}

/**
 * Whether the zone was made for the cluster. The reference is there from the zone's first moment, the tags come with a second request,
 * before which a creation may have been cut off.
 */
export function isOwnZone({ callerReference, tags }: ZoneMarks, owner: ZoneOwner): boolean {
  const tagged = Object.entries(zoneTags(owner)).every(([key, value]) => tags[key] === value);
  return tagged || callerReference.startsWith(zoneCallerReference(owner, ''));
}
