#ifndef FIRECAMP_WAITER_ADDRESS_H
#define FIRECAMP_WAITER_ADDRESS_H

#include <netinet/in.h>
#include <stdint.h>

enum address_state {
  /* On an interface of this host, and its lifetime starts anew. */
  ADDRESS_RENEWED,
  /* On an interface, but the kernel refused to renew it; errno tells why. */
  ADDRESS_NOT_RENEWED,
  /* On no interface. */
  ADDRESS_ABSENT,
  /* The kernel could not be asked; errno tells why. Never to be read as absent. */
  ADDRESS_UNKNOWN,
};

/* Looks for address/32 in this network namespace and gives it a valid lifetime of so many seconds and a preferred one of none, so that
 * the kernel removes it that long after the last call. Interface, scope, label and flags stay as they are. (rtnetlink(7)) */
enum address_state renew_address(struct in_addr address, uint32_t lifetime_s);

#endif
