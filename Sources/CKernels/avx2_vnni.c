// AVX2 with AVX-VNNI: a step of bytes is one instruction. See vector_kernels.h for the methods.
#if defined(__x86_64__)

#define KN_TARGET __attribute__((target("avx2,fma,f16c,avxvnni")))
#include "avx2_vectors.h"

#define KN_MULTIPLIES_BYTES
enum { BYTE_OFFSET = 0 };
static inline KN_TARGET vi step_bytes(vu x, vu weights, vi sum) {
  return (vi)_mm256_dpbusd_avx_epi32((__m256i)sum, (__m256i)x, (__m256i)weights);
}

#include "vector_kernels.h"

const kn_kernels kn_avx2_vnni_table = KN_TABLE(KN_ISA_AVX2_VNNI, 4e10, 0.8, 4);

#endif
