/* The first process of a pod's sandbox: holds its namespaces open, takes in the children whose parents are gone, and ends when it is told. */
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

int main(void) {
  sigset_t awaited;
  int signal;
  sigemptyset(&awaited);
  sigaddset(&awaited, SIGTERM);
  sigaddset(&awaited, SIGINT);
  sigaddset(&awaited, SIGCHLD);
  /* Blocked, so that one that comes between two waits is kept. */
  sigprocmask(SIG_BLOCK, &awaited, NULL);
  while (sigwait(&awaited, &signal) == 0 && signal == SIGCHLD) {
    while (waitpid(-1, NULL, WNOHANG) > 0) {
    }
  }
  return 0;
}
