/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-jwt.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <string.h>

/* GnuTLS would otherwise prepare itself when the program starts, for what most never need. TLS
 * prepares it itself when it comes to that. */
GNUTLS_SKIP_GLOBAL_INIT

static void
append_base64url (GString *text, gconstpointer bytes, gsize size)
{
  g_autofree char *encoded = g_base64_encode (bytes, size);

  g_strdelimit (encoded, "+", '-');
  g_strdelimit (encoded, "/", '_');
  g_string_append_len (text, encoded, strcspn (encoded, "="));
}

static int
sign (gnutls_privkey_t key, const char *pem, const GString *text, gnutls_datum_t *signature)
{
  const gnutls_datum_t key_text = { (unsigned char *) pem, strlen (pem) };
  const gnutls_datum_t data = { (unsigned char *) text->str, text->len };
  int status = gnutls_privkey_import_x509_raw (key, &key_text, GNUTLS_X509_FMT_PEM, NULL, 0);

  if (status == GNUTLS_E_SUCCESS && gnutls_privkey_get_pk_algorithm (key, NULL) != GNUTLS_PK_RSA)
    status = GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM;
  if (status == GNUTLS_E_SUCCESS)
    status = gnutls_privkey_sign_data (key, GNUTLS_DIG_SHA256, 0, &data, signature);
  return status;
}

char *
lv_jwt_sign (const char *header, const char *claims, const char *pem, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gnutls_datum_t signature = { NULL, 0 };
  gnutls_privkey_t key;
  int status;

  append_base64url (text, header, strlen (header));
  g_string_append_c (text, '.');
  append_base64url (text, claims, strlen (claims));

  gnutls_global_init ();
  gnutls_privkey_init (&key);
  status = sign (key, pem, text, &signature);
  gnutls_privkey_deinit (key);
  if (status != GNUTLS_E_SUCCESS)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                   "\"private_key\" is no RSA key that can sign: %s", gnutls_strerror (status));
      return NULL;
    }
  g_string_append_c (text, '.');
  append_base64url (text, signature.data, signature.size);
  gnutls_free (signature.data);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
