// The kernels in terms of one vector type. avx2.c, avx512.c and neon.c include this file after they have defined
//   KN_TARGET  the target attribute of every function here
//   LANES      floats in a vector
//   WIDE       vectors across a panel
//   ROWS       rows that a tile holds in registers: ROWS × WIDE sums, WIDE weights and one input
//   load_part(p, n), store_part(p, v, n): the first n < LANES floats; missing lanes load as 0
//   sum_lanes(v): the sum of all lanes, in a fixed order
// and the type `vf` of LANES floats.
//
// Product: the weights are packed into panels of LANES × WIDE outputs, so that a step of the inner dimension reads
// one contiguous run. A tile keeps rows × panel sums in registers and adds to each, in order, one product for each
// step. The order does not depend on the number of rows, so rows can be cut into tiles in any way.
#include <math.h>
#include <string.h>

#include "tables.h"

#pragma STDC FP_CONTRACT OFF

#define KN_INLINE static inline __attribute__((always_inline)) KN_TARGET
#define KN_KERNEL static KN_TARGET
#define UNROLL _Pragma("clang loop unroll(full)")

enum { PANEL = LANES * WIDE };

typedef int32_t vi __attribute__((ext_vector_type(LANES)));
typedef float vf_anywhere __attribute__((ext_vector_type(LANES), aligned(4), may_alias));

KN_INLINE vf load(const float *p) { return *(const vf_anywhere *)p; }
KN_INLINE void store(float *p, vf v) { *(vf_anywhere *)p = v; }
KN_INLINE vf splat(float x) { return (vf)(x); }
KN_INLINE vf multiply_add(vf a, vf b, vf c) { return __builtin_elementwise_fma(a, b, c); }
KN_INLINE vi bits(vf v) { return (vi)v; }

// yes where the mask is set, else no.
KN_INLINE vf choose(vi mask, vf yes, vf no) { return (vf)((bits(yes) & mask) | (bits(no) & ~mask)); }

// All ones in the first n lanes.
KN_INLINE vi first_lanes(size_t n) {
  vi lane;
  UNROLL for (int i = 0; i < LANES; i++) lane[i] = i;
  return lane < (vi)((int32_t)n);
}

KN_INLINE vf larger(vf a, vf b) { return choose((b > a) | (b != b), b, a); }  // A NaN stays, on either side.

KN_INLINE float largest_lane(vf v) {
  float maximum = v[0];
  UNROLL for (int i = 1; i < LANES; i++) maximum = v[i] > maximum || v[i] != v[i] ? v[i] : maximum;
  return maximum;
}

// Horner's rule; coefficients from the constant term up.
#define POLYNOMIAL(x, result, ...)                                             \
  vf result;                                                                   \
  do {                                                                         \
    static const float coefficients[] = {__VA_ARGS__};                         \
    enum { DEGREE = sizeof coefficients / sizeof *coefficients - 1 };          \
    result = splat(coefficients[DEGREE]);                                      \
    UNROLL for (int i = DEGREE; i-- > 0;) result = multiply_add(result, x, splat(coefficients[i])); \
  } while (0)

// exp(x) = 2ⁿ · exp(r) with n = round(x / ln 2) and |r| ≤ ln 2 / 2, where (exp(r) − 1 − r) / r² is a Chebyshev fit.
// 2ⁿ is multiplied in two halves, so that results up to infinity and down to the denormals come out right.
KN_INLINE vf exponential(vf x) {
  x = choose(x > splat(89), splat(89), x);
  x = choose(x < splat(-104), splat(-104), x);
  vf magic = splat(0x1.8p23f);  // Adding it rounds to an integer, which stands in the low bits.
  vf shifted = multiply_add(x, splat(0x1.715476p0f), magic);
  vf whole = shifted - magic;
  vf rest = multiply_add(whole, splat(-0x1.62e4p-1f), x);
  rest = multiply_add(whole, splat(-0x1.7f7d1cp-20f), rest);
  POLYNOMIAL(rest, tail, 5.000000000e-01f, 1.666657627e-01f, 4.166646674e-02f, 8.363181725e-03f, 1.393365208e-03f);
  vf power = multiply_add(multiply_add(tail, rest, splat(1)), rest, splat(1));
  vi n = bits(shifted) - bits(magic);
  vi half = n >> 1;
  return power * (vf)((half + 127) << 23) * (vf)((n - half + 127) << 23);
}

KN_INLINE vf with_sign_of(vf magnitude, vf sign) {
  return (vf)((bits(magnitude) & INT32_MAX) | (bits(sign) & INT32_MIN));
}

