#ifndef FIRECAMP_WAITER_AWAIT_MAIN_H
#define FIRECAMP_WAITER_AWAIT_MAIN_H

/*
 * Returns 0 once no process of another container is left in the pod: the preStop hook of a stop container that is no sidecar, so that the
 * address outlives the main container. Kubelet itself ends a hook that takes longer than the pod's grace period.
 *
 * Needs the pod's shareProcessNamespace; without it nothing can be seen, which it says, and returns 0 at once. The pod's status would not
 * do: kubelet does not update it before all containers have ended (kubernetes/kubernetes issues 107183 and 128820).
 */
int await_main(void);

#endif
