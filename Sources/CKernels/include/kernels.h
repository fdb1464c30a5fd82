// Arithmetic kernels over f32, one table of functions for each instruction set.
//
// Numerics, for every table:
// - A dot product keeps at least four partial sums, which are added in a fixed order: its error is at most
//   (count / 4 + 8) · 2⁻²⁴ · Σ|aᵢbᵢ|.
// - An element of a matrix product is one chain of multiply-adds over the inner dimension, in order, whatever
//   the number of rows or panels of the call: its error is at most (inputs + 2) · 2⁻²⁴ · Σ|aᵢbᵢ|. Hence a row
//   has the same bits alone and in a batch.
// - exp is within 4 · 2⁻²⁴ relative; erf, tanh and the sigmoid within 4 · 2⁻²⁴ absolute.
// - NaN and infinity follow IEEE 754; nothing is replaced. A maximum of values that include a NaN is NaN.
//
// Lengths count floats, strides count floats from one row to the next. Pointers need the alignment of their
// elements only. Outputs must not overlap inputs, unless the function says so.
#ifndef KN_KERNELS_H
#define KN_KERNELS_H

#include <stddef.h>
#include <stdint.h>

typedef enum kn_isa {
  KN_ISA_SCALAR = 0,
  KN_ISA_AVX2 = 1,
  KN_ISA_AVX512 = 2,
  KN_ISA_NEON = 3,
} kn_isa;

typedef enum kn_activation {
  KN_IDENTITY = 0,
  KN_GELU = 1,       // x · (1 + erf(x / √2)) / 2
  KN_GELU_TANH = 2,  // x · (1 + tanh(√(2/π) · (x + 0.044715 x³))) / 2
  KN_RELU = 3,
  KN_TANH = 4,
  KN_SIGMOID = 5,
  KN_SILU = 6,  // x · sigmoid(x)
} kn_activation;

// output[r][c] = activation(Σₖ input[r][k] · weights[c][k] + bias[c]), for `rows` rows and the outputs
// [first_output, end_output); first_output is a multiple of the panel width, end_output is one or the number of outputs.
typedef struct kn_product {
  const float *input;  // [rows, inputs]
  size_t input_stride;
  size_t rows;
  size_t inputs;
  const float *panels;  // From `pack`, of all outputs
  size_t first_output;
  size_t end_output;
  const float *bias;  // [outputs], or NULL
  kn_activation activation;
  float *output;  // [rows, outputs], of all outputs
  size_t output_stride;
} kn_product;

// Attention of some queries of one head over the keys of one text:
// output = softmax(scale · query · keyᵀ) · value.
typedef struct kn_attention {
  const float *query;  // [queries, head]
  const float *key;    // [tokens, head]
  const float *value;  // [tokens, head]
  size_t stride;       // Of query, key and value
  size_t queries;
  size_t tokens;
  size_t head;
  float scale;
  float *output;  // [queries, head]
  size_t output_stride;
  float *probabilities;  // [queries, tokens] without gaps, or NULL
  float *scratch;        // kn_attention_scratch floats
} kn_attention;

typedef struct kn_kernels {
  kn_isa isa;
  size_t panel;             // Outputs in one packed panel
  size_t rows;              // Rows that one pass over a panel serves
  double flops_per_second;  // Order of magnitude, for cutting work into blocks

  float (*dot)(const float *a, const float *b, size_t count);
  float (*squared_distance)(const float *a, const float *b, size_t count);
  float (*manhattan_distance)(const float *a, const float *b, size_t count);
  // x[i] *= factor, in place.
  void (*scale)(float *x, float factor, size_t count);
  // sums[c] = Σᵣ matrix[r][c] and Σᵣ (first_weight + r) · matrix[r][c].
  void (*sum_rows)(const float *matrix, size_t stride, size_t rows, size_t columns, float *sums);
  void (*weighted_sum_rows)(const float *matrix, size_t stride, size_t rows, size_t columns,
                            float first_weight, float *sums);
  // maxima[c] = maxᵣ matrix[r][c]; rows ≥ 1.
  void (*maximum_rows)(const float *matrix, size_t stride, size_t rows, size_t columns, float *maxima);
  // x[i] = activation(x[i]), in place.
  void (*activate)(kn_activation activation, float *x, size_t count);
  // x[i] = exp(scale · (x[i] − max)) in place; returns Σ.
  float (*exponentials)(float *x, float scale, size_t count);
  // output = (x − mean) / √(variance + epsilon) · weight + bias for x = input + residual (NULL: none);
  // output may be input or residual.
  void (*layer_norm)(const float *input, const float *residual, const float *weight, const float *bias,
                     float epsilon, size_t count, float *output);
  // Packs `rows` output rows of weights into panels [⌈rows / panel⌉][inputs][panel], zeros at the end.
  void (*pack)(const float *weights, size_t stride, size_t rows, size_t inputs, float *panels);
  void (*product)(const kn_product *product);
  void (*attention)(const kn_attention *attention);
} kn_kernels;

// The kernels of an instruction set, or NULL where this machine lacks it.
const kn_kernels *kn_kernels_for(kn_isa isa);

// Floats of scratch that kn_kernels.attention needs.
size_t kn_attention_scratch(const kn_kernels *kernels, size_t tokens, size_t head);

// Tells the processor that this thread is waiting in a loop.
void kn_pause(void);

#endif
