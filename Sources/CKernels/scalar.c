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

// The bytes of weights, scaled so that the largest is 127. A NaN becomes −127: weights are checked when they are read.
static kn_column narrow_weights(const float *weights, size_t inputs, int8_t *panel) {
  float largest = 0, sum = 0;
  for (size_t k = 0; k < inputs; k++) largest = fmaxf(largest, fabsf(weights[k]));
  float scale = largest / 127, inverse = scale > 0 ? 1 / scale : 0;
  for (size_t k = 0; k < inputs; k++) {
    float rounded = rintf(weights[k] * inverse);
    int8_t byte = (int8_t)(rounded > 127 ? 127 : rounded >= -127 ? rounded : -127);
    panel[k / 4 * PANEL * 4 + k % 4] = byte;
    sum += byte;
  }
  return (kn_column){.scale = scale, .sum = sum};
}

static void pack(kn_operands operands, const float *weights, size_t stride, size_t rows, size_t inputs, void *panels,
                 kn_column *columns) {
  const size_t per_word = kn_values_per_word(operands), words = kn_words_of(operands, inputs);
  size_t panel_count = (rows + PANEL - 1) / PANEL;
  memset(panels, 0, panel_count * words * PANEL * 4);
  for (size_t c = 0; c < panel_count * PANEL; c++) {
    char *panel = (char *)panels + (c / PANEL * words * PANEL + c % PANEL) * 4;
    if (operands == KN_OPERANDS_INT8)
      columns[c] = narrow_weights(weights + (c < rows ? c : 0) * stride, c < rows ? inputs : 0, (int8_t *)panel);
    for (size_t k = 0; c < rows && operands != KN_OPERANDS_INT8 && k < inputs; k++) {
      float value = weights[c * stride + k];
      char *place = panel + k / per_word * PANEL * 4;
      if (operands == KN_OPERANDS_F32)
        memcpy(place, &value, 4);
      else
        ((uint16_t *)place)[k % 2] = kn_narrow_bf16(value);
    }
  }
}

static void narrow_bytes(const float *x, size_t count, uint8_t *y, kn_span *span) {
  float low = count ? x[0] : 0, high = low, unknown = 0;
  for (size_t i = 0; i < count; i++) {
    low = x[i] < low ? x[i] : low;
    high = x[i] > high ? x[i] : high;
    unknown += 0 * x[i];  // NaN for what is not finite
  }
  *span = (kn_span){.low = low + unknown, .step = (high / 255 - low / 255) + unknown};
  float inverse = span->step > 0 ? 1 / span->step : 0;
  for (size_t i = 0; i < kn_round_up(count, 4); i++) {
    float scaled = i < count && inverse > 0 ? rintf(fmaf(x[i], inverse, -low * inverse)) : 0;
    y[i] = (uint8_t)(scaled > 255 ? 255 : scaled > 0 ? scaled : 0);
  }
}

static void narrow(kn_operands operands, const float *x, size_t count, void *words, kn_span *span) {
  switch (operands) {
    case KN_OPERANDS_F32:
      memcpy(words, x, count * sizeof(float));
      return;
    case KN_OPERANDS_BF16:
      for (size_t i = 0; i < kn_round_up(count, 2); i++) ((uint16_t *)words)[i] = i < count ? kn_narrow_bf16(x[i]) : 0;
      return;
    case KN_OPERANDS_INT8:
      narrow_bytes(x, count, words, span);
  }
}

// What the words of a row and of a column of a panel give.
static float packed_sum(const kn_product *p, size_t row, size_t output) {
  const char *input = (const char *)p->input + row * p->input_stride * 4;
  const char *panel = (const char *)p->panels + (output / PANEL * p->panel_stride + output % PANEL) * 4;
  float sum = 0;
  int64_t whole = 0;
  for (size_t k = 0; k < p->inputs; k++) {
    const char *place = panel + k / kn_values_per_word(p->operands) * PANEL * 4;
    switch (p->operands) {
      case KN_OPERANDS_F32:
        sum += kn_widen_at(KN_F32, input, k) * kn_widen_at(KN_F32, place, 0);
        break;
      case KN_OPERANDS_BF16:
        sum += kn_widen_at(KN_BF16, input, k) * kn_widen_at(KN_BF16, place, k % 2);
        break;
      case KN_OPERANDS_INT8:
        whole += ((const uint8_t *)input)[k] * ((const int8_t *)place)[k % 4];
    }
  }
  if (p->operands != KN_OPERANDS_INT8) return sum;
  kn_column column = p->columns[output];
  return column.scale * (p->spans[row].step * (float)whole + p->spans[row].low * column.sum);
}

static void product(const kn_product *p) {
  for (size_t r = 0; r < p->rows; r++)
    for (size_t c = p->first_output; c < p->end_output; c++) {
      float sum = packed_sum(p, r, c), *row = p->output + r * p->output_stride;
      float value = activated(p->activation, p->bias ? sum + p->bias[c] : sum);
      if (!p->narrows) {
        row[c] = value;
        continue;
      }
      ((uint16_t *)row)[c] = kn_narrow_bf16(value);
      if (c + 1 == p->end_output && c % 2 == 0) ((uint16_t *)row)[c + 1] = 0;
    }
}

static void stored_product(const kn_product *p) {
  for (size_t r = 0; r < p->rows; r++)
    for (size_t c = p->first_output; c < p->end_output; c++) {
      const float *input = (const float *)p->input + r * p->input_stride;
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
    .speedup = {1, 0.5, 0.5},
    .dot = dot,
    .squared_distance = squared_distance,
    .manhattan_distance = manhattan_distance,
    .scale = scale,
    .sum_rows = sum_rows,
    .weighted_sum_rows = weighted_sum_rows,
    .maximum_rows = maximum_rows,
    .activate = activate,
    .add = add,
    .layer_norm = layer_norm,
    .rms_norm = rms_norm,
    .rotate = rotate,
    .pack = pack,
    .narrow = narrow,
    .product = product,
    .stored_product = stored_product,
    .pack_attention = pack_attention,
    .attention = attention,
};
