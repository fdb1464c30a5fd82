// AVX-512 with VNNI and BF16: a step of bytes or of bf16 pairs is one instruction. VDPBF16PS adds both products of a
// pair with one rounding each and takes denormals for zeros. See vector_kernels.h for the methods.
#if defined(__x86_64__)

#define KN_TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")))
#include "avx512_vectors.h"

#define KN_MULTIPLIES_BYTES
enum { BYTE_OFFSET = 0 };
static inline KN_TARGET vi step_bytes(vu x, vu weights, vi sum) {
  return (vi)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)x, (__m512i)weights);
}

#define KN_MULTIPLIES_PAIRS
static inline KN_TARGET vf step_pairs(vu x, vu weights, vf sum) {
  return (vf)_mm512_dpbf16_ps((__m512)sum, (__m512bh)x, (__m512bh)weights);
}

#define KN_NARROWS
static inline KN_TARGET void store_narrowed(uint16_t *p, vf v, size_t n) {
  __m256i narrowed = (__m256i)_mm512_cvtneps_pbh((__m512)v);
  _mm256_mask_storeu_epi16(p, (__mmask16)((1u << n) - 1), narrowed);
}

static inline KN_TARGET vu narrowed(vf v) {
  return (vu)_mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh((__m512)v));
}

#include "vector_kernels.h"

const kn_kernels kn_avx512_bf16_table = KN_TABLE(KN_ISA_AVX512_BF16, 8e10, 2, 4);

#endif
