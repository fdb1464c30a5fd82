// AVX2 with FMA and F16C: vectors of 8. A tile of 6 rows × 2 vectors uses 12 of 16 registers for sums, 2 for weights and 1 for
// the input. See vector_kernels.h for the methods.
#if defined(__x86_64__)

#include <immintrin.h>
#include <stddef.h>

#define KN_TARGET __attribute__((target("avx2,fma,f16c")))

enum { LANES = 8, REGISTERS = 16, WIDE = 2, ROWS = 6 };
#define KN_EACH_ROW_COUNT(DO) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6)

typedef float vf __attribute__((ext_vector_type(8)));

static inline KN_TARGET __m256i part_mask(size_t n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

static inline KN_TARGET vf load_part(const float *p, size_t n) { return (vf)_mm256_maskload_ps(p, part_mask(n)); }

static inline KN_TARGET void store_part(float *p, vf v, size_t n) { _mm256_maskstore_ps(p, part_mask(n), (__m256)v); }

static inline KN_TARGET vf widen_f16(const void *p) { return (vf)_mm256_cvtph_ps(_mm_loadu_si128(p)); }

static inline KN_TARGET float sum_lanes(vf v) {
  float quarter[4];
  for (int i = 0; i < 4; i++) quarter[i] = v[i] + v[i + 4];
  return (quarter[0] + quarter[2]) + (quarter[1] + quarter[3]);
}

#include "vector_kernels.h"
#include "vector_scan.h"
#include "scan_avx2.h"

const kn_kernels kn_avx2_table = KN_TABLE(KN_ISA_AVX2, 4e10);

#endif
