#ifndef FIRECAMP_WAITER_WATCH_H
#define FIRECAMP_WAITER_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "address.h"
#include "claim.h"

enum adopted {
  ADOPTED_NONE,
  /* A claim that was not made in front of this waiter: it was there before. */
  ADOPTED_PROVISIONALLY,
  ADOPTED,
};

/* All that the waiter knows; it stays the same size as long as it waits. */
struct watch {
  const char *run;
  uint32_t lifetime_s;
  char id[NAME_MAX_LENGTH + 1];
  char predecessor[NAME_MAX_LENGTH + 1];
  bool id_written;
  enum adopted adopted;
  /* Remembered, not read again: a later run of the claim container may rewrite the file, and its claim is not ours to release. */
  struct claim claim;
  enum address_state last_state;
  pid_t guard;
  /* So many looks more before the guard may run again. */
  int guard_pause;
  /* So many looks more for which a claim that was just made may still be on its way to the host. */
  int patience;
  bool told_run_dir, told_ready;
};

/* Takes over what lies in the run directory, and announces this waiter there. */
void watch_begin(struct watch *watch, const char *run, uint32_t lifetime_s);

/* Reads the claim file, and adopts what is to be adopted. */
void watch_claim(struct watch *watch);

/* Whether `claim` is to replace what was adopted. */
bool is_to_be_adopted(const struct watch *watch, const struct claim *claim);

/* One look at the host: renews the address and <run>/ready, or takes <run>/ready away and, if allowed, starts the guard. */
void watch_look(struct watch *watch, bool may_guard);

/* To be called when the guard has ended. */
void watch_guard_ended(struct watch *watch, int code);

/* The arguments of the program in the given mode ("--once", "--guard"), valid until the next call. */
char **watch_arguments(const struct watch *watch, char *mode);

#endif
