#define _GNU_SOURCE
#include "claim.h"

#include <arpa/inet.h>
#include <string.h>

/* The program takes epochs from 1 to JavaScript's largest safe integer, and no other number as an argument. */
static const uint64_t largest_epoch = (UINT64_C(1) << 53) - 1;

enum field { FIELD_ADDRESS = 1, FIELD_EPOCH = 2, FIELD_POD_UID = 4, FIELD_WAITER = 8, FIELD_END = 16, FIELD_ALL = 31 };

bool is_name(const char *text, size_t length) {
  if (length > NAME_MAX_LENGTH) return false;
  for (size_t i = 0; i < length; i++) {
    char c = text[i];
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    if (!plain) return false;
  }
  return true;
}

/* Lower-case hexadecimal digits and '-': what the program takes for a pod UID. With any other it would refuse to release. */
static bool is_uid(const char *text, size_t length) {
  if (length == 0) return false;
  for (size_t i = 0; i < length; i++) {
    bool digit = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
    if (!digit && text[i] != '-') return false;
  }
  return true;
}

static bool copy_name(char *to, const char *text, size_t length) {
  if (!is_name(text, length)) return false;
  memcpy(to, text, length);
  to[length] = '\0';
  return true;
}

static bool parse_address(const char *text, size_t length, struct in_addr *address) {
  char copy[INET_ADDRSTRLEN];
  if (length >= sizeof copy) return false;
  memcpy(copy, text, length);
  copy[length] = '\0';
  return inet_pton(AF_INET, copy, address) == 1;
}

static bool parse_epoch(const char *text, size_t length, uint64_t *epoch) {
  uint64_t value = 0;
  if (length == 0 || length > 16) return false;
  for (size_t i = 0; i < length; i++) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = value * 10 + (uint64_t)(text[i] - '0');
  }
  *epoch = value;
  return value >= 1 && value <= largest_epoch;
}

static enum field field_of(const char *key, size_t length) {
  static const struct { const char *key; enum field field; } fields[] = {
      {"address", FIELD_ADDRESS}, {"epoch", FIELD_EPOCH}, {"pod-uid", FIELD_POD_UID}, {"waiter", FIELD_WAITER}, {"end", FIELD_END},
  };
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    if (strlen(fields[i].key) == length && memcmp(fields[i].key, key, length) == 0) return fields[i].field;
  }
  return 0;
}

static bool take(struct claim *claim, enum field field, const char *value, size_t length) {
  switch (field) {
    case FIELD_ADDRESS: return parse_address(value, length, &claim->address);
    case FIELD_EPOCH: return parse_epoch(value, length, &claim->epoch);
    case FIELD_POD_UID: return is_uid(value, length) && copy_name(claim->pod_uid, value, length);
    case FIELD_WAITER: return copy_name(claim->waiter, value, length);
    case FIELD_END: return length == 1 && *value == '1';
    default: return true;
  }
}

bool claim_parse(const char *text, size_t length, struct claim *claim) {
  unsigned seen = 0;
  memset(claim, 0, sizeof *claim);
  while (length > 0) {
    const char *line_end = memchr(text, '\n', length);
    if (line_end == NULL || (seen & FIELD_END) != 0) return false;
    size_t line_length = (size_t)(line_end - text);
    const char *equals = memchr(text, '=', line_length);
    if (equals == NULL) return false;
    enum field field = field_of(text, (size_t)(equals - text));
    if ((seen & field) != 0 || !take(claim, field, equals + 1, (size_t)(line_end - equals - 1))) return false;
    seen |= field;
    text = line_end + 1;
    length -= line_length + 1;
  }
  return seen == FIELD_ALL;
}
