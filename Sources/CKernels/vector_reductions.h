// Reductions over pairs of vectors and over the rows of a matrix. Included by vector_kernels.h.
// A reduction over two vectors with four vectors of partial sums. STEP adds one pair of vectors to a sum.
#define KN_REDUCTION(NAME, STEP)                                                          \
  KN_KERNEL float NAME(const float *a, const float *b, size_t count) {                    \
    vf sum[4] = {splat(0), splat(0), splat(0), splat(0)};                                 \
    size_t i = 0;                                                                         \
    for (; i + 4 * LANES <= count; i += 4 * LANES)                                        \
      UNROLL for (int s = 0; s < 4; s++)                                                  \
          sum[s] = STEP(load(a + i + s * LANES), load(b + i + s * LANES), sum[s]);        \
    for (; i + LANES <= count; i += LANES) sum[0] = STEP(load(a + i), load(b + i), sum[0]); \
    if (i < count) sum[1] = STEP(load_part(a + i, count - i), load_part(b + i, count - i), sum[1]); \
    return sum_lanes((sum[0] + sum[1]) + (sum[2] + sum[3]));                              \
  }

KN_INLINE vf add_square(vf a, vf b, vf sum) { return multiply_add(a - b, a - b, sum); }
KN_INLINE vf add_magnitude(vf a, vf b, vf sum) { return sum + __builtin_elementwise_abs(a - b); }

KN_REDUCTION(dot, multiply_add)
KN_REDUCTION(squared_distance, add_square)
KN_REDUCTION(manhattan_distance, add_magnitude)

KN_KERNEL void scale(float *x, float factor, size_t count) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) store(x + i, load(x + i) * splat(factor));
  if (i < count) store_part(x + i, load_part(x + i, count - i) * splat(factor), count - i);
}

// Visits the columns vector by vector: BODY computes `result` from `at(row)`.
#define KN_COLUMNS(BODY, OUTPUT)                                          \
  for (size_t c = 0; c < columns; c += LANES) {                           \
    size_t width = columns - c;                                           \
    if (width >= LANES) {                                                 \
      vf result = BODY(matrix + c, stride, rows, first_weight, LANES);    \
      store(OUTPUT + c, result);                                          \
    } else {                                                              \
      vf result = BODY(matrix + c, stride, rows, first_weight, width);    \
      store_part(OUTPUT + c, result, width);                              \
    }                                                                     \
  }

KN_INLINE vf column_sum(const float *column, size_t stride, size_t rows, float first_weight, size_t width) {
  (void)first_weight;
  vf sum[4] = {splat(0), splat(0), splat(0), splat(0)};
  size_t r = 0;
  for (; r + 4 <= rows; r += 4)
    UNROLL for (size_t s = 0; s < 4; s++) sum[s] += load_up_to(column + (r + s) * stride, width);
  for (; r < rows; r++) sum[0] += load_up_to(column + r * stride, width);
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

KN_INLINE vf weighted_column_sum(const float *column, size_t stride, size_t rows, float first_weight, size_t width) {
  vf sum[4] = {splat(0), splat(0), splat(0), splat(0)};
  size_t r = 0;
  for (; r + 4 <= rows; r += 4)
    UNROLL for (size_t s = 0; s < 4; s++)
        sum[s] = multiply_add(load_up_to(column + (r + s) * stride, width), splat(first_weight + (float)(r + s)), sum[s]);
  for (; r < rows; r++)
    sum[0] = multiply_add(load_up_to(column + r * stride, width), splat(first_weight + (float)r), sum[0]);
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

KN_INLINE vf column_maximum(const float *column, size_t stride, size_t rows, float first_weight, size_t width) {
  (void)first_weight;
  vf maximum = load_up_to(column, width);
  for (size_t r = 1; r < rows; r++) maximum = larger(maximum, load_up_to(column + r * stride, width));
  return maximum;
}

KN_KERNEL void sum_rows(const float *matrix, size_t stride, size_t rows, size_t columns, float *sums) {
  const float first_weight = 0;
  KN_COLUMNS(column_sum, sums)
}

KN_KERNEL void weighted_sum_rows(const float *matrix, size_t stride, size_t rows, size_t columns, float first_weight,
                                 float *sums) {
  KN_COLUMNS(weighted_column_sum, sums)
}

KN_KERNEL void maximum_rows(const float *matrix, size_t stride, size_t rows, size_t columns, float *maxima) {
  const float first_weight = 0;
  KN_COLUMNS(column_maximum, maxima)
}
