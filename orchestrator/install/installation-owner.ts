import type { ObjectOwner } from '../objects/object-owner.ts';

/** The installation in the place of a service: all that it makes is shared by the services of the namespace. */
export const installationOwner: ObjectOwner = {
  service: '',
  serviceUuid: undefined,
  called: 'installation',
};
