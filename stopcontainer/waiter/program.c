#define _GNU_SOURCE
#include "program.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log.h"
#include "signals.h"

static char path[PATH_MAX];

bool program_locate(void) {
  static const char file[] = "firecamp-initcontainer";
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  if (length < 0) {
    log_line("error", "cannot tell where this program lies: /proc/self/exe: %s", strerror(errno));
    return false;
  }
  path[length] = '\0';
  char *name = strrchr(path, '/');
  name = name == NULL ? path : name + 1;
  if ((size_t)(name - path) + sizeof file > sizeof path) {
    log_line("error", "the path of this program is too long");
    return false;
  }
  memcpy(name, file, sizeof file);
  return true;
}

_Noreturn void program_become(char *const arguments[]) {
  execve(path, arguments, environ);
  log_line("error", "cannot start %s: %s", path, strerror(errno));
  _exit(127);
}

pid_t program_start(char *const arguments[]) {
  pid_t child = fork();
  if (child == 0) {
    signals_unblock();
    program_become(arguments);
  }
  if (child < 0) log_line("error", "cannot start a process: %s", strerror(errno));
  return child;
}

bool program_ended(pid_t child, int *code) {
  bool found = false;
  int status;
  pid_t ended;
  while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
    if (ended != child) continue;
    found = true;
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  return found;
}

void program_stop(pid_t child, int patience_ms) {
  int64_t deadline = monotonic_ms() + patience_ms;
  int code;
  kill(child, SIGTERM);
  /* A second TERM in here is only a wish to be quicker: the release comes next anyway. */
  while (!program_ended(child, &code)) {
    if (wait_until(deadline) != EVENT_TIME) continue;
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return;
  }
}
