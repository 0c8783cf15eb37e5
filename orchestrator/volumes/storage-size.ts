const factors: Readonly<Record<string, number>> = {
  '': 1,
  ...{ k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/** Whole GiB in a quantity of storage, rounded up; undefined when it is none (Kubernetes API reference, Quantity). */
export function gibOf(quantity: string | undefined): number | undefined {
  const [, number, suffix] = /^(\d+(?:\.\d+)?)([kMGTPE]i?|Ki)?$/.exec(quantity ?? '') ?? [];
  const factor = factors[suffix ?? ''];
  return number === undefined || factor === undefined ? undefined : Math.ceil((Number(number) * factor) / 2 ** 30);
}
