#ifndef FIRECAMP_WAITER_SIGNALS_H
#define FIRECAMP_WAITER_SIGNALS_H

#include <stdint.h>

enum event { EVENT_TIME, EVENT_CHILD, EVENT_STOP };

/* From here on TERM, INT and CHLD wait until they are asked for. For process 1 of a namespace a signal with no handler is dropped, one
 * that is blocked is not. */
void signals_block(void);

/* As before signals_block(); for a program that is about to be started. */
void signals_unblock(void);

/* Drops TERM and INT, those that wait included, and unblocks all: what is started next makes handlers of its own. */
void signals_ignore_stop(void);

/* Sleeps until a signal or until monotonic_ms() reaches the time given. */
enum event wait_until(int64_t time_ms);

int64_t monotonic_ms(void);

#endif
