import type { Check } from './check.ts';
import { accessCheck } from './checks/access-check.ts';
import { addressChecks } from './checks/address-checks.ts';
import { cloudChecks } from './checks/cloud-checks.ts';
import { interfaceChecks } from './checks/interface-checks.ts';
import { kubernetesChecks } from './checks/kubernetes-checks.ts';
import { labelCheck } from './checks/label-check.ts';
import { nameChecks } from './checks/name-checks.ts';

/** Every check, in the order in which they are reported. */
export const checks: readonly Check[] = [
  ...kubernetesChecks,
  accessCheck,
  ...addressChecks,
  ...interfaceChecks,
  labelCheck,
  ...nameChecks,
  ...cloudChecks,
];
