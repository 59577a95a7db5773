/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How long each process callback of each PipeWire stream of a program took, in a file that lv-bench-rt.so, loaded
 * before the program's libraries, shares with whoever measures. The program itself knows nothing of it.
 */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

#define LV_BENCH_RT_VARIABLE "LIVEVOICE_BENCH_RT" /* path of the file */
#define LV_BENCH_RT_MAX (1u << 20)

typedef struct {
  uint32_t wall_ns; /* with whatever else the processor did meanwhile */
  uint32_t cpu_ns;
} LvBenchRtCall;

typedef struct {
  _Atomic uint32_t n_calls; /* those beyond LV_BENCH_RT_MAX are not kept */
  LvBenchRtCall calls[LV_BENCH_RT_MAX];
} LvBenchRt;
