/* version - version of the client.
 *
 * Threads: constant data.
 */
#ifndef CLIENT_VERSION_H
#define CLIENT_VERSION_H

#define KITH_VERSION "0.1.0"

#endif
