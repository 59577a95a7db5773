/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A program that lives like the offline engine: it gets its listening socket from the launcher. To each connection it
 * says its process id and what it should not have inherited, then waits until the peer closes. $TINY_ENGINE makes it
 * fail: "at-once", "on-connect", "by-signal", "slowly". Each start adds a line to $TINY_ENGINE_LOG.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
log_start (void)
{
  const char *path = getenv ("TINY_ENGINE_LOG");
  FILE *file = path != NULL ? fopen (path, "a") : NULL;

  if (file == NULL)
    return;
  fprintf (file, "%d\n", getpid ());
  fclose (file);
}

/* Hangs up well before it is dead. */
static void
die_slowly (int fd)
{
  close (fd);
  usleep (100000);
  fprintf (stderr, "no trailing line break");
  exit (1);
}

static void
serve (int fd)
{
  const char *notify = getenv ("NOTIFY_SOCKET");
  char byte;

  dprintf (fd, "%d %s\n", getpid (), notify != NULL ? notify : "clean");
  while (read (fd, &byte, 1) > 0)
    ;
  close (fd);
}

int
main (int argc, char **argv)
{
  const char *mode = getenv ("TINY_ENGINE");
  int listener;

  if (argc != 3 || strcmp (argv[1], "--listen-fd") != 0)
    return 2;
  listener = atoi (argv[2]);
  if (mode == NULL)
    mode = "";
  log_start ();
  signal (SIGPIPE, SIG_IGN);
  fprintf (stderr, "tiny engine\n");
  if (strcmp (mode, "at-once") == 0)
    {
      fprintf (stderr, "the model is missing\n\n");
      return 7;
    }

  for (;;)
    {
      int fd = accept (listener, NULL, NULL);

      if (strcmp (mode, "slowly") == 0)
        die_slowly (fd);
      if (strcmp (mode, "on-connect") == 0)
        {
          fprintf (stderr, "no trailing line break");
          return 1;
        }
      if (strcmp (mode, "by-signal") == 0)
        raise (SIGKILL);
      serve (fd);
    }
}
