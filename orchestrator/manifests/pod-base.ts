/** What every pod template has, with the fields that the API server would put in. */
export const podBase = {
  // Variables for each Service of the namespace could shadow the programs' settings, and nothing here reads them.
  enableServiceLinks: false,
  schedulerName: 'default-scheduler',
  securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
} as const;

/** The service account by its name and by its old one, which the API server writes beside it. */
export function runsAs(serviceAccountName: string) {
  return { serviceAccount: serviceAccountName, serviceAccountName };
}
