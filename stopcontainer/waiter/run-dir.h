#ifndef FIRECAMP_WAITER_RUN_DIR_H
#define FIRECAMP_WAITER_RUN_DIR_H

#include <stdbool.h>
#include <time.h>

#include "claim.h"

/* The directory that the claim container and this process share. Whoever can write there may leave anything: no symbolic link is
 * followed, no more than a few kilobytes are read, and what cannot be used counts as not there. */

/* Makes a fresh random id. False when the kernel gives none. */
bool fresh_id(char id[NAME_MAX_LENGTH + 1]);

/* The id in <run>/waiter; empty when there is none that can be used. */
void read_waiter_id(const char *run, char id[NAME_MAX_LENGTH + 1]);

/* Puts the id into <run>/waiter, whole or not at all; errno tells why not. */
bool write_waiter_id(const char *run, const char *id);

bool read_claim(const char *run, struct claim *claim);

/* Makes <run>/ready, or sets its time to now; errno tells why not. */
bool touch_ready(const char *run);

/* When <run>/ready was touched last; false when it is no file of that name, errno tells why. */
bool ready_time(const char *run, time_t *touched);

void remove_ready(const char *run);

#endif
