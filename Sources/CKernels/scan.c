// Chooses a table of scan kernels by what the machine has; the reference in the plainest form; and what is the same for
// every machine.
#include "scan_coding.h"

#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

static kn_coded_row code_row(kn_geometry geometry, const float *x, const float *center, size_t count, int8_t *code) {
  kn_coded_row row = {0};
  double norm = 0, greatest = 0, squares = 0, rest = 0;
  for (size_t i = 0; i < count; i++) norm += (double)x[i] * x[i];
  double factor = kn_code_factor(geometry, norm);
  for (size_t i = 0; i < count; i++) {
    double y = x[i] * factor - center[i];
    greatest = fabs(y) > greatest ? fabs(y) : greatest;
    squares += y * y;
  }
  if (!kn_begin_code(geometry, greatest, squares, count, &row)) return kn_no_code(count, code);
  double inverse = row.scale > 0 ? 1 / (double)row.scale : 0;
  for (size_t i = 0; i < count; i++) {
    double y = x[i] * factor - center[i];
    double value = fmin(fmax(rint(y * inverse), -127), 127);
    double left = y - row.scale * value;
    code[i] = (int8_t)value;
    rest += geometry == KN_MAGNITUDES ? fabs(left) : left * left;
  }
  kn_end_code(geometry, greatest, squares, rest, count, &row);
  return row;
}

static void dots(const int8_t *codes, size_t rows, const kn_code_query *query, int32_t *sums) {
  for (size_t r = 0; r < rows; r++) {
    int64_t sum = 0;
    for (size_t i = 0; i < query->count; i++) sum += (int32_t)codes[r * query->count + i] * query->values[i];
    sums[r] = (int32_t)sum;
  }
}

static void differences(const int8_t *codes, size_t rows, size_t count, const uint8_t *planes, const uint8_t *slots,
                        const uint8_t *levels, int32_t *sums) {
  size_t stride = (count + 63) / 64 * 64;
  for (size_t r = 0; r < rows; r++) {
    const uint8_t *plane = planes + slots[levels[r]] * stride;
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
      int32_t difference = codes[r * count + i] + 128 - plane[i];
      sum -= difference < 0 ? -difference : difference;
    }
    sums[r] = (int32_t)sum;
  }
}

static void signs(const uint64_t *bits, size_t rows, size_t words, const uint64_t *planes, int32_t *sums) {
  static const int32_t weights[] = {1, 2, 4, -8};
  for (size_t r = 0; r < (rows + 7) / 8 * 8; r++) {
    int32_t sum = 0;
    for (size_t w = 0; w < words; w++)
      for (size_t p = 0; p < 4; p++)
        sum += weights[p] * __builtin_popcountll(bits[(r / 8 * words + w) * 8 + r % 8] & planes[w * 4 + p]);
    sums[r] = sum;
  }
}

static size_t select_rows(const kn_code_bound *b, const int32_t *sums, size_t rows, float threshold,
                          uint32_t *selected, float *uppers) {
  size_t count = 0;
  for (size_t r = 0; r < rows; r++) {
    float upper = b->base + (b->offsets ? b->offset_factor * b->offsets[r] : 0);
    upper += b->scales[r] * (b->step * (float)sums[r] + (b->raises ? b->raises[r] : b->raise));
    upper += b->residuals ? b->residual_factor * b->residuals[r] : 0;
    if (upper < threshold) continue;
    selected[count] = (uint32_t)r;
    uppers[count++] = upper;
  }
  return count;
}

static const kn_scan scalar_scan = {
    .name = "scalar",
    .code = code_row,
    .dots = dots,
    .differences = differences,
    .signs = signs,
    .select = select_rows,
};

#if defined(__aarch64__)
static int has_dot_product(void) {
#if defined(__linux__)
  return (getauxval(AT_HWCAP) & (1ul << 20)) != 0;  // HWCAP_ASIMDDP
#else
  return 1;
#endif
}
#endif

const kn_scan *kn_scan_for(kn_isa isa, int variant) {
  if (variant < 0 || variant >= KN_SCAN_VARIANTS || !kn_kernels_for(isa)) return NULL;
  switch (isa) {
    case KN_ISA_SCALAR:
      return variant == 0 ? &scalar_scan : NULL;
#if defined(__x86_64__)
    case KN_ISA_AVX2:
      return variant == 0 && __builtin_cpu_supports("popcnt") ? &kn_avx2_scan : NULL;
    case KN_ISA_AVX512:
      if (!__builtin_cpu_supports("popcnt")) return NULL;
      if (variant == 0) return &kn_avx512_scan;
      return __builtin_cpu_supports("avx512vpopcntdq") ? &kn_avx512_counting_scan : NULL;
#elif defined(__aarch64__)
    case KN_ISA_NEON:
      return variant == 0 ? &kn_neon_scan : has_dot_product() ? &kn_neon_dot_scan : NULL;
#endif
    default:
      return NULL;
  }
}

float kn_level_scale(uint8_t level) {
  // The significands of 1, 2^¼, 2^½ and 2^¾.
  static const uint32_t quarters[] = {0, 0x1837f0, 0x3504f3, 0x5744fd};
  uint32_t bits = (uint32_t)(level / 4 + 127 - 31) << 23 | quarters[level % 4];
  float scale;
  memcpy(&scale, &bits, sizeof scale);
  return scale;
}

void kn_split_query(const int16_t *values, size_t count, int8_t *high, int8_t *low) {
  for (size_t i = 0; i < count; i++) {
    int32_t upper = (values[i] + 128) >> 8;
    high[i] = (int8_t)upper;
    low[i] = (int8_t)(values[i] - 256 * upper);
  }
}

double kn_sign_bits(const int8_t *code, size_t count, size_t row, uint64_t *group) {
  int64_t squares = 0, magnitudes = 0;
  for (size_t first = 0; first < count; first += 64) {
    uint64_t word = 0;
    for (size_t i = first; i < count && i < first + 64; i++) word |= (uint64_t)(code[i] > 0) << (i - first);
    group[first / 64 * 8 + row] = word;
  }
  for (size_t i = 0; i < count; i++) {
    squares += code[i] * code[i];
    magnitudes += code[i] < 0 ? -code[i] : code[i];
  }
  return magnitudes > 0 ? (double)squares / (double)magnitudes : 0;
}

uint64_t kn_read_bytes(const void *bytes, size_t count) {
  typedef uint64_t words __attribute__((ext_vector_type(8), aligned(1), may_alias));
  const char *from = bytes;
  words sum[4] = {0, 0, 0, 0}, all;
  uint64_t rest = 0;
  size_t i = 0;
  for (; i + 256 <= count; i += 256) {
    for (size_t k = 0; k < 4; k++) sum[k] ^= *(const words *)(from + i + 64 * k);
  }
  for (; i < count; i++) rest += (uint8_t)from[i];
  all = (sum[0] ^ sum[1]) ^ (sum[2] ^ sum[3]);
  for (int k = 0; k < 8; k++) rest ^= all[k];
  return rest;
}
