#define _GNU_SOURCE
#include "signals.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>

static sigset_t before;

static sigset_t awaited(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGCHLD);
  return set;
}

void signals_block(void) {
  sigset_t set = awaited();
  /* An inherited "ignore" of CHLD would make every child's exit code unknown. */
  signal(SIGCHLD, SIG_DFL);
  /* A log that nobody reads any more, as while the runtime restarts, is no reason to end. */
  signal(SIGPIPE, SIG_IGN);
  sigprocmask(SIG_BLOCK, &set, &before);
}

void signals_unblock(void) {
  signal(SIGPIPE, SIG_DFL);
  sigprocmask(SIG_SETMASK, &before, NULL);
}

void signals_ignore_stop(void) {
  sigset_t set = awaited();
  signal(SIGPIPE, SIG_DFL);
  signal(SIGTERM, SIG_IGN);
  signal(SIGINT, SIG_IGN);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
}

int64_t monotonic_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

enum event wait_until(int64_t time_ms) {
  sigset_t set = awaited();
  for (;;) {
    int64_t left = time_ms - monotonic_ms();
    if (left < 0) left = 0;
    struct timespec span = {.tv_sec = (time_t)(left / 1000), .tv_nsec = (long)(left % 1000) * 1000000};
    int signal_number = sigtimedwait(&set, NULL, &span);
    if (signal_number == SIGCHLD) return EVENT_CHILD;
    if (signal_number > 0) return EVENT_STOP;
    if (monotonic_ms() >= time_ms) return EVENT_TIME;
  }
}
