const binarySuffixes = ['Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;

/** Thousandths of a core in the one form that the API server gives back: `1500m`, `2`. */
export function cpuQuantity(units: number): string {
  if (units % 1000 !== 0) return `${units}m`;
  const cores = units / 1000;
  return cores !== 0 && cores % 1000 === 0 ? `${cores / 1000}k` : String(cores);
}

/**
 * MiB in the one form that the API server gives back, the largest suffix that leaves a whole number (Kubernetes API reference,
 * Quantity, "canonical form"). In any other form each comparison with the cluster would show a difference.
 */
export function memoryQuantity(mib: number): string {
  let value = mib;
  let power = 0;
  while (value !== 0 && value % 1024 === 0 && power < binarySuffixes.length - 1) {
    value /= 1024;
    power += 1;
  }
  return value === 0 ? '0' : `${value}${binarySuffixes[power]}`;
}

/** The size of a volume in GiB, in canonical form. */
export function storageQuantity(gib: number): string {
  return memoryQuantity(gib * 1024);
}
