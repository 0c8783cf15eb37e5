#define _GNU_SOURCE
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static size_t escape(char *to, size_t size, const char *from) {
  size_t used = 0;
  for (; *from != '\0' && used + 2 < size; from++) {
    unsigned char c = (unsigned char)*from;
    if (c == '"' || c == '\\') to[used++] = '\\';
    to[used++] = c < 0x20 || c >= 0x7f ? '?' : (char)c;
  }
  to[used] = '\0';
  return used;
}

void log_line(const char *level, const char *format, ...) {
  char text[512], escaped[700], line[900];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  escape(escaped, sizeof escaped, text);

  struct timespec now;
  struct tm utc;
  clock_gettime(CLOCK_REALTIME, &now);
  gmtime_r(&now.tv_sec, &utc);
  int length = snprintf(line, sizeof line, "{\"time\":\"%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ\",\"level\":\"%s\",\"msg\":\"%s\"}\n",
                        utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                        now.tv_nsec / 1000000, level, escaped);
  /* One write, so that lines of the waiter and of a child do not mix; a reader that is gone changes nothing here. */
  if (write(STDERR_FILENO, line, (size_t)length) < 0) return;
}
