/* The waiting process of the stop container. It costs next to nothing while the member lives, keeps the member's address alive on the
 * host, and becomes the stop program when the pod is told to end. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "await-main.h"
#include "log.h"
#include "program.h"
#include "readiness.h"
#include "signals.h"
#include "watch.h"

enum { STOP_PATIENCE_MS = 2000, DEFAULT_INTERVAL_S = 3, DEFAULT_LIFETIME_S = 180, LARGEST_SPAN_S = 86400 };

/* Whole seconds. The program's own check of the configuration has passed before; this only keeps nonsense from being waited for. */
static uint32_t seconds(const char *name, uint32_t otherwise) {
  const char *text = getenv(name);
  if (text == NULL || *text == '\0') return otherwise;
  char *end;
  unsigned long value = strtoul(text, &end, 10);
  if (*text >= '0' && *text <= '9' && *end == '\0' && value >= 1 && value <= LARGEST_SPAN_S) return (uint32_t)value;
  log_line("warn", "%s is \"%s\", not a number of seconds from 1 to %d: using %u", name, text, LARGEST_SPAN_S, otherwise);
  return otherwise;
}

static const char *run_dir(void) {
  const char *named = getenv("FIRECAMP_RUN_DIR");
  return named == NULL || *named == '\0' ? "/run/firecamp" : named;
}

static bool is_to_wait(int argc) {
  const char *test_mode = getenv("TESTMODE");
  return argc == 1 && (test_mode == NULL || strcmp(test_mode, "true") != 0);
}

static _Noreturn void release(struct watch *watch) {
  if (watch->guard > 0) program_stop(watch->guard, STOP_PATIENCE_MS);
  /* A claim of the last seconds may not have been seen yet. */
  watch_claim(watch);
  signals_ignore_stop();
  program_become(watch_arguments(watch, "--once"));
}

/* Has the program validate the configuration; ends this process with its exit code when it is not content. */
static void check(struct watch *watch) {
  char *const arguments[] = {PROGRAM_NAME, "--check", NULL};
  pid_t child = program_start(arguments);
  int code = 1;
  if (child < 0) exit(code);
  for (;;) {
    if (wait_until(INT64_MAX) == EVENT_STOP) {
      program_stop(child, STOP_PATIENCE_MS);
      release(watch);
    }
    if (!program_ended(child, &code)) continue;
    if (code == 0) return;
    exit(code);
  }
}

static _Noreturn void wait_for_the_end(struct watch *watch, int64_t interval_ms) {
  int64_t next_look = monotonic_ms();
  for (;;) {
    int code = 0;
    switch (wait_until(next_look)) {
      case EVENT_STOP: release(watch);
      case EVENT_CHILD:
        if (!program_ended(watch->guard, &code)) break;
        watch_guard_ended(watch, code);
        /* Says at once that the address is back; a guard that runs in vain waits for its turn. */
        if (code == 0) watch_look(watch, false);
        break;
      case EVENT_TIME:
        watch_claim(watch);
        watch_look(watch, true);
        next_look = monotonic_ms() + interval_ms;
        break;
    }
  }
}

int main(int argc, char *argv[]) {
  static struct watch watch;
  if (argc == 2 && strcmp(argv[1], "--await-main") == 0) return await_main();
  if (argc == 2 && strcmp(argv[1], "--is-ready") == 0) return readiness(run_dir());
  signals_block();
  if (!program_locate()) return 1;
  if (!is_to_wait(argc)) {
    signals_unblock();
    argv[0] = PROGRAM_NAME;
    program_become(argv);
  }
  watch_begin(&watch, run_dir(), seconds("FIRECAMP_ADDRESS_LIFETIME", DEFAULT_LIFETIME_S));
  check(&watch);
  wait_for_the_end(&watch, (int64_t)seconds("FIRECAMP_WATCH_INTERVAL", DEFAULT_INTERVAL_S) * 1000);
}
