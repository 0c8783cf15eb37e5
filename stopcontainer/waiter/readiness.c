#define _GNU_SOURCE
#include "readiness.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "run-dir.h"

/* Twenty looks at the default interval, a third of the address's default lifetime. */
enum { FRESH_S = 60 };

int readiness(const char *run) {
  time_t touched;
  if (!ready_time(run, &touched)) {
    if (errno == ENOENT) printf("not ready: no %s/ready, so the member's address is not on this host\n", run);
    else printf("not ready: %s/ready: %s\n", run, strerror(errno));
    return 1;
  }
  /* A time in the future counts as young: the clock was set back, and the next look sets the file right. */
  long long age = (long long)(time(NULL) - touched);
  if (age < FRESH_S) return 0;
  printf("not ready: %s/ready is %lld s old: since then nobody saw the member's address on this host\n", run, age);
  return 1;
}
