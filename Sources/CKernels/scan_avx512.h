// Sums of bytes by AVX-512: codes are widened to 16 bits, 32 at a time, which keeps up with memory. VNNI does not: it must multiply
// with both bytes of each value of the query, and was measured slower than memory. Included by avx512.c.
#define KN_COUNTING_BITS __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq")))

enum { SCAN_ROWS = 4 };

KN_INLINE __m512i load_bytes(const int8_t *p, size_t width) {
  return width >= 64 ? _mm512_loadu_si512(p) : _mm512_maskz_loadu_epi8(((__mmask64)1 << width) - 1, p);
}

// The sums of four vectors, in the lanes of one.
KN_INLINE __m128i sum_four(const __m512i v[SCAN_ROWS]) {
  __m256i half[SCAN_ROWS];
  UNROLL for (int r = 0; r < SCAN_ROWS; r++)
      half[r] = _mm256_add_epi32(_mm512_castsi512_si256(v[r]), _mm512_extracti64x4_epi64(v[r], 1));
  __m256i pairs = _mm256_hadd_epi32(_mm256_hadd_epi32(half[0], half[1]), _mm256_hadd_epi32(half[2], half[3]));
  return _mm_add_epi32(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1));
}

// Rows one after another, as memory has them, and nothing is fetched by hand: the processor fetches ahead best where one stream
// is read in order.
KN_INLINE __m512i widened_sum(const int8_t *code, const kn_code_query *q) {
  __m512i sum = _mm512_setzero_si512();
  for (size_t i = 0; i < q->count; i += 32) {
    __mmask32 mask = q->count - i >= 32 ? ~(__mmask32)0 : ((__mmask32)1 << (q->count - i)) - 1;
    __m512i c = _mm512_cvtepi8_epi16(_mm256_maskz_loadu_epi8(mask, code + i));
    sum = _mm512_add_epi32(sum, _mm512_madd_epi16(c, _mm512_loadu_si512(q->values + i)));
  }
  return sum;
}

KN_KERNEL void widened_dots(const int8_t *codes, size_t rows, const kn_code_query *query, int32_t *sums) {
  size_t r = 0;
  for (; r + SCAN_ROWS <= rows; r += SCAN_ROWS) {
    __m512i v[SCAN_ROWS];
    UNROLL for (size_t k = 0; k < SCAN_ROWS; k++) v[k] = widened_sum(codes + (r + k) * query->count, query);
    _mm_storeu_si128((__m128i *)(sums + r), sum_four(v));
  }
  for (; r < rows; r++) sums[r] = _mm512_reduce_add_epi32(widened_sum(codes + r * query->count, query));
}

KN_KERNEL void byte_differences(const int8_t *codes, size_t rows, size_t count, const uint8_t *planes,
                                const uint8_t *slots, const uint8_t *levels, int32_t *sums) {
  const __m512i flip = _mm512_set1_epi8((char)0x80);
  const size_t stride = (count + 63) / 64 * 64;
  for (size_t r = 0; r < rows; r++) {
    const int8_t *code = codes + r * count;
    const uint8_t *plane = KN_PLANE(r);
    __m512i sum = _mm512_setzero_si512();
    for (size_t i = 0; i < count; i += 64) {
      __m512i c = _mm512_xor_si512(load_bytes(code + i, count - i), flip);
      sum = _mm512_add_epi64(sum, _mm512_sad_epu8(c, _mm512_loadu_si512(plane + i)));
    }
    sums[r] = -(int32_t)_mm512_reduce_add_epi64(sum);
  }
}

// A lane holds a row of the group.
KN_COUNTING_BITS static void vector_signs(const uint64_t *bits, size_t rows, size_t words, const uint64_t *planes, int32_t *sums) {
  for (size_t group = 0; group < (rows + 7) / 8; group++, bits += words * 8) {
    __m512i count[4];
    UNROLL for (int p = 0; p < 4; p++) count[p] = _mm512_setzero_si512();
    for (size_t w = 0; w < words; w++) {
      __m512i word = _mm512_loadu_si512(bits + w * 8);
      UNROLL for (int p = 0; p < 4; p++) {
        __m512i both = _mm512_and_si512(word, _mm512_set1_epi64((int64_t)planes[w * 4 + (size_t)p]));
        count[p] = _mm512_add_epi64(count[p], _mm512_popcnt_epi64(both));
      }
    }
    __m512i sum = _mm512_add_epi64(count[0], _mm512_slli_epi64(count[1], 1));
    sum = _mm512_add_epi64(sum, _mm512_slli_epi64(count[2], 2));
    sum = _mm512_sub_epi64(sum, _mm512_slli_epi64(count[3], 3));
    _mm256_storeu_si256((__m256i *)(sums + group * 8), _mm512_cvtepi64_epi32(sum));
  }
}

const kn_scan kn_avx512_scan = {
    .name = "avx512",
    .code = code_row,
    .dots = widened_dots,
    .differences = byte_differences,
    .signs = count_signs,
    .select = select_rows,
};
const kn_scan kn_avx512_counting_scan = {
    .name = "avx512-vpopcntdq",
    .code = code_row,
    .dots = widened_dots,
    .differences = byte_differences,
    .signs = vector_signs,
    .select = select_rows,
};
