// The reference: every kernel in the plainest form, for any machine. The other sets are tested against the
// same bounds as this one. Reductions accumulate in double, rounded once.
#include <math.h>
#include <string.h>

#include "formats.h"
#include "tables.h"

enum { PANEL = 8, ROWS = 4 };

static float dot(const float *a, const float *b, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += (double)a[i] * b[i];
  return (float)sum;
}

static float squared_distance(const float *a, const float *b, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
  return (float)sum;
}

static float manhattan_distance(const float *a, const float *b, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += fabs((double)a[i] - b[i]);
  return (float)sum;
}

static void scale(float *x, float factor, size_t count) {
  for (size_t i = 0; i < count; i++) x[i] *= factor;
}

static void weighted_sum_rows(const float *matrix, size_t stride, size_t rows, size_t columns, float first_weight,
                              float *sums) {
  for (size_t c = 0; c < columns; c++) {
    double sum = 0;
    for (size_t r = 0; r < rows; r++) sum += ((double)first_weight + (double)r) * matrix[r * stride + c];
    sums[c] = (float)sum;
  }
}

static void sum_rows(const float *matrix, size_t stride, size_t rows, size_t columns, float *sums) {
  for (size_t c = 0; c < columns; c++) {
    double sum = 0;
    for (size_t r = 0; r < rows; r++) sum += matrix[r * stride + c];
    sums[c] = (float)sum;
  }
}

static float larger(float a, float b) { return b > a || b != b ? b : a; }  // A NaN stays, on either side.

static void maximum_rows(const float *matrix, size_t stride, size_t rows, size_t columns, float *maxima) {
  for (size_t c = 0; c < columns; c++) {
    float maximum = matrix[c];
    for (size_t r = 1; r < rows; r++) maximum = larger(maximum, matrix[r * stride + c]);
    maxima[c] = maximum;
  }
}

static float activated(kn_activation activation, float x) {
  switch (activation) {
    case KN_GELU:
      return 0.5f * x * (1 + erff(x * 0.70710678f));
    case KN_GELU_TANH:
      return 0.5f * x * (1 + tanhf(0.79788456f * (x + 0.044715f * x * x * x)));
    case KN_RELU:
      return larger(0, x);
    case KN_TANH:
      return tanhf(x);
    case KN_SIGMOID:
      return 1 / (1 + expf(-x));
    case KN_SILU:
      return x / (1 + expf(-x));
    case KN_IDENTITY:
      break;
  }
  return x;
}

static void activate(kn_activation activation, const float *x, const float *factor, size_t count, float *y) {
  for (size_t i = 0; i < count; i++) y[i] = activated(activation, x[i]) * (factor ? factor[i] : 1);
}

static void add(const float *x, size_t count, float *y) {
  for (size_t i = 0; i < count; i++) y[i] += x[i];
}

static float exponentials(float *x, float factor, size_t count) {
  if (count == 0) return 0;
  float maximum = x[0];
  for (size_t i = 1; i < count; i++) maximum = larger(maximum, x[i]);
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += x[i] = expf(factor * (x[i] - maximum));
  return (float)sum;
}

static void layer_norm(const float *input, const float *residual, const float *weight, const float *bias,
                       float epsilon, size_t count, float *output) {
  double sum = 0, squares = 0;
  for (size_t i = 0; i < count; i++) {
    output[i] = residual ? input[i] + residual[i] : input[i];
    sum += output[i];
  }
  double mean = sum / (double)count;
  for (size_t i = 0; i < count; i++) squares += (output[i] - mean) * (output[i] - mean);
  double inverse = 1 / sqrt(squares / (double)count + epsilon);
  for (size_t i = 0; i < count; i++) output[i] = (float)((output[i] - mean) * inverse) * weight[i] + (bias ? bias[i] : 0);
}

static void rms_norm(const float *input, const float *residual, const float *weight, float epsilon, size_t count,
                     float *output) {
  double squares = 0;
  for (size_t i = 0; i < count; i++) {
    output[i] = residual ? input[i] + residual[i] : input[i];
    squares += (double)output[i] * output[i];
  }
  double inverse = 1 / sqrt(squares / (double)count + epsilon);
  for (size_t i = 0; i < count; i++) output[i] = (float)(output[i] * inverse) * weight[i];
}