// erf: below 1 a Chebyshev fit of erf(x) / x − 1 in x²; above, 1 − exp(−q) with a fit of q = −ln erfc(|x|) about 2.4,
// up to 3.93, from where on erf rounds to 1.
KN_INLINE vf error_function(vf x) {
  vf magnitude = __builtin_elementwise_abs(x), square = x * x;
  POLYNOMIAL(square, ratio, 1.283791661e-01f, -3.761262596e-01f, 1.128359735e-01f, -2.685432881e-02f,
             5.189312156e-03f, -8.018855006e-04f, 7.882497448e-05f);
  vf small = multiply_add(x, ratio, x);
  vf offset = choose(magnitude > splat(3.93f), splat(3.93f), magnitude) - splat(2.4f);
  POLYNOMIAL(offset, q, 7.280975342e+00f, 5.164237022e+00f, 9.404981136e-01f, 1.176575571e-02f, -2.378452802e-03f,
             4.722013546e-04f, -9.390275227e-05f, 1.374501426e-05f);
  vf large = with_sign_of(splat(1) - exponential(-q), x);
  return choose(magnitude < splat(1), small, large);
}

// tanh: below 0.625 a Chebyshev fit of tanh(x) / x − 1 in x²; above, 1 − 2 / (exp(2|x|) + 1).
KN_INLINE vf hyperbolic_tangent(vf x) {
  vf magnitude = __builtin_elementwise_abs(x), square = x * x;
  POLYNOMIAL(square, ratio, -3.836388096e-09f, -3.333326280e-01f, 1.333114952e-01f, -5.372267962e-02f,
             2.059567906e-02f, -5.664775148e-03f);
  vf small = multiply_add(x, ratio, x);
  vf large = with_sign_of(splat(1) - splat(2) / (exponential(magnitude + magnitude) + splat(1)), x);
  return choose(magnitude < splat(0.625f), small, large);
}

KN_INLINE vf activated(kn_activation activation, vf x) {
  switch (activation) {
    case KN_GELU:
      return splat(0.5f) * x * (splat(1) + error_function(x * splat(0.70710678f)));
    case KN_GELU_TANH: {
      vf cube = x * x * x;
      return splat(0.5f) * x *
             (splat(1) + hyperbolic_tangent(splat(0.79788456f) * multiply_add(cube, splat(0.044715f), x)));
    }
    case KN_RELU:
      return larger(splat(0), x);
    case KN_TANH:
      return hyperbolic_tangent(x);
    case KN_SIGMOID:
      return splat(1) / (splat(1) + exponential(-x));
    case KN_SILU:
      return x / (splat(1) + exponential(-x));
    case KN_IDENTITY:
      break;
  }
  return x;
}

KN_INLINE void activate_all(kn_activation activation, float *x, size_t count) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) store(x + i, activated(activation, load(x + i)));
  if (i < count) store_part(x + i, activated(activation, load_part(x + i, count - i)), count - i);
}

KN_KERNEL void activate(kn_activation activation, float *x, size_t count) {
  switch (activation) {  // A constant for each loop, so that the choice is made outside it.
    case KN_GELU:
      return activate_all(KN_GELU, x, count);
    case KN_GELU_TANH:
      return activate_all(KN_GELU_TANH, x, count);
    case KN_RELU:
      return activate_all(KN_RELU, x, count);
    case KN_TANH:
      return activate_all(KN_TANH, x, count);
    case KN_SIGMOID:
      return activate_all(KN_SIGMOID, x, count);
    case KN_SILU:
      return activate_all(KN_SILU, x, count);
    case KN_IDENTITY:
      return;
  }
}

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

KN_INLINE vf load_up_to(const float *p, size_t width) { return width == LANES ? load(p) : load_part(p, width); }

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

KN_KERNEL float exponentials(float *x, float factor, size_t count) {
  if (count == 0) return 0;
  size_t i = 0;
  vf largest = splat(x[0]);
  for (; i + LANES <= count; i += LANES) largest = larger(largest, load(x + i));
  if (i < count) largest = larger(largest, choose(first_lanes(count - i), load_part(x + i, count - i), largest));
  vf maximum = splat(largest_lane(largest)), sum = splat(0);
  for (i = 0; i + LANES <= count; i += LANES) {
    vf power = exponential(splat(factor) * (load(x + i) - maximum));
    store(x + i, power);
    sum += power;
  }
  if (i < count) {
    vf power = exponential(splat(factor) * (load_part(x + i, count - i) - maximum));
    store_part(x + i, power, count - i);
    sum += choose(first_lanes(count - i), power, splat(0));
  }
  return sum_lanes(sum);
}

