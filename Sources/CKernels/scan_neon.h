// Sums of bytes by NEON: with the dot product instruction both bytes of each value of the query are multiplied with the
// codes; without it the codes are widened to 16 bits, eight at a time. Included by neon.c.
#define KN_DOT_PRODUCT __attribute__((target("dotprod")))

KN_INLINE int8x16_t load_codes(const int8_t *p, size_t width) {
  if (width >= 16) return vld1q_s8(p);
  int8_t part[16] = {0};
  memcpy(part, p, width);
  return vld1q_s8(part);
}

KN_KERNEL void widened_dots(const int8_t *codes, size_t rows, const kn_code_query *query, int32_t *sums) {
  for (size_t r = 0; r < rows; r++) {
    int32x4_t low = vdupq_n_s32(0), high = low;
    for (size_t i = 0; i < query->count; i += 16) {
      int8x16_t code = load_codes(codes + r * query->count + i, query->count - i);
      UNROLL for (int half = 0; half < 2; half++) {
        int16x8_t c = half ? vmovl_high_s8(code) : vmovl_s8(vget_low_s8(code));
        int16x8_t values = vld1q_s16(query->values + i + 8 * half);
        low = vmlal_s16(low, vget_low_s16(c), vget_low_s16(values));
        high = vmlal_high_s16(high, c, values);
      }
    }
    sums[r] = vaddvq_s32(vaddq_s32(low, high));
  }
}

KN_DOT_PRODUCT static void product_dots(const int8_t *codes, size_t rows, const kn_code_query *query, int32_t *sums) {
  for (size_t r = 0; r < rows; r++) {
    int32x4_t low = vdupq_n_s32(0), high = low;
    for (size_t i = 0; i < query->count; i += 16) {
      int8x16_t code = load_codes(codes + r * query->count + i, query->count - i);
      high = vdotq_s32(high, code, vld1q_s8(query->high + i));
      low = vdotq_s32(low, code, vld1q_s8(query->low + i));
    }
    sums[r] = vaddvq_s32(vaddq_s32(vshlq_n_s32(high, 8), low));
  }
}

KN_KERNEL void byte_differences(const int8_t *codes, size_t rows, size_t count, const uint8_t *planes,
                                const uint8_t *slots, const uint8_t *levels, int32_t *sums) {
  const size_t stride = (count + 63) / 64 * 64;
  for (size_t r = 0; r < rows; r++) {
    const uint8_t *plane = KN_PLANE(r);
    uint32x4_t sum = vdupq_n_u32(0);
    for (size_t i = 0; i < count; i += 16) {
      uint8x16_t code = veorq_u8(vreinterpretq_u8_s8(load_codes(codes + r * count + i, count - i)), vdupq_n_u8(0x80));
      sum = vpadalq_u16(sum, vpaddlq_u8(vabdq_u8(code, vld1q_u8(plane + i))));
    }
    sums[r] = (int32_t)(0 - vaddvq_u32(sum));
  }
}

const kn_scan kn_neon_scan = {
    .name = "neon",
    .code = code_row,
    .dots = widened_dots,
    .differences = byte_differences,
    .signs = count_signs,
    .select = select_rows,
};
const kn_scan kn_neon_dot_scan = {
    .name = "neon-dot",
    .code = code_row,
    .dots = product_dots,
    .differences = byte_differences,
    .signs = count_signs,
    .select = select_rows,
};