static void rotate(float *x, const float *table, size_t pairs, int interleaved) {
  for (size_t i = 0; i < pairs; i++) {
    size_t first = interleaved ? 2 * i : i, second = interleaved ? 2 * i + 1 : i + pairs;
    float cosine = table[first], sine = table[interleaved ? 2 * pairs + second : second];
    float a = x[first], b = x[second];
    x[first] = a * cosine - b * sine;
    x[second] = b * cosine + a * sine;
  }
}

static void pack(const float *weights, size_t stride, size_t rows, size_t inputs, float *panels) {
  for (size_t first = 0; first < rows; first += PANEL, panels += inputs * PANEL)
    for (size_t k = 0; k < inputs; k++)
      for (size_t c = 0; c < PANEL; c++)
        panels[k * PANEL + c] = first + c < rows ? weights[(first + c) * stride + k] : 0;
}

static void product(const kn_product *p) {
  for (size_t r = 0; r < p->rows; r++)
    for (size_t c = p->first_output; c < p->end_output; c++) {
      const float *input = p->input + r * p->input_stride;
      const float *weights = p->panels + c / PANEL * p->panel_stride + c % PANEL;
      float sum = 0;
      for (size_t k = 0; k < p->inputs; k++) sum += input[k] * weights[k * PANEL];
      p->output[r * p->output_stride + c] = activated(p->activation, p->bias ? sum + p->bias[c] : sum);
    }
}

static void stored_product(const kn_product *p) {
  for (size_t r = 0; r < p->rows; r++)
    for (size_t c = p->first_output; c < p->end_output; c++) {
      const float *input = p->input + r * p->input_stride;
      double sum = 0;
      for (size_t k = 0; k < p->inputs; k++)
        sum += (double)input[k] * kn_widen_at(p->format, p->weights, c * p->inputs + k);
      p->output[r * p->output_stride + c] = activated(p->activation, (float)sum + (p->bias ? p->bias[c] : 0));
    }
}

// Keys and values are read where they stand.
static void pack_attention(const kn_attention *a, float *packed) {
  (void)a;
  (void)packed;
}

static void attention(const kn_attention *a) {
  for (size_t q = 0; q < a->queries; q++) {
    float *scores = a->scratch, *output = a->output + q * a->output_stride;
    kn_visible_keys keys = kn_visible(a, q);
    for (size_t t = keys.first; t < keys.end; t++) {
      scores[t] = dot(a->query + q * a->query_stride, a->key + t * a->stride, a->head);
      if (!kn_shifts_scores(a)) continue;
      ptrdiff_t distance = (ptrdiff_t)t - (ptrdiff_t)(a->position + q);
      scores[t] = a->scale * scores[t] + a->slope * (float)distance + (a->bias ? a->bias[distance] : 0);
    }
    size_t count = keys.end - keys.first;
    float sum = exponentials(scores + keys.first, kn_shifts_scores(a) ? 1 : a->scale, count);
    for (size_t t = keys.first; t < keys.end; t++) scores[t] /= sum;
    if (a->probabilities) {
      memset(a->probabilities + q * a->tokens, 0, a->tokens * sizeof(float));
      memcpy(a->probabilities + q * a->tokens + keys.first, scores + keys.first, count * sizeof(float));
    }
    for (size_t c = 0; c < a->head; c++) {
      float mixed = 0;
      for (size_t t = keys.first; t < keys.end; t++) mixed += scores[t] * a->value[t * a->stride + c];
      output[c] = mixed;
    }
  }
}

const kn_kernels kn_scalar_table = {
    .isa = KN_ISA_SCALAR,
    .panel = PANEL,
    .rows = ROWS,
    .strip = PANEL,
    .flops_per_second = 1e9,
    .dot = dot,
    .squared_distance = squared_distance,
    .manhattan_distance = manhattan_distance,
    .scale = scale,
    .sum_rows = sum_rows,
    .weighted_sum_rows = weighted_sum_rows,
    .maximum_rows = maximum_rows,
    .activate = activate,
    .add = add,
    .exponentials = exponentials,
    .layer_norm = layer_norm,
    .rms_norm = rms_norm,
    .rotate = rotate,
    .pack = pack,
    .product = product,
    .stored_product = stored_product,
    .pack_attention = pack_attention,
    .attention = attention,
};
