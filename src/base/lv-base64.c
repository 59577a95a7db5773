/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-base64.h"

#include <string.h>

#if defined(__x86_64__)
#define HAVE_AVX2 1
#include <immintrin.h>
#else
#define HAVE_AVX2 0
#endif

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#define NO -1
/* Value of a character of either alphabet, negative for every other. */
static const gint8 values[256] = {
  /* clang-format off */
  NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
  NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
  NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, 62, NO, 62, NO, 63,
  52, 53, 54, 55, 56, 57, 58, 59, 60, 61, NO, NO, NO, NO, NO, NO,
  NO,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
  15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, NO, NO, NO, NO, 63,
  NO, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
  41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, NO, NO, NO, NO, NO,
  [128 ... 255] = NO,
  /* clang-format on */
};

gsize
lv_base64_encoded_length (gsize n_bytes)
{
  return (n_bytes + 2) / 3 * 4;
}

gsize
lv_base64_decoded_bound (gsize n_chars)
{
  return (n_chars + 3) / 4 * 3;
}

#if HAVE_AVX2

/* The vector loops below return how much of the input they have done and leave the rest to the
 * portable ones. The bit arrangement is the one described by W. Muła and D. Lemire, "Faster
 * Base64 Encoding and Decoding using AVX2 Instructions". */

#define PER_LANE(...) _mm256_setr_epi8 (__VA_ARGS__, __VA_ARGS__)

