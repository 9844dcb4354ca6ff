/* Counts the calls that change files below one folder, and kills or fails the chosen one.
 *
 * Preloaded (LD_PRELOAD) and at rest until crash_arm() is called, so that one process can fork
 * many runs of a command. The counter lies in shared memory: threads and children of a run count
 * together. Each call is noted in a log, and with a folder for it what is flushed is copied there.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { COUNT, KILL, NO_ROOM, NO_ROOM_ONCE, IO_ERROR_ONCE };
#define LOG_BYTES (8 << 20)

static char root[PATH_MAX];
static size_t root_length;
static char copies[PATH_MAX];
static int armed, mode;
static long fatal;
static struct shared { atomic_long seen, logged; char log[LOG_BYTES]; } *shared;
static __thread int inside;

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

/* Begin a counter that this process shares with those it will fork, and with no others. */
void crash_begin(void) {
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) abort();
}

void crash_arm(const char *folder, long at, int how, const char *copies_to) {
    atomic_store(&shared->seen, 0);
    atomic_store(&shared->logged, 0);
    snprintf(root, sizeof root, "%s/", folder);
    snprintf(copies, sizeof copies, "%s", copies_to);
    root_length = strlen(root);
    fatal = at;
    mode = how;
    armed = 1;
}

void crash_disarm(void) { armed = 0; }
long crash_seen(void) { return atomic_load(&shared->seen); }
long crash_logged(void) { return atomic_load(&shared->logged); }
const char *crash_log(void) { return shared->log; }

static int is_below(const char *path) {
    return !strncmp(path, root, root_length) || (!strncmp(path, root, root_length - 1) && !path[root_length - 1]);
}

static int whole_path(int folder, const char *path, char *out) {
    char before[PATH_MAX], link[64];
    if (path[0] == '/') return snprintf(out, PATH_MAX, "%s", path) < PATH_MAX;
    if (folder == AT_FDCWD) {
        if (!getcwd(before, sizeof before)) return 0;
    } else {
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        ssize_t length = readlink(link, before, sizeof before - 1);
        if (length < 0) return 0;
        before[length] = 0;
    }
    return snprintf(out, PATH_MAX, "%s/%s", before, path) < PATH_MAX;
}

static int path_of(int fd, char *out) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, out, PATH_MAX - 1);
    if (length < 0) return 0;
    out[length] = 0;
    return out[0] == '/';
}

static void keep_copy(int fd, long number) {
    char link[64], name[PATH_MAX + 32], piece[65536];
    struct stat found;
    if (!copies[0] || fstat(fd, &found) || !S_ISREG(found.st_mode)) return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    snprintf(name, sizeof name, "%s/%ld", copies, number);
    int from = open(link, O_RDONLY | O_CLOEXEC), to = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ssize_t got;
    while ((got = read(from, piece, sizeof piece)) > 0)
        if (write(to, piece, got) != got) abort();
    close(from);
    close(to);
}

/* Return 0 to go on, else the errno to fail with. `room` says whether the call needs room. */
static int point(const char *kind, int room, int fd, const char *path, const char *other) {
    char line[3 * PATH_MAX];
    long number = atomic_fetch_add(&shared->seen, 1) + 1;
    int error = 0;
    if (mode == NO_ROOM && number >= fatal && room) error = ENOSPC;
    if (mode == NO_ROOM_ONCE && number == fatal && room) error = ENOSPC;
    if (mode == IO_ERROR_ONCE && number == fatal) error = EIO;
    int length = snprintf(line, sizeof line, "%ld\t%s\t%d\t%s\t%s\n", number, kind, room, path, other);
    long at = atomic_fetch_add(&shared->logged, length);
    if (at + length < LOG_BYTES) memcpy(shared->log + at, line, length);
    if (number == fatal && mode == KILL) {
        kill(0, SIGKILL);
        for (;;) pause();
    }
    if (fd >= 0 && !error && !strcmp(kind, "fsync")) keep_copy(fd, number);
    return error;
}

static int at_path(const char *kind, int room, int folder, const char *path, int to, const char *other) {
    char whole[PATH_MAX], second[PATH_MAX] = "";
    int error = 0, before = errno;
    if (!armed || inside) return 0;
    inside = 1;
    if (whole_path(folder, path, whole) && (!other || whole_path(to, other, second)))
        if (is_below(whole) || (other && is_below(second)))
            error = point(kind, room, -1, whole, second);
    inside = 0;
    errno = error ? error : before;
    return error;
}

static int at_fd(const char *kind, int room, int fd) {
    char whole[PATH_MAX];
    int error = 0, before = errno;
    if (!armed || inside) return 0;
    inside = 1;
    if (path_of(fd, whole) && is_below(whole)) error = point(kind, room, fd, whole, "");
    inside = 0;
    errno = error ? error : before;
    return error;
}

