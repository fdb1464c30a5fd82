// Kernels over the elements of one row: activations, softmax, norms, rotations. Included by vector_kernels.h.
KN_INLINE void activate_all(kn_activation activation, const float *x, const float *factor, size_t count, float *y) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    vf result = activated(activation, load(x + i));
    store(y + i, factor ? result * load(factor + i) : result);
  }
  if (i < count) {
    vf result = activated(activation, load_part(x + i, count - i));
    store_part(y + i, factor ? result * load_part(factor + i, count - i) : result, count - i);
  }
}

KN_KERNEL void activate(kn_activation activation, const float *x, const float *factor, size_t count, float *y) {
  switch (activation) {  // A constant for each loop, so that the choice is made outside it.
    case KN_GELU:
      return activate_all(KN_GELU, x, factor, count, y);
    case KN_GELU_TANH:
      return activate_all(KN_GELU_TANH, x, factor, count, y);
    case KN_RELU:
      return activate_all(KN_RELU, x, factor, count, y);
    case KN_TANH:
      return activate_all(KN_TANH, x, factor, count, y);
    case KN_SIGMOID:
      return activate_all(KN_SIGMOID, x, factor, count, y);
    case KN_SILU:
      return activate_all(KN_SILU, x, factor, count, y);
    case KN_IDENTITY:
      return activate_all(KN_IDENTITY, x, factor, count, y);
  }
}

// The activation of some rows of `count` values.
KN_INLINE void activate_rows_as(kn_activation activation, const float *x, size_t stride, size_t rows, size_t count,
                                float *y, size_t y_stride) {
  for (size_t r = 0; r < rows; r++) activate_all(activation, x + r * stride, NULL, count, y + r * y_stride);
}

KN_KERNEL void activate_rows(kn_activation activation, const float *x, size_t stride, size_t rows, size_t count,
                             float *y, size_t y_stride) {
  switch (activation) {
    case KN_GELU:
      return activate_rows_as(KN_GELU, x, stride, rows, count, y, y_stride);
    case KN_GELU_TANH:
      return activate_rows_as(KN_GELU_TANH, x, stride, rows, count, y, y_stride);
    case KN_RELU:
      return activate_rows_as(KN_RELU, x, stride, rows, count, y, y_stride);
    case KN_IDENTITY:
    case KN_TANH:
    case KN_SIGMOID:
    case KN_SILU:
      for (size_t r = 0; r < rows; r++) activate(activation, x + r * stride, NULL, count, y + r * y_stride);
  }
}

KN_KERNEL void add(const float *x, size_t count, float *y) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) store(y + i, load(y + i) + load(x + i));
  if (i < count) store_part(y + i, load_part(y + i, count - i) + load_part(x + i, count - i), count - i);
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

// x = (x − mean) / √(variance about that mean + epsilon) · weight + bias, in place.
KN_INLINE void normalize(float *x, float mean, const float *weight, const float *bias, float epsilon, size_t count) {
  float inverse = 1 / sqrtf(variance(x, mean, count) + epsilon);
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    vf normal = (load(x + i) - splat(mean)) * splat(inverse);
    store(x + i, bias ? multiply_add(normal, load(weight + i), load(bias + i)) : normal * load(weight + i));
  }
  if (i < count) {
    size_t rest = count - i;
    vf normal = (load_part(x + i, rest) - splat(mean)) * splat(inverse);
    vf offset = bias ? load_part(bias + i, rest) : splat(0);
    store_part(x + i, multiply_add(normal, load_part(weight + i, rest), offset), rest);
  }
}

// Two passes for mean and variance: the sum of squares alone would lose the digits of a large mean.
KN_KERNEL void layer_norm(const float *input, const float *residual, const float *weight, const float *bias,
                          float epsilon, size_t count, float *output) {
  float mean = add_residual(input, residual, count, output);
  normalize(output, mean, weight, bias, epsilon, count);
}

// The mean square is the variance about 0.
KN_KERNEL void rms_norm(const float *input, const float *residual, const float *weight, float epsilon, size_t count,
                        float *output) {
  add_residual(input, residual, count, output);
  normalize(output, 0, weight, NULL, epsilon, count);
}

KN_INLINE vf neighbours_swapped(vf v) {
  vf swapped;
  UNROLL for (int i = 0; i < LANES; i++) swapped[i] = v[i ^ 1];
  return swapped;
}

KN_INLINE void rotate_neighbours(float *x, const float *cosines, const float *sines, size_t count) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    vf values = load(x + i);
    store(x + i, multiply_add(values, load(cosines + i), neighbours_swapped(values) * load(sines + i)));
  }
  if (i == count) return;
  size_t rest = count - i;  // Even, like LANES.
  vf values = load_part(x + i, rest), turned = neighbours_swapped(values) * load_part(sines + i, rest);
  store_part(x + i, multiply_add(values, load_part(cosines + i, rest), turned), rest);
}

KN_INLINE void rotate_halves(float *x, const float *cosines, const float *sines, size_t pairs) {
  float *y = x + pairs;
  for (size_t i = 0; i < pairs; i += LANES) {
    size_t width = pairs - i < LANES ? pairs - i : LANES;
    vf a = load_up_to(x + i, width), b = load_up_to(y + i, width);
    vf cosine = load_up_to(cosines + i, width), sine = load_up_to(sines + i, width);
    store_up_to(x + i, multiply_add(a, cosine, -(b * sine)), width);
    store_up_to(y + i, multiply_add(b, cosine, a * sine), width);
  }
}

KN_KERNEL void rotate(float *x, const float *table, size_t pairs, int interleaved) {
  if (interleaved)
    rotate_neighbours(x, table, table + 2 * pairs, 2 * pairs);
  else
    rotate_halves(x, table, table + pairs, pairs);
}
