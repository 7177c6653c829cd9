/*
 * Shows pseudo terminals to Chromium as USB serial ports. LD_PRELOAD.
 *
 * Chromium finds serial ports through libudev. This library answers the libudev functions Chromium imports from a folder, so
 * that everything above them is Chromium's own Web Serial: permission, streams, termios, errors, events.
 *
 *   FAKE_UDEV_DIR   one file per device, named like the tty (ttyACM0), lines KEY=VALUE:
 *                   SUBSYSTEM=tty DEVNAME=/dev/pts/7 MAJOR=4 MINOR=64 ID_VENDOR_ID=303a …
 *                   Creating the file plugs the device in, deleting it unplugs it.
 *   FAKE_UDEV_LINES a file that gets one JSON line for each change of DTR, RTS or BREAK.
 *
 * MAJOR and MINOR must fall into a line of type `serial` of /proc/tty/drivers, or Chromium ignores the device.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define UNUSED __attribute__((unused))
#define SYSPATH "/sys/devices/fake/tty/"

struct udev {
  int references;
};

struct udev_list_entry {
  char *name;
  char *value;
  struct udev_list_entry *next;
};

struct udev_device {
  char syspath[512];
  char sysname[256];
  const char *action;
  struct udev_list_entry *properties;
};

/* Chromium also enumerates input, usb, drm …: those get an empty answer. */
struct subsystem_filter {
  int any;
  int tty;
};

struct udev_enumerate {
  struct subsystem_filter filter;
  struct udev_list_entry *list;
};

struct udev_monitor {
  struct subsystem_filter filter;
  int inotify;
};

/* ---- the folder --------------------------------------------------------------------------------------------------------- */

static const char *devices_folder(void) {
  const char *folder = getenv("FAKE_UDEV_DIR");
  return folder ? folder : "/nonexistent";
}

static int wants_tty(const struct subsystem_filter *filter) { return !filter->any || filter->tty; }

static void add_to_filter(struct subsystem_filter *filter, const char *subsystem) {
  filter->any = 1;
  if (subsystem && strcmp(subsystem, "tty") == 0) filter->tty = 1;
}

static void append(struct udev_list_entry **list, const char *name, const char *value) {
  struct udev_list_entry *entry = calloc(1, sizeof *entry);
  entry->name = strdup(name);
  entry->value = value ? strdup(value) : NULL;
  while (*list) list = &(*list)->next;
  *list = entry;
}

static void free_list(struct udev_list_entry *list) {
  while (list) {
    struct udev_list_entry *next = list->next;
    free(list->name);
    free(list->value);
    free(list);
    list = next;
  }
}

static struct udev_device *new_device(const char *sysname) {
  struct udev_device *device = calloc(1, sizeof *device);
  snprintf(device->syspath, sizeof device->syspath, SYSPATH "%.255s", sysname);
  snprintf(device->sysname, sizeof device->sysname, "%.255s", sysname);
  return device;
}

static struct udev_device *read_device(const char *sysname) {
  if (strchr(sysname, '/') || sysname[0] == '.') return NULL;
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", devices_folder(), sysname);
  FILE *file = fopen(path, "re");
  if (!file) return NULL;
  struct udev_device *device = new_device(sysname);
  char line[1024];
  while (fgets(line, sizeof line, file)) {
    line[strcspn(line, "\r\n")] = 0;
    char *equals = strchr(line, '=');
    if (!equals) continue;
    *equals = 0;
    append(&device->properties, line, equals + 1);
  }
  fclose(file);
  return device;
}

static const char *property(struct udev_device *device, const char *key) {
  for (struct udev_list_entry *entry = device->properties; entry; entry = entry->next) {
    if (strcmp(entry->name, key) == 0) return entry->value;
  }
  return NULL;
}

/* ---- libudev: context --------------------------------------------------------------------------------------------------- */

EXPORT struct udev *udev_new(void) { return calloc(1, sizeof(struct udev)); }

EXPORT struct udev *udev_unref(struct udev *udev) {
  free(udev);
  return NULL;
}

/* ---- libudev: hot plug -------------------------------------------------------------------------------------------------- */

EXPORT struct udev_monitor *udev_monitor_new_from_netlink(UNUSED struct udev *udev, UNUSED const char *name) {
  struct udev_monitor *monitor = calloc(1, sizeof *monitor);
  monitor->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  return monitor;
}