// Writes input + residual to output and returns the mean.
KN_INLINE float add_residual(const float *input, const float *residual, size_t count, float *output) {
  vf sum = splat(0);
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    vf x = residual ? load(input + i) + load(residual + i) : load(input + i);
    store(output + i, x);
    sum += x;
  }
  if (i < count) {
    vf x = load_part(input + i, count - i);
    if (residual) x += load_part(residual + i, count - i);
    store_part(output + i, x, count - i);
    sum += x;
  }
  return sum_lanes(sum) / (float)count;
}

KN_INLINE float variance(const float *x, float mean, size_t count) {
  vf sum = splat(0);
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    vf distance = load(x + i) - splat(mean);
    sum = multiply_add(distance, distance, sum);
  }
  if (i < count) {
    vf distance = choose(first_lanes(count - i), load_part(x + i, count - i) - splat(mean), splat(0));
    sum = multiply_add(distance, distance, sum);
  }
  return sum_lanes(sum) / (float)count;
}

// Two passes for mean and variance: the sum of squares alone would lose the digits of a large mean.
KN_KERNEL void layer_norm(const float *input, const float *residual, const float *weight, const float *bias,
                          float epsilon, size_t count, float *output) {
  float mean = add_residual(input, residual, count, output);
  float inverse = 1 / sqrtf(variance(output, mean, count) + epsilon);
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    vf normal = (load(output + i) - splat(mean)) * splat(inverse);
    store(output + i, multiply_add(normal, load(weight + i), load(bias + i)));
  }
  if (i < count) {
    size_t rest = count - i;
    vf normal = (load_part(output + i, rest) - splat(mean)) * splat(inverse);
    store_part(output + i, multiply_add(normal, load_part(weight + i, rest), load_part(bias + i, rest)), rest);
  }
}

KN_KERNEL void pack(const float *weights, size_t stride, size_t rows, size_t inputs, float *panels) {
  for (size_t first = 0; first < rows; first += PANEL, panels += inputs * PANEL) {
    size_t width = rows - first < PANEL ? rows - first : PANEL;
    if (width < PANEL) memset(panels, 0, inputs * PANEL * sizeof(float));
    for (size_t c = 0; c < width; c++) {
      const float *row = weights + (first + c) * stride;
      for (size_t k = 0; k < inputs; k++) panels[k * PANEL + c] = row[k];
    }
  }
}

// Packs [tokens, head] so that its columns are outputs: what `pack` makes of the transposed matrix.
KN_KERNEL void pack_columns(const float *values, size_t stride, size_t tokens, size_t head, float *panels) {
  for (size_t first = 0; first < head; first += PANEL)
    for (size_t t = 0; t < tokens; t++, panels += PANEL) {
      size_t width = head - first < PANEL ? head - first : PANEL;
      memcpy(panels, values + t * stride + first, width * sizeof(float));
      if (width < PANEL) memset(panels + width, 0, (PANEL - width) * sizeof(float));
    }
}

typedef struct tile_context {
  const float *input;
  size_t input_stride, inputs;
  const float *panel;
  const float *bias;  // Of this panel, or NULL
  size_t columns;     // Outputs of this panel
  float *output;
  size_t output_stride;
} tile_context;

KN_INLINE void store_up_to(float *p, vf v, size_t width) {
  if (width >= LANES)
    store(p, v);
  else if (width > 0)
    store_part(p, v, width);
}

KN_INLINE void finish_row(const tile_context *t, const vf *sums, float *output) {
  UNROLL for (size_t v = 0; v < WIDE; v++) {
    size_t width = t->columns > v * LANES ? t->columns - v * LANES : 0;
    vf sum = sums[v];
    if (t->bias && width > 0)
      sum += width >= LANES ? load(t->bias + v * LANES) : load_part(t->bias + v * LANES, width);
    store_up_to(output + v * LANES, sum, width);
  }
}

