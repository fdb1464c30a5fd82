// Operands of packed products: how values become words, and words panels. Included by vector_kernels.h.

typedef uint16_t vh __attribute__((ext_vector_type(LANES)));
typedef uint8_t vbytes __attribute__((ext_vector_type(LANES), aligned(1), may_alias));

#ifndef KN_NARROWS
// Rounds to the nearest bf16, to even in the middle; a NaN stays one. The result is the low half of each lane.
KN_INLINE vu narrowed(vf v) {
  vu pattern = (vu)v, rounded = pattern + 0x7fff + (pattern >> 16 & 1);
  return (vu)choose(v != v, (vf)(pattern | 0x400000), (vf)rounded) >> 16;
}

KN_INLINE void store_narrowed(uint16_t *p, vf v, size_t n) {
  vh halves = __builtin_convertvector(narrowed(v), vh);
  memcpy(p, &halves, n * sizeof(uint16_t));
}
#endif

KN_INLINE void narrow_pairs(const float *x, size_t count, uint16_t *y) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) store_narrowed(y + i, load(x + i), LANES);
  if (i < count) store_narrowed(y + i, load_part(x + i, count - i), count - i);
  if (count % 2) y[count] = 0;
}

#ifndef KN_STORES_BYTES
// The nearest whole numbers, cut to 0 … 255; some byte for what is not finite.
KN_INLINE void store_bytes(uint8_t *p, vf v) {
  // Adding the constant leaves the nearest whole number in the low bits.
  vf whole = at_least(splat(0), at_most(splat(255), v)) + splat(0x1p23f);
  *(vbytes *)p = __builtin_convertvector((vu)whole & 255, vbytes);
}
#endif

// The span of a row: NaN where a value is not finite. The bytes of a constant row are zeros.
KN_INLINE kn_span span_of(const float *x, size_t count) {
  if (count == 0) return (kn_span){0, 0};
  vf low[2], high[2], wrong[2];
  UNROLL for (int s = 0; s < 2; s++) low[s] = high[s] = splat(x[0]), wrong[s] = splat(0);
  for (size_t i = 0; i < count; i += 2 * LANES)
    UNROLL for (size_t s = 0; s < 2; s++) {
      size_t first = i + s * LANES;
      if (first >= count) break;
      vf value = count - first >= LANES ? load(x + first)
                                        : choose(first_lanes(count - first), load_part(x + first, count - first), low[s]);
      low[s] = at_most(value, low[s]);
      high[s] = at_least(value, high[s]);
      wrong[s] = multiply_add(value, splat(0), wrong[s]);  // 0 · x is NaN for what is not finite.
    }
  float smallest = -largest_lane(-at_most(low[0], low[1])), largest = largest_lane(at_least(high[0], high[1]));
  float unknown = sum_lanes(wrong[0] + wrong[1]);
  return (kn_span){.low = smallest + unknown, .step = (largest / 255 - smallest / 255) + unknown};
}

KN_INLINE void narrow_bytes(const float *x, size_t count, uint8_t *y, kn_span *span) {
  kn_span s = *span = span_of(x, count);
  float inverse = s.step > 0 ? 1 / s.step : 0;
  vf factor = splat(inverse), shift = splat(s.step > 0 ? -s.low * inverse : 0);
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) store_bytes(y + i, multiply_add(load(x + i), factor, shift));
  if (i < count) {
    uint8_t bytes[LANES];
    store_bytes(bytes, multiply_add(load_part(x + i, count - i), factor, shift));
    memcpy(y + i, bytes, count - i);
  }
  for (i = count; i % 4; i++) y[i] = 0;
}

KN_KERNEL void narrow(kn_operands operands, const float *x, size_t count, void *words, kn_span *span) {
  switch (operands) {
    case KN_OPERANDS_F32:
      memcpy(words, x, count * sizeof(float));
      return;
    case KN_OPERANDS_BF16:
      narrow_pairs(x, count, words);
      return;
    case KN_OPERANDS_INT8:
      narrow_bytes(x, count, words, span);
  }
}

// Four rows of words into four columns of a panel, four words at a time.
KN_INLINE void interleave(const word *rows, size_t stride, size_t words, word *panel) {
  typedef uint32_t four __attribute__((ext_vector_type(4), aligned(4), may_alias));
  size_t k = 0;
  for (; k + 4 <= words; k += 4) {
    four a = *(const four *)(rows + k), b = *(const four *)(rows + stride + k);
    four c = *(const four *)(rows + 2 * stride + k), d = *(const four *)(rows + 3 * stride + k);
    four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    *(four *)(panel + k * PANEL) = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    *(four *)(panel + (k + 1) * PANEL) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    ab = __builtin_shufflevector(a, b, 2, 6, 3, 7), cd = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    *(four *)(panel + (k + 2) * PANEL) = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    *(four *)(panel + (k + 3) * PANEL) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
  }
  for (; k < words; k++)
    UNROLL for (size_t c = 0; c < 4; c++) panel[k * PANEL + c] = rows[c * stride + k];
}