static int at_open(int folder, const char *path, int flags) {
    struct stat found;
    if (!armed || inside) return 0;
    if ((flags & O_ACCMODE) == O_RDONLY && !(flags & (O_CREAT | O_TRUNC))) return 0;
    int is_new = (flags & O_CREAT) && fstatat(folder, path, &found, AT_SYMLINK_NOFOLLOW);
    const char *kind = is_new ? "create" : flags & O_TRUNC ? "open-truncate" : "open";
    return at_path(kind, is_new, folder, path, 0, NULL);
}

static int at_mkdir(int folder, const char *path) {
    struct stat found;
    if (!armed || inside) return 0;
    return at_path("mkdir", fstatat(folder, path, &found, AT_SYMLINK_NOFOLLOW) != 0, folder, path, 0, NULL);
}

static int wants_mode(int flags) { return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE; }

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(int, #name, const char *, int, ...); \
        mode_t bits = 0; \
        if (wants_mode(flags)) { va_list more; va_start(more, flags); bits = va_arg(more, int); va_end(more); } \
        return at_open(AT_FDCWD, path, flags) ? -1 : real(path, flags, bits); \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        REAL(int, #name, int, const char *, int, ...); \
        mode_t bits = 0; \
        if (wants_mode(flags)) { va_list more; va_start(more, flags); bits = va_arg(more, int); va_end(more); } \
        return at_open(folder, path, flags) ? -1 : real(folder, path, flags, bits); \
    }
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int fd, const void *data, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    return at_fd("write", 1, fd) ? -1 : real(fd, data, size);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    return at_fd("write", 1, fd) ? -1 : real(fd, parts, count);
}

#define PWRITE(name) \
    ssize_t name(int fd, const void *data, size_t size, off_t at) { \
        REAL(ssize_t, #name, int, const void *, size_t, off_t); \
        return at_fd("pwrite", 1, fd) ? -1 : real(fd, data, size, at); \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

#define SENDFILE(name) \
    ssize_t name(int to, int from, off_t *at, size_t size) { \
        REAL(ssize_t, #name, int, int, off_t *, size_t); \
        return at_fd("write", 1, to) ? -1 : real(to, from, at, size); \
    }
SENDFILE(sendfile)
SENDFILE(sendfile64)

ssize_t copy_file_range(int from, off64_t *start, int to, off64_t *at, size_t size, unsigned flags) {
    REAL(ssize_t, "copy_file_range", int, off64_t *, int, off64_t *, size_t, unsigned);
    return at_fd("write", 1, to) ? -1 : real(from, start, to, at, size, flags);
}

#define FLUSH(name) \
    int name(int fd) { \
        REAL(int, #name, int); \
        return at_fd("fsync", 1, fd) ? -1 : real(fd); \
    }
FLUSH(fsync)
FLUSH(fdatasync)

#define SIZED(name) \
    int name(int fd, off_t size) { \
        REAL(int, #name, int, off_t); \
        return at_fd("ftruncate", 1, fd) ? -1 : real(fd, size); \
    }
SIZED(ftruncate)
SIZED(ftruncate64)

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    return at_path("rename", 1, AT_FDCWD, from, AT_FDCWD, to) ? -1 : real(from, to);
}

int renameat(int a, const char *from, int b, const char *to) {
    REAL(int, "renameat", int, const char *, int, const char *);
    return at_path("rename", 1, a, from, b, to) ? -1 : real(a, from, b, to);
}

int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
    REAL(int, "renameat2", int, const char *, int, const char *, unsigned);
    const char *kind = flags & RENAME_EXCHANGE ? "exchange" : "rename";
    return at_path(kind, 1, a, from, b, to) ? -1 : real(a, from, b, to, flags);
}

int link(const char *from, const char *to) {
    REAL(int, "link", const char *, const char *);
    return at_path("link", 1, AT_FDCWD, from, AT_FDCWD, to) ? -1 : real(from, to);
}

int linkat(int a, const char *from, int b, const char *to, int flags) {
    REAL(int, "linkat", int, const char *, int, const char *, int);
    return at_path("link", 1, a, from, b, to) ? -1 : real(a, from, b, to, flags);
}

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    return at_path("unlink", 0, AT_FDCWD, path, 0, NULL) ? -1 : real(path);
}

int unlinkat(int folder, const char *path, int flags) {
    REAL(int, "unlinkat", int, const char *, int);
    return at_path(flags & AT_REMOVEDIR ? "rmdir" : "unlink", 0, folder, path, 0, NULL) ? -1 : real(folder, path, flags);
}

int rmdir(const char *path) {
    REAL(int, "rmdir", const char *);
    return at_path("rmdir", 0, AT_FDCWD, path, 0, NULL) ? -1 : real(path);
}

int mkdir(const char *path, mode_t bits) {
    REAL(int, "mkdir", const char *, mode_t);
    return at_mkdir(AT_FDCWD, path) ? -1 : real(path, bits);
}

int mkdirat(int folder, const char *path, mode_t bits) {
    REAL(int, "mkdirat", int, const char *, mode_t);
    return at_mkdir(folder, path) ? -1 : real(folder, path, bits);
}
