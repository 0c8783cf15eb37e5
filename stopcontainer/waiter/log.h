#ifndef FIRECAMP_WAITER_LOG_H
#define FIRECAMP_WAITER_LOG_H

/* Writes one JSON line to stderr, in the form of the programs' own logs. `format` is printf's; the text is escaped, and cut at some
 * hundred bytes. Level is "info", "warn" or "error". */
void log_line(const char *level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