EXPORT int udev_monitor_filter_add_match_subsystem_devtype(struct udev_monitor *monitor, const char *subsystem,
                                                           UNUSED const char *devtype) {
  add_to_filter(&monitor->filter, subsystem);
  return 0;
}

EXPORT int udev_monitor_enable_receiving(struct udev_monitor *monitor) {
  if (wants_tty(&monitor->filter)) {
    inotify_add_watch(monitor->inotify, devices_folder(), IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM);
  }
  return 0;
}

EXPORT int udev_monitor_get_fd(struct udev_monitor *monitor) { return monitor->inotify; }

EXPORT struct udev_device *udev_monitor_receive_device(struct udev_monitor *monitor) {
  char buffer[sizeof(struct inotify_event) + 512] __attribute__((aligned(8)));
  ssize_t length = -1;
  /* The caller takes one device per wake-up. The smallest buffer that fits makes the kernel hand out exactly one event. */
  for (size_t size = sizeof(struct inotify_event); size <= sizeof buffer; size += 16) {
    length = read(monitor->inotify, buffer, size);
    if (length > 0 || errno != EINVAL) break;
  }
  if (length <= 0) return NULL;
  struct inotify_event *event = (void *)buffer;
  if (!event->len || event->name[0] == '.') return NULL;
  if (event->mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) {
    struct udev_device *added = read_device(event->name);
    if (added) added->action = "add";
    return added;
  }
  struct udev_device *removed = new_device(event->name);
  removed->action = "remove";
  append(&removed->properties, "SUBSYSTEM", "tty");
  return removed;
}

EXPORT struct udev_monitor *udev_monitor_unref(struct udev_monitor *monitor) {
  if (monitor) close(monitor->inotify);
  free(monitor);
  return NULL;
}

/* ---- libudev: enumeration ----------------------------------------------------------------------------------------------- */

EXPORT struct udev_enumerate *udev_enumerate_new(UNUSED struct udev *udev) {
  return calloc(1, sizeof(struct udev_enumerate));
}

EXPORT int udev_enumerate_add_match_subsystem(struct udev_enumerate *enumerate, const char *subsystem) {
  add_to_filter(&enumerate->filter, subsystem);
  return 0;
}

EXPORT int udev_enumerate_scan_devices(struct udev_enumerate *enumerate) {
  if (!wants_tty(&enumerate->filter)) return 0;
  DIR *folder = opendir(devices_folder());
  if (!folder) return 0;
  struct dirent *file;
  while ((file = readdir(folder))) {
    if (file->d_name[0] == '.') continue;
    char syspath[600];
    snprintf(syspath, sizeof syspath, SYSPATH "%s", file->d_name);
    append(&enumerate->list, syspath, NULL);
  }
  closedir(folder);
  return 0;
}

EXPORT struct udev_list_entry *udev_enumerate_get_list_entry(struct udev_enumerate *enumerate) {
  return enumerate->list;
}

EXPORT struct udev_enumerate *udev_enumerate_unref(struct udev_enumerate *enumerate) {
  if (enumerate) free_list(enumerate->list);
  free(enumerate);
  return NULL;
}

EXPORT struct udev_list_entry *udev_list_entry_get_next(struct udev_list_entry *entry) {
  return entry ? entry->next : NULL;
}

EXPORT const char *udev_list_entry_get_name(struct udev_list_entry *entry) { return entry ? entry->name : NULL; }

/* ---- libudev: one device ------------------------------------------------------------------------------------------------ */

EXPORT struct udev_device *udev_device_new_from_syspath(UNUSED struct udev *udev, const char *syspath) {
  size_t prefix = strlen(SYSPATH);
  return strncmp(syspath, SYSPATH, prefix) == 0 ? read_device(syspath + prefix) : NULL;
}

EXPORT struct udev_device *udev_device_new_from_devnum(UNUSED struct udev *udev, UNUSED char type,
                                                       UNUSED dev_t number) {
  return NULL;
}

EXPORT struct udev_device *udev_device_new_from_subsystem_sysname(UNUSED struct udev *udev,
                                                                  UNUSED const char *subsystem,
                                                                  UNUSED const char *sysname) {
  return NULL;
}

EXPORT struct udev_device *udev_device_unref(struct udev_device *device) {
  if (device) free_list(device->properties);
  free(device);
  return NULL;
}

EXPORT struct udev_device *udev_device_get_parent(UNUSED struct udev_device *device) { return NULL; }

