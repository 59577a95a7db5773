/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the leak checker shall overlook when these tests are built with it: SoupServer keeps a socket and an address for
 * each connection it took (libsoup 3.2), and GLib's own threads still hold memory when the program ends. Nothing of
 * ours accepts connections or runs on other threads, so no leak of ours looks like that.
 */
const char *__asan_default_options (void);
const char *__lsan_default_suppressions (void);

/* The quick way to walk the stack ends in the first library without frame pointers; and the checker must not look into
 * the storage of threads that are ending, which it does not survive. */
const char *
__asan_default_options (void)
{
  return "fast_unwind_on_malloc=0:intercept_tls_get_addr=0";
}

const char *
__lsan_default_suppressions (void)
{
  return "leak:g_socket_accept\nleak:soup_server_listen\nleak:clone\n";
}
