/* version - what this build speaks on a link.
 *
 * The protocol rises when frames change or mean something else (PROTOCOL.md
 * 5.2). A kind or a field that is new needs no new protocol: who does not know
 * it says «not understood», and looks again after its upgrade. A build of the
 * tests defines other numbers (tests/newer).
 * Threads: constants.
 */
#ifndef KITH_VERSION_H
#define KITH_VERSION_H

#ifndef KITH_PROTOCOL_MIN
#define KITH_PROTOCOL_MIN 1
#endif
#ifndef KITH_PROTOCOL_MAX
#define KITH_PROTOCOL_MAX 1
#endif
/* Bits that a hello names: what a program may leave out. */
enum {
    KITH_FEATURE_OWN_LOG = 1 /* answers a want with own_log (PROTOCOL.md 5.6) */
};
#ifndef KITH_FEATURES
#define KITH_FEATURES KITH_FEATURE_OWN_LOG
#endif

#endif
