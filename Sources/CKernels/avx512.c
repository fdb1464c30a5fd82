// AVX-512: vectors of 16. A tile of 14 rows × 2 vectors uses 28 of 32 registers for sums, 2 for weights and 1 for the
// input, and needs 16 loads for 28 multiply-adds. See vector_kernels.h for the methods.
#if defined(__x86_64__)

#include <immintrin.h>
#include <stddef.h>

#define KN_TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))

enum { LANES = 16, REGISTERS = 32, WIDE = 2, ROWS = 14 };
#define KN_EACH_ROW_COUNT(DO) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11) DO(12) DO(13) DO(14)

typedef float vf __attribute__((ext_vector_type(16)));

static inline KN_TARGET vf load_part(const float *p, size_t n) {
  return (vf)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
}

static inline KN_TARGET void store_part(float *p, vf v, size_t n) {
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), (__m512)v);
}

static inline KN_TARGET vf widen_f16(const void *p) { return (vf)_mm512_cvtph_ps(_mm256_loadu_si256(p)); }

static inline KN_TARGET float sum_lanes(vf v) { return _mm512_reduce_add_ps((__m512)v); }

#include "vector_kernels.h"
#include "vector_scan.h"
#include "scan_avx512.h"

const kn_kernels kn_avx512_table = KN_TABLE(KN_ISA_AVX512, 8e10);

#endif
