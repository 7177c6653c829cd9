/*
 * One USB cable: a pseudo terminal whose far end is this process's stdin and stdout.
 *
 *   stdout  what the host writes to the port          stderr  first line: the path of the terminal;
 *   stdin   what the board sends                              then `open` and `closed` as the host comes and goes
 *
 * While nobody has the port open, what the board sends is thrown away, as a board's own USB stack does.
 * Ending the process is a hard unplug: the host's reads fail with a hang-up.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

/* How soon the host's opening is noticed: a terminal gives no event for it. */
#define LOOK_AGAIN_MS 2

static void fail(const char *what) {
  perror(what);
  exit(1);
}

/* Waits while the other side is slow; gives up the rest when it has gone. */
static void write_all(int fd, const char *bytes, ssize_t length) {
  while (length > 0) {
    ssize_t written = write(fd, bytes, length);
    if (written > 0) {
      bytes += written;
      length -= written;
      continue;
    }
    if (written < 0 && errno == EIO) return;
    if (written < 0 && errno != EAGAIN && errno != EINTR) fail("cable: write");
    struct pollfd wait = {.fd = fd, .events = POLLOUT};
    if (poll(&wait, 1, -1) > 0 && (wait.revents & (POLLHUP | POLLERR))) return;
  }
}

/* Raw, before anybody opens it: no echo, no line editing, no translation of line ends. */
static void make_raw(const char *path) {
  int terminal = open(path, O_RDWR | O_NOCTTY);
  struct termios settings;
  if (terminal < 0 || tcgetattr(terminal, &settings) != 0) fail("cable: terminal");
  cfmakeraw(&settings);
  if (tcsetattr(terminal, TCSANOW, &settings) != 0) fail("cable: raw");
  close(terminal);
}

int main(void) {
  int board = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (board < 0 || grantpt(board) != 0 || unlockpt(board) != 0) fail("cable: no pseudo terminal");
  const char *path = ptsname(board);
  make_raw(path);
  fprintf(stderr, "%s\n", path);

  static char buffer[65536];
  int host_is_there = 0;
  for (;;) {
    struct pollfd ends[2] = {{.fd = board, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
    if (poll(ends, 2, host_is_there ? -1 : 0) < 0 && errno != EINTR) fail("cable: poll");

    int there = !(ends[0].revents & POLLHUP);
    if (there != host_is_there) fprintf(stderr, there ? "open\n" : "closed\n");
    if (host_is_there && !there) tcflush(board, TCOFLUSH);
    host_is_there = there;

    if (ends[0].revents & POLLIN) {
      ssize_t length = read(board, buffer, sizeof buffer);
      if (length > 0) write_all(STDOUT_FILENO, buffer, length);
    }
    if (ends[1].revents & (POLLIN | POLLHUP)) {
      ssize_t length = read(STDIN_FILENO, buffer, sizeof buffer);
      if (length <= 0) return 0;
      if (host_is_there) write_all(board, buffer, length);
    }
    if (!host_is_there) usleep(LOOK_AGAIN_MS * 1000);
  }
}