EXPORT struct udev_device *udev_device_get_parent_with_subsystem_devtype(UNUSED struct udev_device *device,
                                                                         UNUSED const char *subsystem,
                                                                         UNUSED const char *devtype) {
  return NULL;
}

EXPORT const char *udev_device_get_action(struct udev_device *device) { return device->action; }
EXPORT const char *udev_device_get_devnode(struct udev_device *device) { return property(device, "DEVNAME"); }
EXPORT const char *udev_device_get_devtype(UNUSED struct udev_device *device) { return NULL; }
EXPORT const char *udev_device_get_driver(UNUSED struct udev_device *device) { return NULL; }
EXPORT const char *udev_device_get_sysname(struct udev_device *device) { return device->sysname; }
EXPORT const char *udev_device_get_syspath(struct udev_device *device) { return device->syspath; }

EXPORT struct udev_list_entry *udev_device_get_properties_list_entry(struct udev_device *device) {
  return device->properties;
}

EXPORT const char *udev_device_get_property_value(struct udev_device *device, const char *key) {
  return property(device, key);
}

EXPORT const char *udev_device_get_subsystem(struct udev_device *device) {
  const char *subsystem = property(device, "SUBSYSTEM");
  return subsystem ? subsystem : "tty";
}

EXPORT const char *udev_device_get_sysattr_value(UNUSED struct udev_device *device, UNUSED const char *name) {
  return NULL;
}

/* ---- modem lines, which a pseudo terminal does not have ----------------------------------------------------------------- */

#define MOST_FDS 4096
static int output_lines[MOST_FDS];

static int is_pseudo_terminal(int fd) {
  struct stat status;
  if (fd < 0 || fd >= MOST_FDS || fstat(fd, &status) != 0 || !S_ISCHR(status.st_mode)) return 0;
  return major(status.st_rdev) >= 136 && major(status.st_rdev) <= 143;
}

static void log_lines(int fd, const char *what) {
  const char *log = getenv("FAKE_UDEV_LINES");
  char link[64], tty[256] = {0}, line[512];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  if (!log || readlink(link, tty, sizeof tty - 1) < 0) return;
  int file = open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  int length = snprintf(line, sizeof line, "{\"atMs\":%lld,\"tty\":\"%s\",%s}\n",
                        (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000, tty, what);
  if (write(file, line, length) != length) perror("fakeudev: modem line log");
  close(file);
}

static int modem_ioctl(int fd, unsigned long request, void *argument) {
  char what[64];
  switch (request) {
    case TIOCMGET:
      *(int *)argument = output_lines[fd] | TIOCM_CTS | TIOCM_DSR | TIOCM_CAR;
      return 0;
    case TIOCMBIS: output_lines[fd] |= *(int *)argument; break;
    case TIOCMBIC: output_lines[fd] &= ~*(int *)argument; break;
    case TIOCMSET: output_lines[fd] = *(int *)argument; break;
    case TIOCSBRK: log_lines(fd, "\"brk\":1"); return 0;
    case TIOCCBRK: log_lines(fd, "\"brk\":0"); return 0;
  }
  snprintf(what, sizeof what, "\"dtr\":%d,\"rts\":%d", !!(output_lines[fd] & TIOCM_DTR),
           !!(output_lines[fd] & TIOCM_RTS));
  log_lines(fd, what);
  return 0;
}

/* Root may open a terminal that is marked exclusive, so the kernel's mark would prove nothing: a file lock stands for it. */
static int lock_exclusively(int fd) {
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return 0;
  errno = EBUSY;
  return -1;
}

EXPORT int ioctl(int fd, unsigned long request, ...) {
  static int (*kernel_ioctl)(int, unsigned long, ...);
  va_list arguments;
  va_start(arguments, request);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  if (!kernel_ioctl) kernel_ioctl = dlsym(RTLD_NEXT, "ioctl");
  switch (request) {
    case TIOCMGET:
    case TIOCMBIS:
    case TIOCMBIC:
    case TIOCMSET:
    case TIOCSBRK:
    case TIOCCBRK:
      if (is_pseudo_terminal(fd)) return modem_ioctl(fd, request, argument);
      break;
    case TIOCEXCL:
      if (is_pseudo_terminal(fd)) return lock_exclusively(fd);
      break;
  }
  return kernel_ioctl(fd, request, argument);
}