__attribute__ ((target ("avx2"))) static gsize
encode_avx2 (const guint8 *bytes, gsize n_bytes, char *out)
{
  /* bytes abc of each triple as b a c b, so that both 16-bit halves hold two of the four values */
  const __m256i spread = PER_LANE (1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);
  /* what to add to a value of class 0 (26..51), 1..10 (digits), 11 (+), 12 (/), 13 (0..25) */
  const __m256i offsets =
      PER_LANE ('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                '0' - 52, '0' - 52, '0' - 52, '+' - 62, '/' - 63, 'A', 0, 0);
  gsize done = 0;

  /* the second load reads 16 bytes from offset 12 */
  for (; n_bytes - done >= 28; done += 24, out += 32)
    {
      const __m128i low = _mm_loadu_si128 ((const __m128i *) (bytes + done));
      const __m128i high = _mm_loadu_si128 ((const __m128i *) (bytes + done + 12));
      __m256i in = _mm256_shuffle_epi8 (_mm256_set_m128i (high, low), spread);
      __m256i even = _mm256_mulhi_epu16 (_mm256_and_si256 (in, _mm256_set1_epi32 (0x0FC0FC00)),
                                         _mm256_set1_epi32 (0x04000040));
      __m256i odd = _mm256_mullo_epi16 (_mm256_and_si256 (in, _mm256_set1_epi32 (0x003F03F0)),
                                        _mm256_set1_epi32 (0x01000010));
      __m256i value = _mm256_or_si256 (even, odd);
      __m256i class = _mm256_subs_epu8 (value, _mm256_set1_epi8 (51));
      __m256i upper = _mm256_cmpgt_epi8 (_mm256_set1_epi8 (26), value);

      class = _mm256_or_si256 (class, _mm256_and_si256 (upper, _mm256_set1_epi8 (13)));
      _mm256_storeu_si256 ((__m256i *) out,
                           _mm256_add_epi8 (value, _mm256_shuffle_epi8 (offsets, class)));
    }
  return done;
}

__attribute__ ((target ("avx2"))) static gsize
decode_avx2 (const char *chars, gsize n_chars, guint8 *out)
{
  /* A character is valid when the bits that its two nibbles select have none in common. */
  const __m256i by_low = PER_LANE (0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x13,
                                   0x1A, 0x1B, 0x1B, 0x1B, 0x1A);
  const __m256i by_high = PER_LANE (0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10,
                                    0x10, 0x10, 0x10, 0x10, 0x10, 0x10);
  /* by high nibble; index 1 is for '/' */
  const __m256i offsets = PER_LANE (0, 63 - '/', 62 - '+', 52 - '0', -'A', -'A', 26 - 'a', 26 - 'a',
                                    0, 0, 0, 0, 0, 0, 0, 0);
  const __m256i pack = PER_LANE (2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
  const __m256i join = _mm256_setr_epi32 (0, 1, 2, 4, 5, 6, 7, 7);
  gsize done = 0;

  /* each store writes 8 bytes more than the 24 decoded: what follows must leave room for them */
  for (; n_chars - done >= 32 + 12; done += 32, out += 24)
    {
      __m256i in = _mm256_loadu_si256 ((const __m256i *) (chars + done));
      __m256i high = _mm256_and_si256 (_mm256_srli_epi32 (in, 4), _mm256_set1_epi8 (0x0F));
      __m256i low = _mm256_and_si256 (in, _mm256_set1_epi8 (0x0F));
      __m256i slash = _mm256_cmpeq_epi8 (in, _mm256_set1_epi8 ('/'));

      if (!_mm256_testz_si256 (_mm256_shuffle_epi8 (by_low, low),
                               _mm256_shuffle_epi8 (by_high, high)))
        break;
      in = _mm256_add_epi8 (in, _mm256_shuffle_epi8 (offsets, _mm256_add_epi8 (slash, high)));
      in = _mm256_maddubs_epi16 (in, _mm256_set1_epi32 (0x01400140));
      in = _mm256_madd_epi16 (in, _mm256_set1_epi32 (0x00011000));
      in = _mm256_permutevar8x32_epi32 (_mm256_shuffle_epi8 (in, pack), join);
      _mm256_storeu_si256 ((__m256i *) out, in);
    }
  return done;
}

#endif

static void
encode_portable (const guint8 *bytes, gsize n_bytes, char *out)
{
  gsize i = 0;
  guint32 rest;

  for (; i + 3 <= n_bytes; i += 3, out += 4)
    {
      guint32 triple = (guint32) bytes[i] << 16 | (guint32) bytes[i + 1] << 8 | bytes[i + 2];

      out[0] = alphabet[triple >> 18];
      out[1] = alphabet[triple >> 12 & 63];
      out[2] = alphabet[triple >> 6 & 63];
      out[3] = alphabet[triple & 63];
    }
  if (i == n_bytes)
    return;

  rest = (guint32) bytes[i] << 16 | (i + 1 < n_bytes ? (guint32) bytes[i + 1] << 8 : 0);
  out[0] = alphabet[rest >> 18];
  out[1] = alphabet[rest >> 12 & 63];
  out[2] = i + 1 < n_bytes ? alphabet[rest >> 6 & 63] : '=';
  out[3] = '=';
}

/* Decodes @n_chars, a multiple of 4 without padding. */
static gboolean
decode_portable (const char *chars, gsize n_chars, guint8 *out)
{
  const guint8 *in = (const guint8 *) chars;

  for (gsize i = 0; i < n_chars; i += 4, out += 3)
    {
      int a = values[in[i]], b = values[in[i + 1]], c = values[in[i + 2]], d = values[in[i + 3]];

      if ((a | b | c | d) < 0)
        return FALSE;
      out[0] = (guint8) (a << 2 | b >> 4);
      out[1] = (guint8) (b << 4 | c >> 2);
      out[2] = (guint8) (c << 6 | d);
    }
  return TRUE;
}

void
lv_base64_encode (const guint8 *bytes, gsize n_bytes, char *out)
{
  gsize done = 0;

  if (n_bytes == 0)
    return; /* @bytes may be NULL */
#if HAVE_AVX2
  if (__builtin_cpu_supports ("avx2"))
    done = encode_avx2 (bytes, n_bytes, out);
#endif
  encode_portable (bytes + done, n_bytes - done, out + done / 3 * 4);
}

gboolean
lv_base64_decode (const char *chars, gsize n_chars, guint8 *out, gsize *ret_n_bytes)
{
  gsize n_padding = 0, done = 0;
  char last[4];
  guint8 tail[3];

  if (n_chars % 4 != 0)
    return FALSE;
  *ret_n_bytes = 0;
  if (n_chars == 0)
    return TRUE;
  if (chars[n_chars - 1] == '=')
    n_padding = chars[n_chars - 2] == '=' ? 2 : 1;

#if HAVE_AVX2
  if (__builtin_cpu_supports ("avx2"))
    done = decode_avx2 (chars, n_chars, out);
#endif
  if (!decode_portable (chars + done, n_chars - 4 - done, out + done / 4 * 3))
    return FALSE;

  /* the last four apart, with the padding read as zero bits */
  memcpy (last, chars + n_chars - 4, 4);
  memset (last + 4 - n_padding, 'A', n_padding);
  if (!decode_portable (last, 4, tail))
    return FALSE;
  *ret_n_bytes = n_chars / 4 * 3 - n_padding;
  memcpy (out + (n_chars - 4) / 4 * 3, tail, 3 - n_padding);
  return TRUE;
}
