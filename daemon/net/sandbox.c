/* sandbox - what kith-net takes from itself before a stranger can reach it.
 *
 * The list of system calls is what libzmq and our loop need once everything
 * is set up. Memory is never made executable, only internet sockets are made.
 * Not here: the limit of memory, which kithd sets.
 */
#include "net/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <seccomp.h>

#include "kith/child.h"

enum {
    FDS_A_PARTNER = 8,
    FDS_MORE = 2048
};

static const int allowed_calls[] = {
    /* descriptors that are open */
    SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev),
    SCMP_SYS(close), SCMP_SYS(fcntl), SCMP_SYS(ioctl), SCMP_SYS(poll),
    SCMP_SYS(ppoll), SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(eventfd2),
    /* sockets */
    SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4),
    SCMP_SYS(connect), SCMP_SYS(shutdown), SCMP_SYS(getsockopt),
    SCMP_SYS(setsockopt), SCMP_SYS(getsockname), SCMP_SYS(getpeername),
    SCMP_SYS(sendto), SCMP_SYS(recvfrom), SCMP_SYS(sendmsg), SCMP_SYS(recvmsg),
    /* memory and threads that are there */
    SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk),
    SCMP_SYS(futex), SCMP_SYS(sched_yield), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigaction), SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall), SCMP_SYS(gettid), SCMP_SYS(getpid),
    SCMP_SYS(tgkill), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    /* a thread of libzmq may be that young that it sets itself up still */
    SCMP_SYS(sched_getparam), SCMP_SYS(sched_getscheduler),
    SCMP_SYS(sched_setscheduler), SCMP_SYS(sched_getaffinity),
    /* clocks and chance */
    SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep), SCMP_SYS(getrandom)};

enum kith_status sandbox_prepare(void)
{
    static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    const struct rlimit none = {0, 0};

    if (clearenv() != 0 || setrlimit(RLIMIT_CORE, &none) != 0 ||
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return KITH_IO;
    /* kithd ends us by closing the socketpair, after it has drained. */
    for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++) {
        if (signal(ignored[i], SIG_IGN) == SIG_ERR)
            return KITH_IO;
    }
    /* Older kernels lack the call; then kithd's close-on-exec must do. */
    (void)syscall(SYS_close_range, KITH_CHILD_FD + 1, ~0U, 0);
    return KITH_OK;
}

enum kith_status sandbox_limit(uint32_t partners)
{
    struct rlimit limit;
    rlim_t wanted = (rlim_t)partners * FDS_A_PARTNER + FDS_MORE;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return KITH_IO;
    if (limit.rlim_max < wanted && geteuid() != 0)
        wanted = limit.rlim_max;
    limit.rlim_cur = wanted;
    limit.rlim_max = wanted;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? KITH_OK : KITH_IO;
}

/* Memory that is not executable, and sockets of the internet families. */
static int add_conditional(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp no_exec = {
        .arg = 2, .op = SCMP_CMP_MASKED_EQ, .datum_a = PROT_EXEC, .datum_b = 0};
    const int families[] = {AF_INET, AF_INET6};
    int rc = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                                    &no_exec);

    if (rc == 0)
        rc = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect),
                                    1, &no_exec);
    for (size_t i = 0; i < 2 && rc == 0; i++) {
        const struct scmp_arg_cmp family = {.arg = 0,
                                            .op = SCMP_CMP_EQ,
                                            .datum_a =
                                                (scmp_datum_t)families[i],
                                            .datum_b = 0};

        rc = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
                                    &family);
    }
    return rc;
}

enum kith_status sandbox_enter(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    int rc = filter != NULL ? 0 : -1;

    if (rc == 0)
        rc = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    for (size_t i = 0;
         i < sizeof(allowed_calls) / sizeof(allowed_calls[0]) && rc == 0; i++)
        rc = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, allowed_calls[i], 0,
                                    NULL);
    if (rc == 0)
        rc = add_conditional(filter);
    if (rc == 0)
        rc = seccomp_load(filter);
    seccomp_release(filter);
    return rc == 0 ? KITH_OK : KITH_IO;
}

int sandbox_probe(uint8_t what, const char *path)
{
    char *const argv[] = {(char *)"probe", NULL};
    char *const environment[] = {NULL};
    int fd = -1;

    if (what == KITH_PROBE_EXEC) {
        (void)execve(path, argv, environment);
        return errno;
    }
    fd = open(path,
              what == KITH_PROBE_WRITE ? O_WRONLY | O_CREAT | O_CLOEXEC
                                       : O_RDONLY | O_CLOEXEC,
              0600);
    if (fd < 0)
        return errno;
    (void)close(fd);
    return 0;
}
