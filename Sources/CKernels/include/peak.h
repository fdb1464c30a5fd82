// How fast this machine multiplies and adds when nothing else is in the way.
#ifndef KN_PEAK_H
#define KN_PEAK_H

#include <stddef.h>

#include "kernels.h"

typedef enum kn_arithmetic { KN_ARITHMETIC_F32, KN_ARITHMETIC_BF16, KN_ARITHMETIC_INT8 } kn_arithmetic;

// Runs the instruction that does most multiply-adds of a kind at once `repetitions` times on each of many independent
// registers, and returns how many operations that was (a multiply-add is two). 0, at once, where the instruction set
// or this machine has no such instruction.
double kn_peak(kn_isa isa, kn_arithmetic arithmetic, size_t repetitions);

#endif
