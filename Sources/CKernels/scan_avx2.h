// Sums of bytes by AVX2: codes are widened to 16 bits, 16 at a time. Included by avx2.c.

KN_INLINE __m128i load_codes(const int8_t *p, size_t width) {
  if (width >= 16) return _mm_loadu_si128((const __m128i *)p);
  int8_t part[16] = {0};
  memcpy(part, p, width);
  return _mm_loadu_si128((const __m128i *)part);
}

KN_INLINE __m256i add_codes(__m256i sum, __m128i codes, const int16_t *values) {
  __m256i products = _mm256_madd_epi16(_mm256_cvtepi8_epi16(codes), _mm256_loadu_si256((const __m256i *)values));
  return _mm256_add_epi32(sum, products);
}

// Rows one after another, as memory has them, and nothing is fetched by hand: the processor fetches ahead best where one stream
// is read in order.
KN_KERNEL void widened_dots(const int8_t *codes, size_t rows, const kn_code_query *query, int32_t *sums) {
  for (size_t r = 0; r < rows; r++) {
    const int8_t *code = codes + r * query->count;
    __m256i sum[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
    size_t i = 0;
    for (; i + 32 <= query->count; i += 32)
      UNROLL for (size_t k = 0; k < 2; k++)
          sum[k] = add_codes(sum[k], _mm_loadu_si128((const __m128i *)(code + i + 16 * k)), query->values + i + 16 * k);
    for (; i < query->count; i += 16)
      sum[0] = add_codes(sum[0], load_codes(code + i, query->count - i), query->values + i);
    sum[0] = _mm256_add_epi32(sum[0], sum[1]);
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sum[0]), _mm256_extracti128_si256(sum[0], 1));
    half = _mm_hadd_epi32(half, half);
    sums[r] = _mm_cvtsi128_si32(_mm_hadd_epi32(half, half));
  }
}

KN_INLINE __m256i load_flipped(const int8_t *p, size_t width) {
  const __m256i flip = _mm256_set1_epi8((char)0x80);
  if (width >= 32) return _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)p), flip);
  int8_t part[32] = {0};
  memcpy(part, p, width);
  return _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)part), flip);
}

KN_KERNEL void byte_differences(const int8_t *codes, size_t rows, size_t count, const uint8_t *planes,
                                const uint8_t *slots, const uint8_t *levels, int32_t *sums) {
  const size_t stride = (count + 63) / 64 * 64;
  for (size_t r = 0; r < rows; r++) {
    const int8_t *code = codes + r * count;
    const uint8_t *plane = KN_PLANE(r);
    __m256i sum = _mm256_setzero_si256();
    for (size_t i = 0; i < count; i += 32) {
      __m256i values = _mm256_loadu_si256((const __m256i *)(plane + i));
      sum = _mm256_add_epi64(sum, _mm256_sad_epu8(load_flipped(code + i, count - i), values));
    }
    __m128i half = _mm_add_epi64(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
    sums[r] = -(int32_t)(_mm_cvtsi128_si64(half) + _mm_extract_epi64(half, 1));
  }
}

const kn_scan kn_avx2_scan = {
    .name = "avx2",
    .code = code_row,
    .dots = widened_dots,
    .differences = byte_differences,
    .signs = count_signs,
    .select = select_rows,
};
