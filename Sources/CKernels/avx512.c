// AVX-512 without more: products of narrow operands widen them. See vector_kernels.h for the methods.
#if defined(__x86_64__)

#define KN_TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))
#include "avx512_vectors.h"

static inline KN_TARGET vi add_pairs(vi sum, vi a, vi b) {  // Σ of two products of i16
  return (vi)_mm512_add_epi32((__m512i)sum, _mm512_madd_epi16((__m512i)a, (__m512i)b));
}

#include "vector_kernels.h"
#include "vector_scan.h"
#include "scan_avx512.h"

const kn_kernels kn_avx512_table = KN_TABLE(KN_ISA_AVX512, 8e10, 0.8, 1.2);

#endif
