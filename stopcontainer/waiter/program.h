#ifndef FIRECAMP_WAITER_PROGRAM_H
#define FIRECAMP_WAITER_PROGRAM_H

#include <stdbool.h>
#include <sys/types.h>

/* The program proper: the file "firecamp-initcontainer" beside this one, which is the stop program when it is called so. */
#define PROGRAM_NAME "firecamp-stopcontainer"

/* Finds the program's path; false, with a line in the log, when even its directory cannot be told. */
bool program_locate(void);

/* Becomes the program, with the signal mask as it is. Returns only by ending with 127 when it cannot be started. */
_Noreturn void program_become(char *const arguments[]);

/* Starts the program beside this process, with the signals as they were before signals_block(). -1 when there can be no process. */
pid_t program_start(char *const arguments[]);

/* Collects every child that has ended, orphans that became ours too. True when `child` was among them; then `code` is its exit code, or
 * 128 and the signal that ended it. */
bool program_ended(pid_t child, int *code);

/* Ends the child: TERM, and KILL when it is still there after `patience_ms`. */
void program_stop(pid_t child, int patience_ms);

#endif
