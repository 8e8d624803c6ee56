/* sandbox - Landlock by its system calls: Debian 12 has no wrapper for them.
 *
 * Not here: the limits that kithd sets before it starts us.
 */
#define _GNU_SOURCE /* O_PATH */
#include "notify/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kith/child.h"
#include "notify/channels.h"

#define SANDBOX_READ                                                           \
    (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |              \
     LANDLOCK_ACCESS_FS_EXECUTE)
#define SANDBOX_WRITE                                                          \
    (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |            \
     LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |            \
     LANDLOCK_ACCESS_FS_MAKE_REG)
/* Everything that the first ABI knows: what is not allowed is refused. */
#define SANDBOX_HANDLED ((uint64_t)(LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)
/* From the third ABI on, which Debian 12's header does not name yet. Without
 * it truncate(2) would empty any file of this user, the store's too. */
#define SANDBOX_TRUNCATE (UINT64_C(1) << 14)

/* Read and executed: programs, libraries, the resolver's configuration. /etc is
 * named file by file, because a key file may stand in /etc/kith. */
static const char *const system_folders[] = {"/usr",
                                             "/bin",
                                             "/sbin",
                                             "/lib",
                                             "/lib32",
                                             "/lib64",
                                             "/opt",
                                             "/etc/alternatives",
                                             "/etc/ca-certificates",
                                             "/etc/gai.conf",
                                             "/etc/group",
                                             "/etc/host.conf",
                                             "/etc/hosts",
                                             "/etc/ld.so.cache",
                                             "/etc/ld.so.conf",
                                             "/etc/ld.so.conf.d",
                                             "/etc/localtime",
                                             "/etc/nsswitch.conf",
                                             "/etc/passwd",
                                             "/etc/protocols",
                                             "/etc/resolv.conf",
                                             "/etc/services",
                                             "/etc/ssl",
                                             "/run/systemd/resolve",
                                             "/run/resolvconf",
                                             "/run/nscd"};

enum kith_status sandbox_start(void)
{
    const struct rlimit no_core = {0, 0};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
        setrlimit(RLIMIT_CORE, &no_core) != 0)
        return KITH_IO;
    return KITH_OK;
}

static int allow(int ruleset, const char *path, uint64_t access)
{
    struct landlock_path_beneath_attr rule = {.allowed_access = access};
    struct stat at;
    long result;

    rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (rule.parent_fd < 0)
        return errno == ENOENT ? 0 : -1;
    /* Rights on folders make no sense for a single file and are refused. */
    if (fstat(rule.parent_fd, &at) == 0 && !S_ISDIR(at.st_mode))
        rule.allowed_access &= LANDLOCK_ACCESS_FS_READ_FILE |
                               LANDLOCK_ACCESS_FS_WRITE_FILE |
                               LANDLOCK_ACCESS_FS_EXECUTE;
    result = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH,
                     &rule, 0);
    (void)close(rule.parent_fd);
    return result == 0 ? 0 : -1;
}

static int allow_all(int ruleset, const struct channels *channels,
                     uint64_t handled)
{
    size_t i;
    int result =
        allow(ruleset, "/dev/null",
              LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE);

    for (i = 0; i < sizeof(system_folders) / sizeof(system_folders[0]); i++)
        result |= allow(ruleset, system_folders[i], SANDBOX_READ);
    for (i = 0; i < channels->count; i++) {
        if (channels->rows[i].kind == CHANNEL_FILE)
            result |= allow(ruleset, channels->rows[i].folder,
                            (SANDBOX_WRITE | SANDBOX_TRUNCATE) & handled);
    }
    return result;
}

uint8_t sandbox_enter(const struct channels *channels)
{
    struct landlock_ruleset_attr attr = {.handled_access_fs = SANDBOX_HANDLED};
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
                       LANDLOCK_CREATE_RULESET_VERSION);
    int ruleset;

    if (abi <= 0)
        return 0;
    if (abi >= 3)
        attr.handled_access_fs |= SANDBOX_TRUNCATE;
    ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
    if (ruleset < 0)
        return 0;
    if (allow_all(ruleset, channels, attr.handled_access_fs) != 0 ||
        syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
        abi = 0;
    (void)close(ruleset);
    return abi > UINT8_MAX ? UINT8_MAX : (uint8_t)abi;
}

uint32_t sandbox_probe(uint8_t what, const char *path)
{
    int fd;

    if (what == KITH_PROBE_EXEC) {
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            return (uint32_t)errno;
        (void)close(fd);
        return access(path, X_OK) == 0 ? 0 : (uint32_t)errno;
    }
    fd = open(path,
              what == KITH_PROBE_WRITE ? O_WRONLY | O_CREAT | O_CLOEXEC
                                       : O_RDONLY | O_CLOEXEC,
              0600);
    if (fd < 0)
        return (uint32_t)errno;
    (void)close(fd);
    return 0;
}
