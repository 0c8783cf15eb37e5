/** Whose addresses a subnet CIDR reservation keeps. */
export interface ReservationOwner {
  /** FireCamp's name of the cluster. */
  readonly cluster: string;
  /** UID of the namespace kube-system: no two Kubernetes clusters have the same. */
  readonly clusterUid: string;
  readonly dbType: 'clouddb' | 'k8sdb';
  /** Namespace of the records where they are ConfigMaps. */
  readonly namespace: string;
}

/**
 * The tags of a reservation. One reservation belongs to one set of records, because only a compare-and-set on the same address record keeps
 * two creators from giving out one address: with `k8sdb` each namespace has records of its own, and so a reservation of its own.
 */
export function reservationTags(owner: ReservationOwner): Readonly<Record<string, string>> {
  return {
    'firecamp-cluster': owner.cluster,
    'firecamp-cluster-uid': owner.clusterUid,
    'firecamp-records': owner.dbType === 'clouddb' ? 'clouddb' : `k8sdb/${owner.namespace}`,
  };
}

/** Whether the reservation with these tags is the owner's: every tag is there with its value. */
export function isOwnReservation(tags: Readonly<Record<string, string>>, owner: ReservationOwner): boolean {
  return Object.entries(reservationTags(owner)).every(([key, value]) => tags[key] === value);
}
