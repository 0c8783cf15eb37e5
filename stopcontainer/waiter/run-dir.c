#define _GNU_SOURCE
#include "run-dir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool join(char path[PATH_MAX], const char *run, const char *name) {
  int length = snprintf(path, PATH_MAX, "%s/%s", run, name);
  if (length >= 0 && length < PATH_MAX) return true;
  errno = ENAMETOOLONG;
  return false;
}

/* Length of the file's content; -1 when it is no regular file, or fills the buffer. */
static ssize_t read_small(const char *path, char *to, size_t size) {
  /* Without O_NONBLOCK a fifo of that name would hold this process for good. */
  int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return -1;
  struct stat info;
  size_t length = 0;
  ssize_t got = -1;
  if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
    do {
      got = read(fd, to + length, size - length);
      if (got > 0) length += (size_t)got;
    } while ((got > 0 && length < size) || (got < 0 && errno == EINTR));
  }
  close(fd);
  return got < 0 || length == size ? -1 : (ssize_t)length;
}

bool fresh_id(char id[NAME_MAX_LENGTH + 1]) {
  ssize_t length = -1;
  int fd = open("/proc/sys/kernel/random/uuid", O_RDONLY | O_CLOEXEC);
  if (fd >= 0) {
    length = read(fd, id, NAME_MAX_LENGTH);
    close(fd);
  }
  if (length <= 1) return false;
  if (id[length - 1] == '\n') length--;
  id[length] = '\0';
  return is_name(id, (size_t)length);
}

void read_waiter_id(const char *run, char id[NAME_MAX_LENGTH + 1]) {
  char path[PATH_MAX], text[NAME_MAX_LENGTH + 2];
  id[0] = '\0';
  if (!join(path, run, "waiter")) return;
  ssize_t length = read_small(path, text, sizeof text);
  if (length > 0 && text[length - 1] == '\n') length--;
  if (length <= 0 || !is_name(text, (size_t)length)) return;
  memcpy(id, text, (size_t)length);
  id[length] = '\0';
}

bool write_waiter_id(const char *run, const char *id) {
  char path[PATH_MAX], temporary[PATH_MAX], name[NAME_MAX_LENGTH + 16];
  /* Two waiters can both be process 1, so the id itself tells the temporary names apart. */
  snprintf(name, sizeof name, ".waiter-%s", id);
  if (!join(path, run, "waiter") || !join(temporary, run, name)) return false;
  int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  size_t length = strlen(id);
  ssize_t written = write(fd, id, length);
  bool whole = written >= 0 && (size_t)written == length;
  if (close(fd) == 0 && whole && rename(temporary, path) == 0) return true;
  int reason = written >= 0 && !whole ? ENOSPC : errno;
  unlink(temporary);
  errno = reason;
  return false;
}

bool read_claim(const char *run, struct claim *claim) {
  char path[PATH_MAX], text[4096];
  if (!join(path, run, "claim")) return false;
  ssize_t length = read_small(path, text, sizeof text);
  return length > 0 && claim_parse(text, (size_t)length, claim);
}

bool touch_ready(const char *run) {
  char path[PATH_MAX];
  if (!join(path, run, "ready")) return false;
  int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  bool touched = futimens(fd, NULL) == 0;
  int reason = errno;
  close(fd);
  errno = reason;
  return touched;
}

bool ready_time(const char *run, time_t *touched) {
  char path[PATH_MAX];
  struct stat info;
  if (!join(path, run, "ready") || lstat(path, &info) != 0) return false;
  *touched = info.st_mtime;
  errno = EINVAL;
  return S_ISREG(info.st_mode);
}

void remove_ready(const char *run) {
  char path[PATH_MAX];
  if (join(path, run, "ready")) unlink(path);
}
