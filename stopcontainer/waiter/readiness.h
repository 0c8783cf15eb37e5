#ifndef FIRECAMP_WAITER_READINESS_H
#define FIRECAMP_WAITER_READINESS_H

/*
 * What a readiness probe asks (`firecamp-stopcontainer --is-ready`): 0 when the waiting process has set <run>/ready within the last minute,
 * that is when the member's address is on this host; else 1, with one line for the Event that kubelet makes of it.
 */
int readiness(const char *run);

#endif
