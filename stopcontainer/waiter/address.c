#define _GNU_SOURCE
#include "address.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* The kernel fills a dump's datagrams up to 8 KiB unless the reader offers more. */
static char answer[16384];

/* Room for the attributes of one address, which are seven short ones. */
struct address_message {
  struct nlmsghdr header;
  struct ifaddrmsg address;
  char attributes[512];
};

static int open_netlink(void) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  struct timeval patience = {.tv_sec = 2};
  if (fd >= 0) setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return fd;
}

static ssize_t receive(int fd) {
  struct iovec part = {.iov_base = answer, .iov_len = sizeof answer};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  ssize_t length;
  do length = recvmsg(fd, &message, 0);
  while (length < 0 && errno == EINTR);
  if (length >= 0 && (message.msg_flags & MSG_TRUNC) != 0) {
    errno = EMSGSIZE;
    return -1;
  }
  return length;
}

static bool is_address(struct nlmsghdr *header, struct in_addr wanted) {
  struct ifaddrmsg *found = NLMSG_DATA(header);
  int left = (int)IFA_PAYLOAD(header);
  if (header->nlmsg_type != RTM_NEWADDR || found->ifa_family != AF_INET || found->ifa_prefixlen != 32) return false;
  for (struct rtattr *part = IFA_RTA(found); RTA_OK(part, left); part = RTA_NEXT(part, left)) {
    if (part->rta_type == IFA_LOCAL) return RTA_PAYLOAD(part) == sizeof wanted && memcmp(RTA_DATA(part), &wanted, sizeof wanted) == 0;
  }
  return false;
}

static void append(struct address_message *to, const struct rtattr *part) {
  size_t used = NLMSG_ALIGN(to->header.nlmsg_len);
  if (used + RTA_ALIGN(part->rta_len) > sizeof *to) return;
  memcpy((char *)to + used, part, part->rta_len);
  to->header.nlmsg_len = (uint32_t)(used + RTA_ALIGN(part->rta_len));
}

/* The request that makes this very address again, but for its lifetime. Whatever is left out would be changed: the kernel takes a
 * missing route metric for 0. */
static void copy_address(struct nlmsghdr *from, struct address_message *to) {
  const uint32_t kept = IFA_F_NOPREFIXROUTE;
  struct ifaddrmsg *found = NLMSG_DATA(from);
  int left = (int)IFA_PAYLOAD(from);
  memset(to, 0, sizeof *to);
  to->header.nlmsg_len = NLMSG_LENGTH(sizeof to->address);
  to->address = *found;
  to->address.ifa_flags = 0;
  for (struct rtattr *part = IFA_RTA(found); RTA_OK(part, left); part = RTA_NEXT(part, left)) {
    if (part->rta_type == IFA_CACHEINFO) continue;
    if (part->rta_type == IFA_FLAGS && RTA_PAYLOAD(part) == sizeof kept) *(uint32_t *)RTA_DATA(part) &= kept;
    append(to, part);
  }
}

/* 1 and a copy in `copy` when the address is there, 0 when it is not, -1 when the kernel gives no full answer. */
static int find_address(int fd, struct in_addr wanted, struct address_message *copy) {
  struct {
    struct nlmsghdr header;
    struct ifaddrmsg address;
  } request = {
      .header = {.nlmsg_len = sizeof request, .nlmsg_type = RTM_GETADDR, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP, .nlmsg_seq = 1},
      .address = {.ifa_family = AF_INET},
  };
  bool found = false, torn = false;
  if (send(fd, &request, sizeof request, 0) < 0) return -1;
  for (;;) {
    ssize_t length = receive(fd);
    if (length <= 0) return -1;
    unsigned left = (unsigned)length;
    for (struct nlmsghdr *header = (struct nlmsghdr *)answer; NLMSG_OK(header, left); header = NLMSG_NEXT(header, left)) {
      if ((header->nlmsg_flags & NLM_F_DUMP_INTR) != 0) torn = true;
      if (header->nlmsg_type == NLMSG_ERROR) {
        errno = -((struct nlmsgerr *)NLMSG_DATA(header))->error;
        return -1;
      }
      if (header->nlmsg_type == NLMSG_DONE) {
        /* A dump that was changed under way may have left an address out. */
        errno = EAGAIN;
        return found ? 1 : torn ? -1 : 0;
      }
      if (!found && is_address(header, wanted)) {
        copy_address(header, copy);
        found = true;
      }
    }
  }
}

static bool renew(int fd, struct address_message *message, uint32_t lifetime_s) {
  struct {
    struct rtattr head;
    struct ifa_cacheinfo info;
  } lifetime = {
      .head = {.rta_len = sizeof lifetime, .rta_type = IFA_CACHEINFO},
      .info = {.ifa_valid = lifetime_s, .ifa_prefered = 0},
  };
  append(message, &lifetime.head);
  message->header.nlmsg_type = RTM_NEWADDR;
  message->header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_REPLACE;
  message->header.nlmsg_seq = 2;
  if (send(fd, message, message->header.nlmsg_len, 0) < 0) return false;
  ssize_t length = receive(fd);
  struct nlmsghdr *header = (struct nlmsghdr *)answer;
  if (length < 0) return false;
  if (!NLMSG_OK(header, (unsigned)length) || header->nlmsg_type != NLMSG_ERROR) {
    errno = EPROTO;
    return false;
  }
  errno = -((struct nlmsgerr *)NLMSG_DATA(header))->error;
  return errno == 0;
}

enum address_state renew_address(struct in_addr address, uint32_t lifetime_s) {
  struct address_message message;
  enum address_state state = ADDRESS_UNKNOWN;
  int fd = open_netlink();
  if (fd < 0) return state;
  int found = find_address(fd, address, &message);
  if (found == 0) state = ADDRESS_ABSENT;
  if (found == 1) state = renew(fd, &message, lifetime_s) ? ADDRESS_RENEWED : ADDRESS_NOT_RENEWED;
  int reason = errno;
  close(fd);
  errno = reason;
  return state;
}
