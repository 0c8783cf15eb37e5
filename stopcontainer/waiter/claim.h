#ifndef FIRECAMP_WAITER_CLAIM_H
#define FIRECAMP_WAITER_CLAIM_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NAME_MAX_LENGTH = 64 };

/* What the claim container leaves in the run directory, as far as the waiter uses it. */
struct claim {
  struct in_addr address;
  uint64_t epoch;
  char pod_uid[NAME_MAX_LENGTH + 1];
  /* The waiter that was there when the claim was made; empty when there was none. */
  char waiter[NAME_MAX_LENGTH + 1];
};

/* Reads a claim out of `length` bytes. False for anything but a whole claim, and then `claim` holds nothing of use. A file counts as
 * whole by its last line, "end=1"; keys that are not known are passed over, so that a later claim container may add some. */
bool claim_parse(const char *text, size_t length, struct claim *claim);

/* Letters, digits and '-', at most NAME_MAX_LENGTH; may be empty. */
bool is_name(const char *text, size_t length);

#endif