#define KN_TILE(COUNT)                                                                            \
  KN_KERNEL void tile_##COUNT(const tile_context *t) {                                            \
    vf sums[COUNT][WIDE];                                                                         \
    UNROLL for (int r = 0; r < COUNT; r++) UNROLL for (int v = 0; v < WIDE; v++) sums[r][v] = splat(0); \
    const float *input = t->input, *panel = t->panel;                                             \
    const size_t stride = t->input_stride;                                                        \
    for (const float *end = input + t->inputs; input < end; input++, panel += PANEL) {            \
      vf weights[WIDE];                                                                           \
      UNROLL for (int v = 0; v < WIDE; v++) weights[v] = load(panel + v * LANES);                 \
      UNROLL for (int r = 0; r < COUNT; r++) {                                                    \
        vf x = splat(input[(size_t)r * stride]);                                                  \
        UNROLL for (int v = 0; v < WIDE; v++) sums[r][v] = multiply_add(x, weights[v], sums[r][v]);        \
      }                                                                                           \
    }                                                                                             \
    UNROLL for (size_t r = 0; r < COUNT; r++) finish_row(t, sums[r], t->output + r * t->output_stride); \
  }

KN_EACH_ROW_COUNT(KN_TILE)

#define KN_TILE_ENTRY(COUNT) tile_##COUNT,
static void (*const tiles[])(const tile_context *) = {NULL, KN_EACH_ROW_COUNT(KN_TILE_ENTRY)};

// Rows whose addresses lie a multiple of 4 KiB apart share one set of the first-level cache.
KN_INLINE size_t rows_at_once(size_t stride) { return ROWS > 8 && stride % 1024 == 0 ? 8 : ROWS; }

KN_KERNEL void product(const kn_product *p) {
  if (p->rows == 0) return;
  size_t tile_count = (p->rows + rows_at_once(p->input_stride) - 1) / rows_at_once(p->input_stride);
  for (size_t c = p->first_output; c < p->end_output; c += PANEL) {
    size_t columns = p->end_output - c < PANEL ? p->end_output - c : PANEL;
    for (size_t tile = 0; tile < tile_count; tile++) {
      size_t first = tile * p->rows / tile_count, end = (tile + 1) * p->rows / tile_count;
      float *output = p->output + first * p->output_stride + c;
      tile_context context = {
          .input = p->input + first * p->input_stride,
          .input_stride = p->input_stride,
          .inputs = p->inputs,
          .panel = p->panels + c * p->inputs,
          .bias = p->bias ? p->bias + c : NULL,
          .columns = columns,
          .output = output,
          .output_stride = p->output_stride,
      };
      tiles[end - first](&context);
      if (p->activation == KN_IDENTITY) continue;
      for (size_t r = 0; r < end - first; r++) activate(p->activation, output + r * p->output_stride, columns);
    }
  }
}

// Scores of up to ROWS queries at a time: softmax needs whole rows, and these stay in the cache.
KN_KERNEL void attention(const kn_attention *a) {
  kn_attention_parts parts = kn_attention_parts_for(PANEL, ROWS, a->tokens, a->head);
  float *keys = a->scratch, *values = keys + parts.keys, *scores = values + parts.values;
  pack(a->key, a->stride, a->tokens, a->head, keys);
  pack_columns(a->value, a->stride, a->tokens, a->head, values);
  for (size_t first = 0; first < a->queries; first += ROWS) {
    size_t rows = a->queries - first < ROWS ? a->queries - first : ROWS;
    product(&(kn_product){.input = a->query + first * a->stride, .input_stride = a->stride, .rows = rows,
                          .inputs = a->head, .panels = keys, .end_output = a->tokens,
                          .output = scores, .output_stride = parts.score_stride});
    for (size_t r = 0; r < rows; r++) {
      float *row = scores + r * parts.score_stride;
      scale(row, 1 / exponentials(row, a->scale, a->tokens), a->tokens);
      if (a->probabilities)
        memcpy(a->probabilities + (first + r) * a->tokens, row, a->tokens * sizeof(float));
    }
    product(&(kn_product){.input = scores, .input_stride = parts.score_stride, .rows = rows,
                          .inputs = a->tokens, .panels = values, .end_output = a->head,
                          .output = a->output + first * a->output_stride, .output_stride = a->output_stride});
  }
}

#define KN_TABLE(ISA, FLOPS)                   \
  {.isa = ISA,                                 \
   .panel = PANEL,                             \
   .rows = ROWS,                               \
   .flops_per_second = FLOPS,                  \
   .dot = dot,                                 \
   .squared_distance = squared_distance,       \
   .manhattan_distance = manhattan_distance,   \
   .scale = scale,                             \
   .sum_rows = sum_rows,                       \
   .weighted_sum_rows = weighted_sum_rows,     \
   .maximum_rows = maximum_rows,               \
   .activate = activate,                       \
   .exponentials = exponentials,               \
   .layer_norm = layer_norm,                   \
   .pack = pack,                               \
   .product = product,                         \
   .attention = attention}
