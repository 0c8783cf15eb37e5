#define _GNU_SOURCE
#include "watch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "program.h"
#include "run-dir.h"

/* The program's exit code for "refused": the address is another's now. */
enum { GUARD_REFUSED = 5, LONG_PAUSE = 9 };

/* Looks that a claim gets to put the address on the host: it writes the claim file before it asks EC2 for the address. */
enum { CLAIM_PATIENCE = 4 };

static const char *text_of(struct in_addr address) {
  static char text[INET_ADDRSTRLEN];
  return inet_ntop(AF_INET, &address, text, sizeof text);
}

static void announce(struct watch *watch) {
  if (watch->id[0] == '\0' && !fresh_id(watch->id)) return;
  watch->id_written = write_waiter_id(watch->run, watch->id);
  if (watch->id_written || watch->told_run_dir) return;
  watch->told_run_dir = true;
  log_line("warn", "cannot write %s/waiter: %s; a claim cannot name this waiter until that works", watch->run, strerror(errno));
}

void watch_begin(struct watch *watch, const char *run, uint32_t lifetime_s) {
  *watch = (struct watch){.run = run, .lifetime_s = lifetime_s, .last_state = ADDRESS_RENEWED, .guard = -1};
  read_waiter_id(run, watch->predecessor);
  if (read_claim(run, &watch->claim)) {
    watch->adopted = ADOPTED_PROVISIONALLY;
    log_line("info", "found a claim of %s, epoch %" PRIu64, text_of(watch->claim.address), watch->claim.epoch);
  }
  remove_ready(run);
  announce(watch);
}

bool is_to_be_adopted(const struct watch *watch, const struct claim *claim) {
  if (claim->waiter[0] != '\0' && strcmp(claim->waiter, watch->id) == 0) return true;
  /* A claim that was under way when this waiter took over from another, or from none. Nobody else would keep its address alive. One that
   * names a later waiter is that one's. */
  return watch->adopted == ADOPTED_NONE && strcmp(claim->waiter, watch->predecessor) == 0;
}

static bool is_same(const struct claim *one, const struct claim *other) {
  return one->epoch == other->epoch && one->address.s_addr == other->address.s_addr && strcmp(one->pod_uid, other->pod_uid) == 0;
}

void watch_claim(struct watch *watch) {
  struct claim claim;
  if (!watch->id_written) announce(watch);
  if (!read_claim(watch->run, &claim) || !is_to_be_adopted(watch, &claim)) return;
  bool own = strcmp(claim.waiter, watch->id) == 0;
  bool changed = watch->adopted == ADOPTED_NONE || !is_same(&claim, &watch->claim);
  watch->adopted = own ? ADOPTED : ADOPTED_PROVISIONALLY;
  if (!changed) return;
  watch->claim = claim;
  watch->guard_pause = 0;
  watch->patience = CLAIM_PATIENCE;
  log_line("info", "watching %s, epoch %" PRIu64, text_of(claim.address), claim.epoch);
}

static void say(struct watch *watch, enum address_state state, int reason) {
  const char *address = text_of(watch->claim.address);
  if (state == watch->last_state) return;
  watch->last_state = state;
  if (state == ADDRESS_RENEWED) log_line("info", "%s is on the host again", address);
  if (state == ADDRESS_ABSENT) log_line("warn", "%s is not on the host any more", address);
  if (state == ADDRESS_UNKNOWN) log_line("warn", "cannot tell whether %s is on the host: netlink: %s", address, strerror(reason));
  if (state == ADDRESS_NOT_RENEWED && reason == EPERM)
    log_line("warn", "cannot renew %s: this container lacks the capability NET_ADMIN, and the kernel will remove the address", address);
  else if (state == ADDRESS_NOT_RENEWED)
    log_line("warn", "cannot renew %s: netlink: %s", address, strerror(reason));
}

static void keep_ready(struct watch *watch) {
  if (touch_ready(watch->run) || watch->told_ready) return;
  watch->told_ready = true;
  log_line("warn", "cannot write %s/ready: %s", watch->run, strerror(errno));
}

void watch_look(struct watch *watch, bool may_guard) {
  if (watch->adopted == ADOPTED_NONE) return;
  enum address_state state = renew_address(watch->claim.address, watch->lifetime_s);
  int reason = errno;
  if (state == ADDRESS_RENEWED) watch->patience = 0;
  if (state == ADDRESS_ABSENT && watch->patience > 0) {
    watch->patience--;
    return;
  }
  say(watch, state, reason);
  if (state == ADDRESS_UNKNOWN) return;
  if (state == ADDRESS_RENEWED) {
    watch->guard_pause = 0;
    keep_ready(watch);
    return;
  }
  remove_ready(watch->run);
  if (!may_guard || watch->guard > 0) return;
  if (watch->guard_pause > 0) {
    watch->guard_pause--;
    return;
  }
  /* The guard has no more capabilities than this process. */
  if (state == ADDRESS_NOT_RENEWED && reason == EPERM) watch->guard_pause = LONG_PAUSE;
  watch->guard = program_start(watch_arguments(watch, "--guard"));
}

void watch_guard_ended(struct watch *watch, int code) {
  const char *address = text_of(watch->claim.address);
  watch->guard = -1;
  if (code == GUARD_REFUSED) {
    watch->guard_pause = LONG_PAUSE;
    log_line("warn", "%s is not to be put back on this host", address);
  } else if (code != 0) {
    log_line("warn", "the guard of %s ended with %d; it runs again", address, code);
  }
}

char **watch_arguments(const struct watch *watch, char *mode) {
  static char epoch[48], pod_uid[NAME_MAX_LENGTH + 32];
  static char *arguments[5];
  int count = 0;
  arguments[count++] = PROGRAM_NAME;
  arguments[count++] = mode;
  if (watch->adopted != ADOPTED_NONE) {
    snprintf(epoch, sizeof epoch, "--claim-epoch=%" PRIu64, watch->claim.epoch);
    snprintf(pod_uid, sizeof pod_uid, "--claim-pod-uid=%s", watch->claim.pod_uid);
    arguments[count++] = epoch;
    arguments[count++] = pod_uid;
  }
  arguments[count] = NULL;
  return arguments;
}
