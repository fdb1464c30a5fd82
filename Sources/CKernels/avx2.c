// AVX2 with FMA and F16C: products of narrow operands widen them. See vector_kernels.h for the methods.
#if defined(__x86_64__)

#define KN_TARGET __attribute__((target("avx2,fma,f16c")))
#include "avx2_vectors.h"

static inline KN_TARGET vi add_pairs(vi sum, vi a, vi b) {  // Σ of two products of i16
  return (vi)_mm256_add_epi32((__m256i)sum, _mm256_madd_epi16((__m256i)a, (__m256i)b));
}

#include "vector_kernels.h"
#include "vector_scan.h"
#include "scan_avx2.h"

const kn_kernels kn_avx2_table = KN_TABLE(KN_ISA_AVX2, 4e10, 0.8, 1.2);

#endif
