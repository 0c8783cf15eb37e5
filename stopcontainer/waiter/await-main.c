#define _GNU_SOURCE
#include "await-main.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

enum { LOOK_EVERY_MS = 100, CGROUPS_SIZE = 4096 };

/* The cgroups of a process as /proc tells them; false when it is gone. All processes of a container have the same, its hooks too. */
static bool read_cgroups(const char *pid, char cgroups[CGROUPS_SIZE]) {
  char path[280];
  snprintf(path, sizeof path, "/proc/%s/cgroup", pid);
  FILE *file = fopen(path, "re");
  if (file == NULL) return false;
  size_t length = fread(cgroups, 1, CGROUPS_SIZE - 1, file);
  fclose(file);
  cgroups[length] = '\0';
  return length > 0;
}

/* A process that has ended and is not collected yet keeps nobody waiting. */
static bool is_zombie(const char *pid) {
  char path[280];
  char text[512];
  snprintf(path, sizeof path, "/proc/%s/stat", pid);
  FILE *file = fopen(path, "re");
  if (file == NULL) return true;
  size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[length] = '\0';
  /* The name before it may hold anything, a parenthesis too. */
  const char *after_name = strrchr(text, ')');
  return after_name == NULL || after_name[1] == '\0' || after_name[2] == 'Z';
}

static bool is_of_another_container(const char *pid, const char *own) {
  char cgroups[CGROUPS_SIZE];
  /* Process 1 of a shared namespace is the pod's own: it ends after all others. */
  if (strspn(pid, "0123456789") != strlen(pid) || strcmp(pid, "1") == 0) return false;
  return read_cgroups(pid, cgroups) && strcmp(cgroups, own) != 0 && !is_zombie(pid);
}

static bool is_another_left(const char *own) {
  DIR *processes = opendir("/proc");
  if (processes == NULL) return false;
  bool found = false;
  for (struct dirent *entry; !found && (entry = readdir(processes)) != NULL;) found = is_of_another_container(entry->d_name, own);
  closedir(processes);
  return found;
}

int await_main(void) {
  char own[CGROUPS_SIZE];
  char first[CGROUPS_SIZE];
  if (!read_cgroups("self", own) || !read_cgroups("1", first) || strcmp(own, first) == 0) {
    log_line("warn", "the main container cannot be seen, so its end is not waited for: the pod needs shareProcessNamespace");
    return 0;
  }
  const struct timespec pause = {.tv_nsec = LOOK_EVERY_MS * 1000000L};
  while (is_another_left(own)) nanosleep(&pause, NULL);
  return 0;
}
