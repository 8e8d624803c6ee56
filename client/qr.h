/* qr - text as a QR code made of half blocks.
 *
 * Threads: one.
 */
#ifndef CLIENT_QR_H
#define CLIENT_QR_H

struct cli;

/* Prints TEXT; returns the exit code. Text that is too long for a QR code is
 * an error of usage. */
int qr_print(struct cli *cli, const char *text);

#endif
