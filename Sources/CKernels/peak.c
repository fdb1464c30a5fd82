// The limit of the arithmetic units: multiply-adds between registers, without memory, in chains that do not wait for one
// another. Two units with a latency of four need eight chains; twelve leave room. What a product reaches of this limit
// says how much is left to gain; nothing can be faster.
#include "peak.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

enum { CHAINS = 12 };

// A loop over CHAINS sums. The empty assembly keeps the compiler from computing once what never changes.
#define KN_PEAK_LOOP(NAME, TARGET, SUM, INPUT, FIRST, START, STEP)              \
  TARGET static void NAME(size_t repetitions) {                                 \
    INPUT x = FIRST, y = FIRST;                                                 \
    SUM sums[CHAINS];                                                           \
    for (int c = 0; c < CHAINS; c++) sums[c] = START;                           \
    for (size_t i = 0; i < repetitions; i++) {                                  \
      _Pragma("clang loop unroll(full)") for (int c = 0; c < CHAINS; c++) {     \
        __asm__ volatile("" : KN_VECTOR(x), KN_VECTOR(y));                      \
        sums[c] = STEP(sums[c], x, y);                                          \
      }                                                                         \
    }                                                                           \
    for (int c = 0; c < CHAINS; c++) __asm__ volatile("" : KN_VECTOR(sums[c])); \
  }

#if defined(__x86_64__)
#define KN_VECTOR(v) "+v"(v)
#else
#define KN_VECTOR(v) "+w"(v)
#endif

#define NO_TARGET
#define MULTIPLY_ADD(sum, x, y) ((sum) + (x) * (y))

#if defined(__x86_64__) || defined(__aarch64__)
typedef float lanes4 __attribute__((ext_vector_type(4)));
KN_PEAK_LOOP(scalar_f32, NO_TARGET, lanes4, lanes4, (lanes4)(0.5f), (lanes4)(0.0f), MULTIPLY_ADD)
#endif

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))
#define AVX512_BF16 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16")))
#define AVX512_VNNI __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")))
#define AVX_VNNI __attribute__((target("avx2,fma,avxvnni")))

#define FMA_256(sum, x, y) _mm256_fmadd_ps(x, y, sum)
#define FMA_512(sum, x, y) _mm512_fmadd_ps(x, y, sum)
#define BF16_512(sum, x, y) _mm512_dpbf16_ps(sum, (__m512bh)(x), (__m512bh)(y))
#define VNNI_512(sum, x, y) _mm512_dpbusd_epi32(sum, x, y)
#define VNNI_256(sum, x, y) _mm256_dpbusd_avx_epi32(sum, x, y)
// Without VNNI: products in pairs, then pairs of pairs, then the sum.
#define PAIRS_256(sum, x, y) \
  _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(x, y), _mm256_set1_epi16(1)))

KN_PEAK_LOOP(avx2_f32, AVX2, __m256, __m256, _mm256_set1_ps(0.5f), _mm256_setzero_ps(), FMA_256)
KN_PEAK_LOOP(avx2_int8, AVX2, __m256i, __m256i, _mm256_set1_epi8(3), _mm256_setzero_si256(), PAIRS_256)
KN_PEAK_LOOP(avx_vnni_int8, AVX_VNNI, __m256i, __m256i, _mm256_set1_epi8(3), _mm256_setzero_si256(), VNNI_256)
KN_PEAK_LOOP(avx512_f32, AVX512, __m512, __m512, _mm512_set1_ps(0.5f), _mm512_setzero_ps(), FMA_512)
KN_PEAK_LOOP(
    avx512_bf16, AVX512_BF16, __m512, __m512i, _mm512_set1_epi32(0x3f003f00), _mm512_setzero_ps(), BF16_512)
KN_PEAK_LOOP(avx512_int8, AVX512_VNNI, __m512i, __m512i, _mm512_set1_epi8(3), _mm512_setzero_si512(), VNNI_512)
#elif defined(__aarch64__)
#define FMA_128(sum, x, y) vfmaq_f32(sum, x, y)
KN_PEAK_LOOP(neon_f32, NO_TARGET, float32x4_t, float32x4_t, vdupq_n_f32(0.5f), vdupq_n_f32(0), FMA_128)
#endif

// Runs a loop whose step does `operations` in each chain.
static double run(void (*loop)(size_t), size_t repetitions, double operations) {
  loop(repetitions);
  return (double)repetitions * CHAINS * operations;
}

double kn_peak(kn_isa isa, kn_arithmetic arithmetic, size_t repetitions) {
  if (!kn_kernels_for(isa)) return 0;
  switch (isa) {
#if defined(__x86_64__)
    case KN_ISA_AVX2:
      if (arithmetic == KN_ARITHMETIC_F32) return run(avx2_f32, repetitions, 16);
      if (arithmetic == KN_ARITHMETIC_INT8) {
        return run(__builtin_cpu_supports("avxvnni") ? avx_vnni_int8 : avx2_int8, repetitions, 64);
      }
      return 0;
    case KN_ISA_AVX512:
      if (arithmetic == KN_ARITHMETIC_F32) return run(avx512_f32, repetitions, 32);
      if (arithmetic == KN_ARITHMETIC_BF16) {
        return __builtin_cpu_supports("avx512bf16") ? run(avx512_bf16, repetitions, 64) : 0;
      }
      return __builtin_cpu_supports("avx512vnni") ? run(avx512_int8, repetitions, 128) : 0;
#elif defined(__aarch64__)
    case KN_ISA_NEON:
      return arithmetic == KN_ARITHMETIC_F32 ? run(neon_f32, repetitions, 8) : 0;
#endif
    default:
#if defined(__x86_64__) || defined(__aarch64__)
      return isa == KN_ISA_SCALAR && arithmetic == KN_ARITHMETIC_F32 ? run(scalar_f32, repetitions, 8) : 0;
#else
      (void)arithmetic, (void)repetitions, (void)run;
      return 0;
#endif
  }
}