// Up to PANEL rows of words into a panel [words][PANEL].
KN_KERNEL void pack_words(const word *rows, size_t stride, size_t count, size_t words, word *panel) {
  if (count < PANEL) memset(panel, 0, words * PANEL * sizeof(word));
  size_t c = 0;
  for (; c + 4 <= count; c += 4) interleave(rows + c * stride, stride, words, panel + c);
  for (; c < count; c++)
    for (size_t k = 0; k < words; k++) panel[k * PANEL + c] = rows[c * stride + k];
}

// Weights as signed bytes; returns their sum. A NaN becomes −127: weights are checked when they are read.
KN_INLINE int32_t narrow_weights(const float *weights, size_t count, float inverse, int8_t *bytes) {
  int32_t sum = 0;
  for (size_t k = 0; k < count; k++) {
    float rounded = rintf(weights[k] * inverse);
    bytes[k] = (int8_t)(rounded > 127 ? 127 : rounded >= -127 ? rounded : -127);
    sum += bytes[k];
  }
  for (size_t k = count; k % 4; k++) bytes[k] = 0;
  return sum;
}

KN_INLINE float largest_magnitude(const float *weights, size_t count) {
  float largest = 0;
  for (size_t k = 0; k < count; k++) largest = fmaxf(largest, fabsf(weights[k]));
  return largest;
}

enum { RUN = 512 };  // Values of a row that are narrowed at a time.

// Four rows, or fewer at the end, into columns of a panel.
KN_KERNEL void pack_narrowed(kn_operands operands, const float *weights, size_t stride, size_t rows, size_t inputs,
                             word *panel, kn_column *columns) {
  _Alignas(64) word runs[4][RUN / 2];
  if (rows < 4) memset(runs[rows], 0, (4 - rows) * sizeof(runs[0]));
  float inverse[4] = {0};
  if (operands == KN_OPERANDS_INT8)
    for (size_t r = 0; r < 4; r++) {
      float scale = r < rows ? largest_magnitude(weights + r * stride, inputs) / 127 : 0;
      columns[r] = (kn_column){.scale = scale, .sum = 0};
      inverse[r] = scale > 0 ? 1 / scale : 0;
    }
  for (size_t k = 0; k < inputs; k += RUN) {
    size_t count = inputs - k < RUN ? inputs - k : RUN;
    for (size_t r = 0; r < rows; r++) {
      const float *run = weights + r * stride + k;
      if (operands == KN_OPERANDS_INT8)
        columns[r].sum += (float)narrow_weights(run, count, inverse[r], (int8_t *)runs[r]);
      else
        narrow_pairs(run, count, (uint16_t *)runs[r]);
    }
    interleave(runs[0], RUN / 2, kn_words_of(operands, count), panel + kn_words_of(operands, k) * PANEL);
  }
}

KN_KERNEL void pack(kn_operands operands, const float *weights, size_t stride, size_t rows, size_t inputs, void *panels,
                    kn_column *columns) {
  const size_t words = kn_words_of(operands, inputs);
  word *panel = panels;
  for (size_t first = 0; first < rows; first += PANEL, panel += words * PANEL) {
    const float *from = weights + first * stride;
    size_t width = rows - first < PANEL ? rows - first : PANEL;
    if (operands == KN_OPERANDS_F32) {
      pack_words((const word *)from, stride, width, words, panel);
      continue;
    }
    if (width < PANEL) {
      memset(panel, 0, words * PANEL * sizeof(word));
      if (columns) memset(columns + first, 0, PANEL * sizeof(kn_column));
    }
    for (size_t c = 0; c < width; c += 4) {
      size_t count = width - c < 4 ? width - c : 4;
      pack_narrowed(operands, from + c * stride, stride, count, inputs, panel + c, columns ? columns + first + c : NULL);
    }
  }
}

// Two rows of values as a row of bf16 pairs; a missing second row is zeros.
KN_INLINE void pair_rows(const float *first, const float *second, size_t width, word *pairs) {
  for (size_t c = 0; c < width; c += LANES) {
    size_t count = width - c < LANES ? width - c : LANES;
    vu low = narrowed(load_up_to(first + c, count));
    vu high = second ? narrowed(load_up_to(second + c, count)) : (vu)(0);
    store_words(pairs + c, low | high << 16);
  }
}

// Packs [tokens, head] so that its columns are outputs: what `pack` makes of the transposed matrix.
KN_KERNEL void pack_columns(kn_operands operands, const float *values, size_t stride, size_t tokens, size_t head,
                            word *panels) {
  const size_t step = kn_values_per_word(operands);
  for (size_t first = 0; first < head; first += PANEL)
    for (size_t t = 0; t < tokens; t += step, panels += PANEL) {
      const float *row = values + t * stride + first;
      size_t width = head - first < PANEL ? head - first : PANEL;
      if (width < PANEL) memset(panels, 0, PANEL * sizeof(word));
      if (operands == KN_OPERANDS_F32)
        memcpy(panels, row, width * sizeof(float));
      else
        pair_rows(row, t + 1 < tokens ? row + stride : NULL, width, panels);
    }
}
