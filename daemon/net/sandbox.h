/* sandbox - what kith-net takes from itself before a stranger can reach it.
 *
 * Threads: sandbox_enter binds all threads of the process, those of libzmq
 * too; call it when they run.
 */
#ifndef NET_SANDBOX_H
#define NET_SANDBOX_H

#include <stdint.h>

#include "kith/status.h"

/* First of all: empty environment, no cores, not to be traced, no new
 * privileges, signals left to kithd, no descriptors but 0 to 3. KITH_IO. */
enum kith_status sandbox_prepare(void) KITH_MUST_CHECK;
/* Descriptors for PARTNERS partners: 8 each, and 2,048 (PROTOCOL.md 5.9); fewer
 * when the hard limit is lower. KITH_IO. */
enum kith_status sandbox_limit(uint32_t partners) KITH_MUST_CHECK;
/* From here on no file is opened and no program run; the answer to either is
 * EPERM. KITH_IO: the kernel has no seccomp. */
enum kith_status sandbox_enter(void) KITH_MUST_CHECK;
/* Tries what enum kith_probe says with PATH; errno, or 0: it is possible. */
int sandbox_probe(uint8_t what, const char *path);

#endif
